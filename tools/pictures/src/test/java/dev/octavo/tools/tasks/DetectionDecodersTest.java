package dev.octavo.tools.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each decoder finds a box that the test encodes by the definition of its family. */
final class DetectionDecodersTest {
    private static final int SIDE = 64;
    private static final double SCORE = 0.75;

    /** In the cell at column 3, row 5 of stride 8. */
    private static final Box BOX = Box.around(27, 42, 20, 12);

    private static final int COLUMN = 3;
    private static final int ROW = 5;
    private static final int CELL = ROW * (SIDE / 8) + COLUMN;
    private static final int CELLS = 64 + 16 + 4;

    @Test
    void yolox() {
        float[] values = new float[CELLS * 7];
        int at = CELL * 7;
        values[at] = 27f / 8 - COLUMN;
        values[at + 1] = 42f / 8 - ROW;
        values[at + 2] = (float) Math.log(20 / 8.0);
        values[at + 3] = (float) Math.log(12 / 8.0);
        values[at + 4] = 1;
        values[at + 6] = (float) SCORE;
        expect("yolox", 1, ModelOutput.of("y", values, 1, CELLS, 7));
    }

    @Test
    void yoloxOfLogits() {
        float[] values = new float[CELLS * 6];
        for (int cell = 0; cell < CELLS; cell++) {
            values[cell * 6 + 4] = -9;
        }
        int at = CELL * 6;
        values[at] = 27f / 8 - COLUMN;
        values[at + 1] = 42f / 8 - ROW;
        values[at + 2] = (float) Math.log(20 / 8.0);
        values[at + 3] = (float) Math.log(12 / 8.0);
        values[at + 4] = 20;
        values[at + 5] = (float) Math.log(SCORE / (1 - SCORE));
        expect("yolox", 0, ModelOutput.of("y", values, 1, CELLS, 6));
    }

    @Test
    void yolov5() {
        float[] values = new float[3 * CELLS * 7];
        float[] row = {27, 42, 20, 12, 1, 0, (float) SCORE};
        System.arraycopy(row, 0, values, 100 * 7, 7);
        expect("yolov5", 1, ModelOutput.of("y", values, 1, 3 * CELLS, 7));
    }

    @Test
    void yolov8InColumnsAndInRows() {
        float[] row = {27, 42, 20, 12, 0, 0, (float) SCORE};
        float[] columns = new float[7 * CELLS];
        float[] rows = new float[7 * CELLS];
        for (int i = 0; i < 7; i++) {
            columns[i * CELLS + 40] = row[i];
            rows[40 * 7 + i] = row[i];
        }
        expect("yolov8", 2, ModelOutput.of("y", columns, 1, 7, CELLS));
        expect("yolov8", 2, ModelOutput.of("y", rows, 1, CELLS, 7));
    }

    @Test
    void nanodetOfSeveralOutputs() {
        List<ModelOutput> scores = new ArrayList<>();
        List<ModelOutput> distances = new ArrayList<>();
        for (int stride : new int[] {8, 16, 32}) {
            int cells = SIDE / stride * (SIDE / stride);
            float[] score = new float[cells * 3];
            float[] distance = new float[cells * 32];
            if (stride == 8) {
                score[CELL * 3 + 2] = (float) SCORE;
                // From the middle of the cell, (27.5, 43.5), by the interpolation of two neighbouring distances.
                distribute(distance, CELL * 32, (27.5 - BOX.left()) / 8);
                distribute(distance, CELL * 32 + 8, (43.5 - BOX.top()) / 8);
                distribute(distance, CELL * 32 + 16, (BOX.right() - 27.5) / 8);
                distribute(distance, CELL * 32 + 24, (BOX.bottom() - 43.5) / 8);
            }
            scores.add(ModelOutput.of("s" + stride, score, 1, cells, 3));
            distances.add(ModelOutput.of("d" + stride, distance, 1, cells, 32));
        }
        List<ModelOutput> outputs = new ArrayList<>(scores);
        outputs.addAll(distances);
        expect("nanodet", 2, outputs.toArray(ModelOutput[]::new));
    }

    private static void distribute(float[] logits, int at, double distance) {
        int whole = (int) distance;
        for (int i = 0; i < 8; i++) {
            double part = i == whole ? 1 - (distance - whole) : i == whole + 1 ? distance - whole : 0;
            logits[at + i] = (float) Math.log(Math.max(part, 1e-9));
        }
    }

    @Test
    void ssd() {
        int boxes = 5;
        float[] encoded = new float[boxes * 4];
        float[] scores = new float[boxes * 3];
        List<Float> anchors = new ArrayList<>();
        for (int i = 0; i < boxes; i++) {
            anchors.addAll(List.of(0.5f, 0.25f, 0.3f, 0.4f));
        }
        encoded[8] = (float) ((42.0 / SIDE - 0.5) / 0.3 * 10);
        encoded[9] = (float) ((27.0 / SIDE - 0.25) / 0.4 * 10);
        encoded[10] = (float) (Math.log(12.0 / SIDE / 0.3) * 5);
        encoded[11] = (float) (Math.log(20.0 / SIDE / 0.4) * 5);
        scores[6] = 0.9f;
        scores[8] = (float) SCORE;
        List<ModelOutput> outputs =
                List.of(ModelOutput.of("boxes", encoded, 1, boxes, 4), ModelOutput.of("scores", scores, 1, boxes, 3));
        // Class 0 is the background.
        expect(DetectionDecoders.create("ssd", SIDE, SIDE, anchors), 1, outputs);
        expect(DetectionDecoders.create("ssd", SIDE, SIDE, anchors), 1, outputs.reversed());
    }

    @Test
    void scrfd() {
        List<ModelOutput> outputs = new ArrayList<>();
        for (int width : new int[] {1, 4, 10}) {
            for (int stride : new int[] {8, 16, 32}) {
                int rows = 2 * (SIDE / stride) * (SIDE / stride);
                float[] values = new float[rows * width];
                if (stride == 8) {
                    int at = (2 * CELL + 1) * width;
                    float[] row = width == 1
                            ? new float[] {(float) SCORE}
                            : width == 4
                                    ? new float[] {(24 - 17) / 8f, (40 - 36) / 8f, (37 - 24) / 8f, (48 - 40) / 8f}
                                    : new float[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0.5f};
                    System.arraycopy(row, 0, values, at, width);
                }
                outputs.add(ModelOutput.of("o" + width + stride, values, 1, rows, width));
            }
        }
        Detection found = expect("scrfd", 0, outputs.toArray(ModelOutput[]::new));
        assertThat(found.landmarks()).hasSize(5).startsWith(new Point(32, 40)).endsWith(new Point(24, 44));
    }

    @Test
    void yunet() {
        List<ModelOutput> outputs = new ArrayList<>();
        for (String name : new String[] {"cls", "obj", "bbox", "kps"}) {
            for (int stride : new int[] {8, 16, 32}) {
                int rows = SIDE / stride * (SIDE / stride);
                float[] row = switch (name) {
                    case "cls" -> new float[] {(float) SCORE};
                    case "obj" -> new float[] {(float) SCORE};
                    case "bbox" -> new float[] {3 / 8f, 2 / 8f, (float) Math.log(20 / 8.0), (float) Math.log(12 / 8.0)};
                    default -> new float[] {0.5f, 1, 0, 0, 0, 0, 0, 0, 0, 0};
                };
                float[] values = new float[rows * row.length];
                if (stride == 8) {
                    System.arraycopy(row, 0, values, CELL * row.length, row.length);
                }
                outputs.add(ModelOutput.of(name + "_" + stride, values, 1, rows, row.length));
            }
        }
        Detection found = expect("yunet", 0, outputs.toArray(ModelOutput[]::new));
        assertThat(found.landmarks()).startsWith(new Point(28, 48));
    }

    @Test
    void blazeface() {
        int side = 128;
        float[] logits = new float[896];
        Arrays.fill(logits, -9);
        float[] rows = new float[896 * 16];
        // The second box of the cell at column 3, row 5 of stride 8, whose middle is (28, 44).
        int box = 2 * (5 * 16 + 3) + 1;
        logits[box] = (float) Math.log(SCORE / (1 - SCORE));
        System.arraycopy(new float[] {-1, -2, 20, 12, 4, 6}, 0, rows, box * 16, 6);
        Detection found = expect(
                DetectionDecoders.create("blazeface", side, side, List.of()),
                0,
                List.of(ModelOutput.of("boxes", rows, 1, 896, 16), ModelOutput.of("scores", logits, 1, 896, 1)));
        assertThat(found.landmarks()).hasSize(6).startsWith(new Point(32, 50));
    }

    @Test
    void cornersAndRows() {
        float[] boxes = new float[3 * 4];
        float[] scores = {1, 0, 1, 0, 1 - (float) SCORE, (float) SCORE};
        System.arraycopy(new float[] {17f / SIDE, 36f / SIDE, 37f / SIDE, 48f / SIDE}, 0, boxes, 8, 4);
        expect("corners", 0, ModelOutput.of("scores", scores, 1, 3, 2), ModelOutput.of("boxes", boxes, 1, 3, 4));
        expect("rows", 4, ModelOutput.of("y", new float[] {0, 4, (float) SCORE, 17, 36, 37, 48}, 1, 7));
    }

    @Test
    void yoloFastestV2() {
        int cells = 16 + 4;
        float[] values = new float[cells * 17];
        // The cell at column 1, row 2 of stride 16, its third shape of 55.71 × 138.31 pixels.
        int at = (2 * 4 + 1) * 17;
        values[at + 8] = (27f / 16 - 1 + 0.5f) / 2;
        values[at + 9] = (42f / 16 - 2 + 0.5f) / 2;
        values[at + 10] = (float) Math.sqrt(20 / 55.71 / 4);
        values[at + 11] = (float) Math.sqrt(12 / 138.31 / 4);
        values[at + 14] = 1;
        values[at + 16] = (float) SCORE;
        expect("yolo-fastestv2", 1, ModelOutput.of("y", values, cells, 17));
    }

    @Test
    void refusesOutputsOfOthers() {
        ModelOutput logits = ModelOutput.of("logits", new float[1000], 1, 1000);
        for (String name : DetectionDecoders.names()) {
            List<Float> anchors = name.equals("ssd") ? List.of(0f, 0f, 1f, 1f) : List.of();
            DetectionDecoder decoder = DetectionDecoders.create(name, SIDE, SIDE, anchors);
            if (!name.equals("yolov5")) {
                assertThatThrownBy(() -> decoder.decode(List.of(logits, logits, logits), 0.5))
                        .as(name)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("logits");
            }
        }
        assertThatThrownBy(() -> DetectionDecoders.create("yolo", SIDE, SIDE, List.of()))
                .hasMessageContaining("yolox");
        assertThatThrownBy(() -> DetectionDecoders.create("ssd", SIDE, SIDE, List.of()))
                .hasMessageContaining("--anchors");
    }

    private static Detection expect(String name, int label, ModelOutput... outputs) {
        return expect(DetectionDecoders.create(name, SIDE, SIDE, List.of()), label, List.of(outputs));
    }

    private static Detection expect(DetectionDecoder decoder, int label, List<ModelOutput> outputs) {
        List<Detection> found = decoder.decode(outputs, 0.5);
        assertThat(found).hasSize(1);
        Detection detection = found.getFirst();
        assertThat(detection.label()).isEqualTo(label);
        assertThat(detection.score()).isCloseTo(SCORE, within(1e-5));
        assertThat(detection.box().left()).isCloseTo(BOX.left(), within(1e-3));
        assertThat(detection.box().top()).isCloseTo(BOX.top(), within(1e-3));
        assertThat(detection.box().right()).isCloseTo(BOX.right(), within(1e-3));
        assertThat(detection.box().bottom()).isCloseTo(BOX.bottom(), within(1e-3));
        return detection;
    }
}
