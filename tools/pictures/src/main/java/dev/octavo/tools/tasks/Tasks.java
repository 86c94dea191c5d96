package dev.octavo.tools.tasks;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.TensorSpec;
import dev.octavo.runtime.format.ModelMetadata.Task;
import dev.octavo.runtime.format.ModelMetadata.Task.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Names tasks, and recognizes them by the outputs of a network. */
public final class Tasks {
    private static final String DETECTOR = "detector:";
    private static final int FEWEST_CELLS = 84;

    private Tasks() {}

    /**
     * Returns the task of a name as options have it: {@code classifier}, {@code detector:yolox} and the like, {@code
     * segmenter}, {@code landmarks}, {@code picture}, {@code keywords}.
     *
     * @param anchors of a detector; empty if it needs none
     * @throws IllegalArgumentException if there is no such task; the message lists all
     */
    public static Task parse(String name, List<Float> anchors) {
        if (name.startsWith(DETECTOR)) {
            String decoder = name.substring(DETECTOR.length());
            if (DetectionDecoders.names().contains(decoder)) {
                return new Task(Kind.DETECTOR, decoder, anchors);
            }
        }
        return Arrays.stream(Kind.values())
                .filter(kind -> kind != Kind.UNKNOWN && kind != Kind.DETECTOR)
                .filter(kind -> kind.toString().equals(name))
                .findFirst()
                .map(Task::new)
                .orElseThrow(() -> new IllegalArgumentException("there is no task \"" + name + "\", but classifier,"
                        + " segmenter, landmarks, picture, keywords, and " + DETECTOR
                        + String.join(", " + DETECTOR, DetectionDecoders.names())));
    }

    /** Returns the name of a task, as {@link #parse} takes it. */
    public static String describe(Task task) {
        return task.kind() == Kind.DETECTOR
                ? DETECTOR + task.decoder()
                : task.kind().toString();
    }

    /**
     * Returns what the model says its task is, or else what its outputs leave no doubt of; {@link Task#UNKNOWN} if there is
     * one.
     */
    public static Task of(Model model) {
        return model.task().kind() == Kind.UNKNOWN ? guess(model) : model.task();
    }

    private static Task guess(Model model) {
        List<int[]> shapes =
                model.outputs().stream().map(output -> output.shape(1)).toList();
        Optional<PictureInput> input = pictureInput(model);
        if (input.isEmpty()) {
            return Task.UNKNOWN;
        }
        int width = input.get().width();
        int height = input.get().height();
        if (shapes.size() == 1) {
            return ofSingle(shapes.getFirst(), width, height);
        }
        List<String> names = model.outputs().stream().map(TensorSpec::name).toList();
        return ofSeveral(shapes, names);
    }

    private static Optional<PictureInput> pictureInput(Model model) {
        try {
            return Optional.of(PictureInput.of(model));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Task ofSingle(int[] shape, int width, int height) {
        long elements = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
        int last = shape[shape.length - 1];
        if (shape[0] == 1 && shape.length >= 2 && shape[1] == elements && elements > 1) {
            return new Task(Kind.CLASSIFIER);
        }
        if (shape.length == 3 && shape[0] == 1) {
            if (last > 5 && isPyramid(shape[1], width, height)) {
                return detector("yolox");
            }
            if (last > 5 && shape[1] % 3 == 0 && isPyramid(shape[1] / 3, width, height)) {
                return detector("yolov5");
            }
            if (shape[1] > 4 && isPyramid(last, width, height)) {
                return detector("yolov8");
            }
        }
        if (shape.length == 4 && shape[0] == 1 && shape[1] == 3 && shape[2] % height == 0 && shape[3] % width == 0) {
            return new Task(Kind.PICTURE);
        }
        boolean first = shape.length == 4 && shape[1] > 3 && shape[2] * 8 >= height && shape[3] * 8 >= width;
        boolean channelsLast = shape.length == 4 && shape[3] > 3 && shape[1] * 8 >= height && shape[2] * 8 >= width;
        return first || channelsLast ? new Task(Kind.SEGMENTER) : Task.UNKNOWN;
    }

    /** The few cells of a small input are a number that means nothing. */
    private static boolean isPyramid(int cells, int width, int height) {
        return cells >= FEWEST_CELLS && !Cells.pyramid(cells, width, height).isEmpty();
    }

    private static Task ofSeveral(List<int[]> shapes, List<String> names) {
        List<Integer> widths =
                shapes.stream().map(shape -> shape[shape.length - 1]).toList();
        long ones = widths.stream().filter(size -> size == 1).count();
        long fours = widths.stream().filter(size -> size == 4).count();
        long tens = widths.stream().filter(size -> size == 10).count();
        if (ones >= 2
                && tens == fours
                && ones == 2 * fours
                && names.stream().anyMatch(name -> name.startsWith("obj"))) {
            return detector("yunet");
        }
        if (ones >= 2 && ones == fours && (tens == fours || tens == 0) && shapes.size() == ones + fours + tens) {
            return detector("scrfd");
        }
        if (shapes.size() == 2 && ones == 1 && widths.contains(16)) {
            return detector("blazeface");
        }
        int half = shapes.size() / 2;
        boolean pairs = shapes.size() % 2 == 0 && half >= 3;
        for (int i = 0; pairs && i < half; i++) {
            int[] scores = shapes.get(i);
            int[] distances = shapes.get(half + i);
            pairs = scores.length == 3
                    && distances.length == 3
                    && scores[1] == distances[1]
                    && distances[2] == widths.getLast()
                    && distances[2] % 4 == 0
                    && distances[2] >= 16;
        }
        return pairs ? detector("nanodet") : Task.UNKNOWN;
    }

    private static Task detector(String decoder) {
        return new Task(Kind.DETECTOR, decoder, List.of());
    }
}
