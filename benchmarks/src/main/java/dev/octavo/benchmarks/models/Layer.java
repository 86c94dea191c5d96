package dev.octavo.benchmarks.models;

import java.util.List;

/** One operation of a network. Its inputs are numbers of values: 0 is the network's input, i + 1 the output of layer i. */
sealed interface Layer {
    List<Integer> inputs();

    Shape output();

    /** Weights, biases, and the γ and β of batch normalizations, as published counts do; running statistics do not count. */
    default long parameters() {
        return 0;
    }

    /** Multiply-accumulates of convolutions and fully connected layers, padding included, as published counts do. */
    default long multiplyAccumulates() {
        return 0;
    }

    /** A square convolution; {@code before} and {@code after} are pixels of zero padding on both axes. */
    record Convolution(
            int input,
            Shape from,
            Shape output,
            int kernel,
            int stride,
            int before,
            int after,
            int groups,
            boolean biased)
            implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        int fanIn() {
            return kernel * kernel * from.channels() / groups;
        }

        int weights() {
            return output.channels() * fanIn();
        }

        @Override
        public long parameters() {
            return (long) weights() + (biased ? output.channels() : 0);
        }

        @Override
        public long multiplyAccumulates() {
            return (long) output.elements() * fanIn();
        }
    }

    /** A fully connected layer with bias. */
    record Linear(int input, int features, Shape output) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public long parameters() {
            return (features + 1L) * output.channels();
        }

        @Override
        public long multiplyAccumulates() {
            return (long) features * output.channels();
        }
    }

    /** Batch normalization over channels. */
    record BatchNormalization(int input, Shape output) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public long parameters() {
            return 2L * output.channels();
        }
    }

    /** {@code min(max(x, 0), limit)}; an infinite limit is the plain ReLU. */
    record Rectifier(int input, Shape output, float limit) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }

    /** Maximum or average of a square window. */
    record Pool(int input, Shape from, Shape output, boolean maximum, int kernel, int stride, int padding)
            implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }

    /** Mean over all pixels. */
    record GlobalAverage(int input, Shape from, Shape output) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }

    /** Sum of two values of one shape. */
    record Add(int left, int right, Shape output) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(left, right);
        }
    }

    /** Channels of all inputs, one after the other. */
    record Concat(List<Integer> inputs, Shape output) implements Layer {
        /** Copies the list. */
        public Concat {
            inputs = List.copyOf(inputs);
        }
    }

    /** All elements, in the order channel, row, column, as one vector. */
    record Flatten(int input, Shape output) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }
}
