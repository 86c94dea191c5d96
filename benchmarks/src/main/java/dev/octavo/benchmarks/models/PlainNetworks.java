package dev.octavo.benchmarks.models;

import java.util.ArrayList;
import java.util.List;

/** Networks without residual additions. */
final class PlainNetworks {
    private PlainNetworks() {}

    /** Simonyan and Zisserman (2014), configuration D; no batch normalization. */
    static Network vgg16() {
        NetworkBuilder b = new NetworkBuilder("vgg16");
        int x = b.image();
        int[][] stages = {{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}};
        for (int[] stage : stages) {
            for (int i = 0; i < stage[1]; i++) {
                x = b.relu(b.convolution(x, stage[0], 3, 1, 1, 1, true));
            }
            x = b.maxPool(x, 2, 2, 0);
        }
        x = b.relu(b.linear(b.flatten(x), 4096));
        x = b.relu(b.linear(x, 4096));
        b.linear(x, 1000);
        return b.build();
    }

    /** Iandola et al. (2016), in the cheaper version 1.1 of its authors' repository; no batch normalization. */
    static Network squeezeNet() {
        NetworkBuilder b = new NetworkBuilder("squeezenet1_1");
        int x = b.maxPool(b.relu(b.convolution(b.image(), 64, 3, 2, 0, 1, true)), 3, 2, 0);
        x = fire(b, fire(b, x, 16, 64), 16, 64);
        x = b.maxPool(x, 3, 2, 0);
        x = fire(b, fire(b, x, 32, 128), 32, 128);
        x = b.maxPool(x, 3, 2, 0);
        x = fire(b, fire(b, fire(b, fire(b, x, 48, 192), 48, 192), 64, 256), 64, 256);
        x = b.relu(b.convolution(x, 1000, 1, 1, 0, 1, true));
        b.flatten(b.globalAverage(x));
        return b.build();
    }

    private static int fire(NetworkBuilder b, int x, int squeezed, int expanded) {
        int s = b.relu(b.convolution(x, squeezed, 1, 1, 0, 1, true));
        int one = b.relu(b.convolution(s, expanded, 1, 1, 0, 1, true));
        int three = b.relu(b.convolution(s, expanded, 3, 1, 1, 1, true));
        return b.concat(List.of(one, three));
    }

    /** Huang et al., Densely Connected Convolutional Networks (2016), table 1, growth 32. */
    static Network denseNet121() {
        NetworkBuilder b = new NetworkBuilder("densenet121");
        int x = b.maxPool(b.relu(b.normalized(b.image(), 64, 7, 2, 1)), 3, 2, 1);
        int[] blocks = {6, 12, 24, 16};
        for (int block = 0; block < blocks.length; block++) {
            List<Integer> features = new ArrayList<>(List.of(x));
            for (int i = 0; i < blocks[block]; i++) {
                int all = features.size() == 1 ? x : b.concat(features);
                int y = b.relu(b.normalized(b.relu(b.batchNormalization(all)), 128, 1, 1, 1));
                features.add(b.convolution(y, 32, 3, 1, 1, 1, false));
            }
            x = b.relu(b.batchNormalization(b.concat(features)));
            if (block < blocks.length - 1) {
                x = b.averagePool(b.convolution(x, b.shape(x).channels() / 2, 1, 1, 0, 1, false), 2, 2);
            }
        }
        b.linear(b.flatten(b.globalAverage(x)), 1000);
        return b.build();
    }
}
