package dev.octavo.runtime.plan;

import dev.octavo.kernels.ConvolutionChain;
import dev.octavo.kernels.ConvolutionChain.Strip;
import dev.octavo.kernels.KernelSet;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which convolutions are computed together, block by block of rows: a depthwise one, the pointwise one that follows it, and
 * the dense one that precedes it, where the tensors between are so large that they would leave the caches.
 */
final class ChainAssignment {
    /** Tensors between that are not so many times larger than their strips stay in the caches anyway. */
    private static final int LEAST_STRIPS = 2;

    /**
     * Consecutive operations that make a chain.
     *
     * @param first position of the first
     * @param last position of the last
     * @param strips of the outputs of all but the last
     * @param blockRows rows of the last output at a time
     */
    record Chain(int first, int last, List<Strip> strips, int blockRows) {
        /** The strip of the output of an operation of the chain; empty for the last. */
        Optional<Strip> strip(int position) {
            return position < last ? Optional.of(strips.get(position - first)) : Optional.empty();
        }
    }

    private final BatchedModel model;
    private final LayoutAssignment layouts;
    private final int[] readers;
    private final Map<Integer, Chain> chains = new HashMap<>();

    private ChainAssignment(BatchedModel model, LayoutAssignment layouts) {
        this.model = model;
        this.layouts = layouts;
        this.readers = new int[model.definition().tensors().size()];
        model.definition().operations().forEach(o -> o.inputs().forEach(input -> readers[input]++));
        model.definition().outputs().forEach(output -> readers[output]++);
    }

    /** No chains at all. */
    static ChainAssignment none(BatchedModel model, LayoutAssignment layouts) {
        return new ChainAssignment(model, layouts);
    }

    /** The chains that the kernels gain by. */
    static ChainAssignment of(BatchedModel model, LayoutAssignment layouts, KernelSet kernels) {
        ChainAssignment assignment = new ChainAssignment(model, layouts);
        long stripBytes = kernels.stripBytes();
        int position = 0;
        while (stripBytes > 0 && position < model.end()) {
            Optional<Chain> chain = assignment.find(position, stripBytes);
            chain.ifPresent(found -> {
                for (int k = found.first(); k <= found.last(); k++) {
                    assignment.chains.put(k, found);
                }
            });
            position = chain.map(found -> found.last() + 1).orElse(position + 1);
        }
        return assignment;
    }

    /** The chain that an operation belongs to. */
    Optional<Chain> at(int position) {
        return Optional.ofNullable(chains.get(position));
    }

    private Optional<Chain> find(int first, long stripBytes) {
        if (!chainable(first)) {
            return Optional.empty();
        }
        int depthwise = depthwise(first) ? first : first + 1;
        int last = depthwise + 1;
        for (int k = first; k < last; k++) {
            if (!linked(k)) {
                return Optional.empty();
            }
        }
        return depthwise(depthwise) && pointwise(last) ? chain(first, last, stripBytes) : Optional.empty();
    }

    private boolean chainable(int position) {
        OperationDefinition operation = model.operation(position);
        return operation.operation() instanceof Operation.Convolution
                && model.tensor(operation.output()).type().quantized()
                && model.shape(operation.output()).length == 4;
    }

    /** Whether the next operation, and nothing else, reads what this one writes. */
    private boolean linked(int position) {
        if (position + 1 >= model.end() || !chainable(position + 1)) {
            return false;
        }
        OperationDefinition operation = model.operation(position);
        int between = operation.output();
        return operation.inputs().size() == 1
                && readers[between] == 1
                && model.operation(position + 1).inputs().getFirst() == between
                && (model.paddedByZero(between)
                        || convolution(position + 1).padding().isNone())
                && rowBytes(between) >= ConvolutionChain.LEAST_ROW_BYTES;
    }

    private Operation.Convolution convolution(int position) {
        return (Operation.Convolution) model.operation(position).operation();
    }

    private boolean depthwise(int position) {
        int groups = convolution(position).shape().groups();
        OperationDefinition operation = model.operation(position);
        return groups > 1
                && groups == model.shape(operation.inputs().getFirst())[1]
                && groups == model.shape(operation.output())[1];
    }

    private boolean pointwise(int position) {
        return convolution(position).shape().taps() == 1
                && convolution(position).shape().groups() == 1;
    }

    /** Bytes of a row of a tensor with its halo. */
    private long rowBytes(int tensor) {
        int[] shape = model.shape(tensor);
        return (long) shape[1]
                * (layouts.halo(tensor).left() + shape[3] + layouts.halo(tensor).right());
    }

    private Optional<Chain> chain(int first, int last, long stripBytes) {
        int height = model.shape(model.operation(last).output())[2];
        long whole = 0;
        for (int k = first; k < last; k++) {
            int between = model.operation(k).output();
            whole += model.shape(between)[2] * rowBytes(between);
        }
        if (whole < LEAST_STRIPS * stripBytes) {
            return Optional.empty();
        }
        int rows = height;
        Chain chain = chain(first, last, rows);
        while (rows > 1 && bytes(chain) > stripBytes) {
            rows--;
            chain = chain(first, last, rows);
        }
        int blocks = (height + rows - 1) / rows;
        return Optional.of(chain(first, last, (height + blocks - 1) / blocks));
    }

    private Chain chain(int first, int last, int blockRows) {
        List<Strip> strips = new ArrayList<>();
        int rows = blockRows;
        for (int k = last; k > first; k--) {
            rows = ConvolutionChain.inputRows(convolution(k).shape(), rows);
            strips.add(new Strip(rows, convolution(k).padding().top()));
        }
        Collections.reverse(strips);
        return new Chain(first, last, List.copyOf(strips), blockRows);
    }

    private long bytes(Chain chain) {
        long bytes = 0;
        for (int k = chain.first(); k < chain.last(); k++) {
            bytes += chain.strip(k).orElseThrow().rows()
                    * rowBytes(model.operation(k).output());
        }
        return bytes;
    }
}
