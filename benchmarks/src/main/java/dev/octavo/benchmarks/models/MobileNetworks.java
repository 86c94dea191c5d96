package dev.octavo.benchmarks.models;

/** Networks of depthwise separable convolutions. */
final class MobileNetworks {
    /** Expansion, output channels, repetitions, stride of the first, kernel. */
    private record Stage(int expansion, int channels, int repetitions, int stride, int kernel) {}

    private MobileNetworks() {}

    /** Howard et al., MobileNets (2017), table 1, padded as TensorFlow does. */
    static Network mobileNetV1() {
        NetworkBuilder b = new NetworkBuilder("mobilenet_v1");
        int x = b.relu6(b.normalizedSame(b.image(), 32, 3, 2, 1));
        int[][] blocks = {
            {64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}, {512, 2}, {512, 1}, {512, 1}, {512, 1}, {512, 1}, {512, 1},
            {1024, 2}, {1024, 1}
        };
        for (int[] block : blocks) {
            int channels = b.shape(x).channels();
            x = b.relu6(b.normalizedSame(x, channels, 3, block[1], channels));
            x = b.relu6(b.normalizedSame(x, block[0], 1, 1, 1));
        }
        b.linear(b.flatten(b.globalAverage(x)), 1000);
        return b.build();
    }

    /** Sandler et al., MobileNetV2 (2018), table 2. */
    static Network mobileNetV2() {
        NetworkBuilder b = new NetworkBuilder("mobilenet_v2");
        int x = b.relu6(b.normalized(b.image(), 32, 3, 2, 1));
        Stage[] stages = {
            new Stage(1, 16, 1, 1, 3),
            new Stage(6, 24, 2, 2, 3),
            new Stage(6, 32, 3, 2, 3),
            new Stage(6, 64, 4, 2, 3),
            new Stage(6, 96, 3, 1, 3),
            new Stage(6, 160, 3, 2, 3),
            new Stage(6, 320, 1, 1, 3)
        };
        return inverted(b, x, stages, false);
    }

    /** The TensorFlow TPU repository's EfficientNet-Lite0 (2020): B0 without squeeze-and-excitation, with ReLU6. */
    static Network efficientNetLite0() {
        NetworkBuilder b = new NetworkBuilder("efficientnet_lite0");
        int x = b.relu6(b.normalizedSame(b.image(), 32, 3, 2, 1));
        Stage[] stages = {
            new Stage(1, 16, 1, 1, 3),
            new Stage(6, 24, 2, 2, 3),
            new Stage(6, 40, 2, 2, 5),
            new Stage(6, 80, 3, 2, 3),
            new Stage(6, 112, 3, 1, 5),
            new Stage(6, 192, 4, 2, 5),
            new Stage(6, 320, 1, 1, 3)
        };
        return inverted(b, x, stages, true);
    }

    private static Network inverted(NetworkBuilder b, int stem, Stage[] stages, boolean same) {
        int x = stem;
        for (Stage stage : stages) {
            for (int i = 0; i < stage.repetitions; i++) {
                x = invertedResidual(b, x, stage, i == 0 ? stage.stride : 1, same);
            }
        }
        x = b.relu6(b.normalized(x, 1280, 1, 1, 1));
        b.linear(b.flatten(b.globalAverage(x)), 1000);
        return b.build();
    }

    private static int invertedResidual(NetworkBuilder b, int x, Stage stage, int stride, boolean same) {
        int from = b.shape(x).channels();
        int wide = from * stage.expansion;
        int y = stage.expansion == 1 ? x : b.relu6(b.normalized(x, wide, 1, 1, 1));
        y = b.relu6(
                same
                        ? b.normalizedSame(y, wide, stage.kernel, stride, wide)
                        : b.normalized(y, wide, stage.kernel, stride, wide));
        y = b.normalized(y, stage.channels, 1, 1, 1);
        return stride == 1 && from == stage.channels ? b.add(y, x) : y;
    }
}
