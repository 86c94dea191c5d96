package dev.octavo.runtime.plan;

import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.Padding;
import dev.octavo.runtime.format.TensorDefinition;
import java.util.Arrays;
import java.util.List;

/**
 * In which order the elements of each tensor lie, and how much halo surrounds it.
 *
 * <p>Convolutions and pools read and write feature maps, channels last; tensors that only element-wise operations lie
 * between share their order, so that nothing is transposed on the way. Every other tensor is contiguous.
 */
final class LayoutAssignment {
    private final boolean[] channelsLast;
    private final Padding[] halos;

    private LayoutAssignment(boolean[] channelsLast, Padding[] halos) {
        this.channelsLast = channelsLast;
        this.halos = halos;
    }

    static LayoutAssignment of(BatchedModel model) {
        List<TensorDefinition> tensors = model.definition().tensors();
        Groups groups = new Groups(tensors.size());
        boolean[] anchored = new boolean[tensors.size()];
        Padding[] halos = new Padding[tensors.size()];
        Arrays.fill(halos, Padding.NONE);
        for (OperationDefinition operation : model.definition().operations()) {
            int output = operation.output();
            switch (operation.operation()) {
                case Operation.Convolution convolution -> {
                    anchor(operation, anchored);
                    demand(operation.inputs().getFirst(), convolution.padding(), halos);
                }
                case Operation.FloatConvolution convolution -> {
                    anchor(operation, anchored);
                    demand(operation.inputs().getFirst(), convolution.padding(), halos);
                }
                case Operation.Pool _ -> anchor(operation, anchored);
                case Operation.MatMul _,
                        Operation.Reshape _,
                        Operation.Transpose _,
                        Operation.Gather _,
                        Operation.Scatter _ -> {}
                case Operation.Add _,
                        Operation.Multiply _,
                        Operation.LookUp _,
                        Operation.Quantize _,
                        Operation.Dequantize _,
                        Operation.Unary _,
                        Operation.Binary _,
                        Operation.Softmax _,
                        Operation.Reduction _,
                        Operation.Select _,
                        Operation.ArgExtreme _,
                        Operation.TopK _,
                        Operation.Slice _,
                        Operation.Concat _,
                        Operation.Pad _ -> {
                    for (int input : operation.inputs()) {
                        if (!model.constant(input) && rank(model, input) == rank(model, output)) {
                            groups.join(input, output);
                        }
                    }
                }
            }
        }
        boolean[] anchoredGroup = new boolean[tensors.size()];
        for (int t = 0; t < anchored.length; t++) {
            anchoredGroup[groups.of(t)] |= anchored[t];
        }
        boolean[] channelsLast = new boolean[tensors.size()];
        for (int t = 0; t < channelsLast.length; t++) {
            int rank = rank(model, t);
            channelsLast[t] = anchoredGroup[groups.of(t)] && rank >= 2 && rank <= 4;
        }
        return new LayoutAssignment(channelsLast, halos);
    }

    /** Whether channels lie next to each other, in a tensor of rank 2 to 4. */
    boolean channelsLast(int tensor) {
        return channelsLast[tensor];
    }

    /** The pixels around a tensor that its readers need. */
    Padding halo(int tensor) {
        return halos[tensor];
    }

    /** Makes room around a tensor for what another needs. */
    void widen(int tensor, Padding halo) {
        halos[tensor] = union(halos[tensor], halo);
    }

    private static void anchor(OperationDefinition operation, boolean[] anchored) {
        anchored[operation.output()] = true;
        for (int input : operation.inputs()) {
            anchored[input] = true;
        }
    }

    private static void demand(int tensor, Padding padding, Padding[] halos) {
        halos[tensor] = union(halos[tensor], padding);
    }

    private static Padding union(Padding a, Padding b) {
        return new Padding(
                Math.max(a.top(), b.top()),
                Math.max(a.left(), b.left()),
                Math.max(a.bottom(), b.bottom()),
                Math.max(a.right(), b.right()));
    }

    private static int rank(BatchedModel model, int tensor) {
        return model.tensor(tensor).shape().length;
    }

    /** Disjoint sets of tensors. */
    private static final class Groups {
        private final int[] parent;

        Groups(int size) {
            parent = new int[size];
            Arrays.setAll(parent, t -> t);
        }

        int of(int tensor) {
            int root = tensor;
            while (parent[root] != root) {
                parent[root] = parent[parent[root]];
                root = parent[root];
            }
            return root;
        }

        void join(int a, int b) {
            parent[of(a)] = of(b);
        }
    }
}
