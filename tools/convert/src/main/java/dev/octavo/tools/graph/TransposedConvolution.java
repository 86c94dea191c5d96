package dev.octavo.tools.graph;

import dev.octavo.kernels.ConvolutionShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Transposed convolutions as dense ones: output pixels whose positions agree modulo the strides, a phase, read every
 * stride-th tap of the kernel, so that each phase is a convolution of the input with a part of the kernel. Phases that read
 * the same pixels are channels of one convolution; their results are interleaved.
 *
 * @param weights [C, O / groups, kernelHeight, kernelWidth]
 * @param strides of the output per input pixel: rows, columns
 * @param dilations rows, columns
 * @param begin output pixels that are cut off before the first: rows, columns
 * @param extents of the output: rows, columns
 */
public record TransposedConvolution(
        FloatTensor weights, FloatTensor bias, int groups, int[] strides, int[] dilations, int[] begin, int[] extents) {
    /** What one phase reads along a dimension: taps, and the first input position of output 0, which may be negative. */
    private record Line(List<Integer> taps, int first, int spacing) {}

    /** Returns the result for a value [N, C, H, W] or [N, C, L], whose height is then 1. */
    public String of(String value, Emitter graph) {
        int[] shape = graph.shape(value);
        boolean rows = shape.length == 4;
        String map = rows ? value : graph.reshape(value, shape[0], shape[1], 1, shape[2]);
        int outputs = weights.size(1) * groups;
        int high = Math.ceilDiv(extents[0], strides[0]);
        int wide = Math.ceilDiv(extents[1], strides[1]);
        List<Phase> phases = new ArrayList<>();
        for (int r = 0; r < strides[0]; r++) {
            for (int c = 0; c < strides[1]; c++) {
                Phase phase = phase(graph.shape(map), line(0, r), line(1, c), high, wide);
                Phase last = phases.isEmpty() ? null : phases.getLast();
                if (last != null && groups == 1 && last.reads(phase)) {
                    phases.set(phases.size() - 1, last.and(phase));
                } else {
                    phases.add(phase);
                }
            }
        }
        List<String> parts =
                phases.stream().map(phase -> phase.of(map, bias, graph)).toList();
        int n = shape[0];
        String stacked = graph.reshape(graph.concat(1, parts), n, strides[0], strides[1], outputs, high, wide);
        String interleaved = graph.reshape(
                graph.transpose(stacked, List.of(0, 3, 4, 1, 5, 2)), n, outputs, high * strides[0], wide * strides[1]);
        Box box = new Box(graph.shape(interleaved)).side(2, 0, 1, extents[0]).side(3, 0, 1, extents[1]);
        String result = graph.slice(interleaved, box);
        return rows ? result : graph.reshape(result, n, outputs, extents[1]);
    }

    /** The taps k with (phase + begin − k · dilation) divisible by the stride, the one that reads furthest left first. */
    private Line line(int dimension, int phase) {
        int kernel = weights.size(2 + dimension);
        int stride = strides[dimension];
        List<Integer> taps = IntStream.range(0, kernel)
                .filter(k -> Math.floorMod(phase + begin[dimension] - k * dilations[dimension], stride) == 0)
                .boxed()
                .toList()
                .reversed();
        if (taps.isEmpty()) {
            return new Line(taps, 0, 1);
        }
        int first = (phase + begin[dimension] - taps.getFirst() * dilations[dimension]) / stride;
        int spacing = taps.size() > 1 ? (taps.getFirst() - taps.get(1)) * dilations[dimension] / stride : 1;
        return new Line(taps, first, spacing);
    }

    private Phase phase(int[] shape, Line rows, Line columns, int high, int wide) {
        int inGroup = shape[1] / groups;
        int outGroup = weights.size(1);
        boolean empty = rows.taps().isEmpty() || columns.taps().isEmpty();
        int kernelHeight = empty ? 1 : rows.taps().size();
        int kernelWidth = empty ? 1 : columns.taps().size();
        float[] filters = new float[outGroup * groups * inGroup * kernelHeight * kernelWidth];
        int at = 0;
        for (int o = 0; o < outGroup * groups; o++) {
            for (int i = 0; i < inGroup; i++) {
                int channel = o / outGroup * inGroup + i;
                for (int y = 0; y < kernelHeight; y++) {
                    for (int x = 0; x < kernelWidth; x++) {
                        filters[at++] = empty
                                ? 0
                                : weights.at(((channel * outGroup + o % outGroup) * weights.size(2)
                                                        + rows.taps().get(y))
                                                * weights.size(3)
                                        + columns.taps().get(x));
                    }
                }
            }
        }
        int top = empty ? 0 : -rows.first();
        int left = empty ? 0 : -columns.first();
        int bottom = high - 1 + (kernelHeight - 1) * rows.spacing() - top - (shape[2] - 1);
        int right = wide - 1 + (kernelWidth - 1) * columns.spacing() - left - (shape[3] - 1);
        int[] cut = {Math.max(0, -top), Math.max(0, -left), Math.max(0, -bottom), Math.max(0, -right)};
        Window window = new Window(
                new ConvolutionShape(kernelHeight, kernelWidth, 1, 1, rows.spacing(), columns.spacing(), groups),
                Math.max(0, top),
                Math.max(0, left),
                Math.max(0, bottom),
                Math.max(0, right));
        FloatTensor taps = FloatTensor.of(new int[] {outGroup * groups, inGroup, kernelHeight, kernelWidth}, filters);
        return new Phase(Arrays.stream(cut).boxed().toList(), window, taps);
    }

    /**
     * The convolution of one phase, or of several that read the same pixels.
     *
     * @param cut rows and columns of the input that it does not read: top, left, bottom, right
     */
    private record Phase(List<Integer> cut, Window window, FloatTensor weights) {
        boolean reads(Phase other) {
            return cut.equals(other.cut) && window.equals(other.window);
        }

        Phase and(Phase other) {
            int[] shape = weights.shape();
            float[] both = Arrays.copyOf(weights.values(), weights.elements() + other.weights.elements());
            System.arraycopy(other.weights.values(), 0, both, weights.elements(), other.weights.elements());
            shape[0] += other.weights.size(0);
            return new Phase(cut, window, FloatTensor.of(shape, both));
        }

        String of(String map, FloatTensor bias, Emitter graph) {
            int[] shape = graph.shape(map);
            Box box = new Box(shape)
                    .side(2, cut.get(0), 1, shape[2] - cut.get(0) - cut.get(2))
                    .side(3, cut.get(1), 1, shape[3] - cut.get(1) - cut.get(3));
            float[] biases = new float[weights.size(0)];
            for (int o = 0; o < biases.length; o++) {
                biases[o] = bias.at(o % bias.elements());
            }
            return graph.convolution(graph.slice(map, box), window, weights, FloatTensor.vector(biases));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TransposedConvolution that
                && groups == that.groups
                && weights.equals(that.weights)
                && bias.equals(that.bias)
                && Arrays.equals(strides, that.strides)
                && Arrays.equals(dilations, that.dilations)
                && Arrays.equals(begin, that.begin)
                && Arrays.equals(extents, that.extents);
    }

    @Override
    public int hashCode() {
        return weights.hashCode() * 31 + Arrays.hashCode(extents);
    }
}
