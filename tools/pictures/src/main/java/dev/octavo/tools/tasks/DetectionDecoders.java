package dev.octavo.tools.tasks;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The decoders by the names of the families of detectors. */
public final class DetectionDecoders {
    /** Width and height of Yolo-FastestV2's boxes on COCO in pixels, as its configuration has them. */
    private static final List<Float> FASTEST_V2 = List.of(
            12.64f, 19.39f, 37.88f, 51.48f, 55.71f, 138.31f, 126.91f, 78.23f, 131.57f, 214.55f, 279.92f, 258.87f);

    private static final Map<String, Factory> FACTORIES = new TreeMap<>(Map.of(
            "yolox", (width, height, anchors) -> YoloDecoders.yolox(width, height),
            "yolov5", (width, height, anchors) -> YoloDecoders.yolov5(),
            "yolov8", (width, height, anchors) -> YoloDecoders.yolov8(),
            "yolo-fastestv2", DetectionDecoders::fastestV2,
            "nanodet", (width, height, anchors) -> new NanoDetDecoder(width, height, false),
            "nanodet-plus", (width, height, anchors) -> new NanoDetDecoder(width, height, true),
            "ssd", DetectionDecoders::ssd,
            "scrfd", (width, height, anchors) -> FaceDecoders.scrfd(width, height),
            "yunet", (width, height, anchors) -> FaceDecoders.yunet(width, height),
            "blazeface", FaceDecoders::blazeface));

    static {
        FACTORIES.put("corners", (width, height, anchors) -> DecodedBoxes.corners(width, height));
        FACTORIES.put("rows", (width, height, anchors) -> DecodedBoxes.rows());
    }

    private DetectionDecoders() {}

    @FunctionalInterface
    private interface Factory {
        DetectionDecoder create(int width, int height, List<Float> anchors);
    }

    /** Returns all names, in alphabetical order. */
    public static List<String> names() {
        return List.copyOf(FACTORIES.keySet());
    }

    /**
     * Creates a decoder.
     *
     * @param name one of {@link #names}
     * @param width of the model's input in pixels
     * @param height of the model's input in pixels
     * @param anchors row by row as the family has them: for {@code ssd} centre y, centre x, height and width as parts of the
     *     input; for {@code blazeface} centre x and y as parts of the input; for {@code yolo-fastestv2} width and height in
     *     pixels; empty for the published ones where there are such, and for families without anchors
     * @throws IllegalArgumentException if there is no such decoder, or it needs anchors
     */
    public static DetectionDecoder create(String name, int width, int height, List<Float> anchors) {
        Factory factory = FACTORIES.get(name);
        if (factory == null) {
            throw new IllegalArgumentException(
                    "there is no decoder \"" + name + "\" for detectors, but " + String.join(", ", names()));
        }
        return factory.create(width, height, anchors);
    }

    private static DetectionDecoder fastestV2(int width, int height, List<Float> anchors) {
        if (!anchors.isEmpty() && anchors.size() != FASTEST_V2.size()) {
            throw new IllegalArgumentException(
                    "yolo-fastestv2 has six anchors of a width and a height, not " + anchors.size() + " numbers");
        }
        return YoloDecoders.yoloFastestV2(width, height, anchors.isEmpty() ? FASTEST_V2 : anchors);
    }

    private static DetectionDecoder ssd(int width, int height, List<Float> anchors) {
        if (anchors.isEmpty()) {
            throw new IllegalArgumentException(
                    "ssd needs anchors: give --anchors a .npy file with one row y, x, h, w for each box");
        }
        return new SsdDecoder(width, height, anchors);
    }
}
