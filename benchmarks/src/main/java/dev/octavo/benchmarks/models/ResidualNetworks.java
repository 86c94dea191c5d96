package dev.octavo.benchmarks.models;

import java.util.List;

/** He et al., Deep Residual Learning for Image Recognition (2015), table 1. */
final class ResidualNetworks {
    private ResidualNetworks() {}

    static Network resNet18() {
        NetworkBuilder b = new NetworkBuilder("resnet18");
        int x = stem(b);
        for (int stage = 0; stage < 4; stage++) {
            for (int block = 0; block < 2; block++) {
                x = basic(b, x, 64 << stage, stage > 0 && block == 0 ? 2 : 1);
            }
        }
        return classifier(b, x);
    }

    /** Version 1.5: the stride of a down-sampling block is in its 3×3 convolution. */
    static Network resNet50() {
        NetworkBuilder b = new NetworkBuilder("resnet50");
        int x = stem(b);
        List<Integer> blocks = List.of(3, 4, 6, 3);
        for (int stage = 0; stage < 4; stage++) {
            for (int block = 0; block < blocks.get(stage); block++) {
                x = bottleneck(b, x, 64 << stage, stage > 0 && block == 0 ? 2 : 1);
            }
        }
        return classifier(b, x);
    }

    /** Two basic blocks on 16 and 32 channels. */
    static Network tiny() {
        NetworkBuilder b = new NetworkBuilder("tiny", 32);
        int x = b.relu(b.normalized(b.image(), 16, 3, 1, 1));
        x = basic(b, x, 16, 1);
        return classifier(b, basic(b, x, 32, 2));
    }

    private static int stem(NetworkBuilder b) {
        return b.maxPool(b.relu(b.normalized(b.image(), 64, 7, 2, 1)), 3, 2, 1);
    }

    private static int basic(NetworkBuilder b, int x, int channels, int stride) {
        int y = b.relu(b.normalized(x, channels, 3, stride, 1));
        y = b.normalized(y, channels, 3, 1, 1);
        return b.relu(b.add(y, shortcut(b, x, channels, stride)));
    }

    private static int bottleneck(NetworkBuilder b, int x, int width, int stride) {
        int y = b.relu(b.normalized(x, width, 1, 1, 1));
        y = b.relu(b.normalized(y, width, 3, stride, 1));
        y = b.normalized(y, 4 * width, 1, 1, 1);
        return b.relu(b.add(y, shortcut(b, x, 4 * width, stride)));
    }

    private static int shortcut(NetworkBuilder b, int x, int channels, int stride) {
        return b.shape(x).channels() == channels && stride == 1 ? x : b.normalized(x, channels, 1, stride, 1);
    }

    private static Network classifier(NetworkBuilder b, int x) {
        b.linear(b.flatten(b.globalAverage(x)), Architecture.CLASSES);
        return b.build();
    }
}
