package dev.octavo.tools.demo.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * relu(main(x) + shortcut(x)), the basic block of He et al., "Deep Residual Learning for Image Recognition" (2015): two
 * 3×3 convolutions, and a 1×1 convolution beside them where the shape changes.
 */
final class ResidualBlock implements Layer {
    final Layers main;
    /** Empty for the identity. */
    final Layers shortcut;

    private final Relu relu = new Relu();

    ResidualBlock(int inputs, int outputs, int stride, RandomGenerator random) {
        SequencedMap<String, Layer> path = new LinkedHashMap<>();
        path.put("conv1", new Convolution(inputs, outputs, 3, stride, false, random));
        path.put("bn1", new BatchNorm(outputs));
        path.put("relu1", new Relu());
        path.put("conv2", new Convolution(outputs, outputs, 3, 1, false, random));
        path.put("bn2", new BatchNorm(outputs));
        main = new Layers(path);

        SequencedMap<String, Layer> projection = new LinkedHashMap<>();
        if (inputs != outputs || stride != 1) {
            projection.put("conv", new Convolution(inputs, outputs, 1, stride, false, random));
            projection.put("bn", new BatchNorm(outputs));
        }
        shortcut = new Layers(projection);
    }

    @Override
    public Batch forward(Batch input, boolean training) {
        Batch sum = main.forward(input, training);
        add(sum, shortcut.forward(input, training));
        return relu.forward(sum, training);
    }

    @Override
    public Batch backward(Batch outputGradient) {
        Batch sumGradient = relu.backward(outputGradient);
        Batch inputGradient = main.backward(sumGradient);
        add(inputGradient, shortcut.backward(sumGradient));
        return inputGradient;
    }

    @Override
    public List<Parameter> parameters() {
        return Stream.of(main, shortcut)
                .flatMap(path -> path.parameters().stream())
                .toList();
    }

    private static void add(Batch target, Batch other) {
        float[] sum = target.values;
        float[] added = other.values;
        for (int i = 0; i < sum.length; i++) {
            sum[i] += added[i];
        }
    }
}
