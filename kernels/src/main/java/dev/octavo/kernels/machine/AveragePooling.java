package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns an average {@link Pooling} of bytes into depthwise convolutions with weights of one: one for each part of the output
 * whose windows have the same taps inside of the input, such as the interior, the sides and the corners.
 */
final class AveragePooling {
    /** The weights of a convolution, all ones, take as many bytes per channel. */
    private static final int MOST_TAPS = 1 << 12;

    /** With the sum of the taps, what single precision holds exactly. */
    private static final int MOST_OFFSET = 1 << 23;

    /** Each part is a kernel of its own. */
    private static final int MOST_PARTS = 25;

    private AveragePooling() {}

    /**
     * Neighbouring rows or columns of the output.
     *
     * @param output index of the first
     * @param outputs how many
     * @param input index of the first tap inside of the input, for the first output
     * @param taps inside of the input, the same ones for each
     */
    private record Span(int output, int outputs, int input, int taps) {}

    /** Returns whether convolutions can compute a pooling. */
    static boolean supports(Pooling spec) {
        if (spec.kind() != Pooling.Kind.AVERAGE
                || !spec.input().type().quantized()
                || spec.window().taps() > MOST_TAPS
                || Math.abs(spec.offset()) > MOST_OFFSET) {
            return false;
        }
        List<Span> rows = rows(spec);
        List<Span> columns = columns(spec);
        return rows.size() * columns.size() <= MOST_PARTS
                && rows.stream().allMatch(span -> span.taps() > 0)
                && columns.stream().allMatch(span -> span.taps() > 0);
    }

    private static List<Span> rows(Pooling spec) {
        ConvolutionShape window = spec.window();
        return spans(
                spec.output().height(),
                window.strideHeight(),
                window.kernelHeight(),
                window.dilationHeight(),
                spec.padTop(),
                spec.input().height());
    }

    private static List<Span> columns(Pooling spec) {
        ConvolutionShape window = spec.window();
        return spans(
                spec.output().width(),
                window.strideWidth(),
                window.kernelWidth(),
                window.dilationWidth(),
                spec.padLeft(),
                spec.input().width());
    }

    private static List<Span> spans(int outputs, int stride, int kernel, int dilation, int before, int size) {
        List<Span> spans = new ArrayList<>();
        int lastFirst = -1;
        int lastTaps = -1;
        for (int output = 0; output < outputs; output++) {
            int start = output * stride - before;
            int first = start >= 0 ? 0 : Math.ceilDiv(-start, dilation);
            int end = start >= size ? 0 : Math.min(kernel, (size - 1 - start) / dilation + 1);
            int taps = Math.max(0, end - first);
            if (first == lastFirst && taps == lastTaps) {
                Span span = spans.removeLast();
                spans.add(new Span(span.output(), span.outputs() + 1, span.input(), taps));
            } else {
                spans.add(new Span(output, 1, start + first * dilation, taps));
            }
            lastFirst = first;
            lastTaps = taps;
        }
        return spans;
    }

    /**
     * Returns the convolutions that compute a pooling, each a part of its output.
     *
     * @param arena owns their weights
     */
    static List<Convolution> convolutions(Pooling spec, Arena arena) {
        List<Convolution> parts = new ArrayList<>();
        for (Span rows : rows(spec)) {
            for (Span columns : columns(spec)) {
                parts.add(convolution(spec, rows, columns, arena));
            }
        }
        return parts;
    }

    private static Convolution convolution(Pooling spec, Span rows, Span columns, Arena arena) {
        ConvolutionShape window = spec.window();
        TensorView whole = spec.output();
        int channels = whole.channels();
        ConvolutionShape shape = new ConvolutionShape(
                rows.taps(),
                columns.taps(),
                window.strideHeight(),
                window.strideWidth(),
                window.dilationHeight(),
                window.dilationWidth(),
                channels);
        TensorView input = spec.input().window(new int[] {0, 0, rows.input(), columns.input()}, new int[] {
            whole.batch(),
            channels,
            (rows.outputs() - 1) * shape.strideHeight() + shape.extentHeight(),
            (columns.outputs() - 1) * shape.strideWidth() + shape.extentWidth()
        });
        TensorView output = whole.window(
                new int[] {0, 0, rows.output(), columns.output()},
                new int[] {whole.batch(), channels, rows.outputs(), columns.outputs()});
        MemorySegment ones = arena.allocate((long) channels * shape.taps());
        ones.fill((byte) 1);
        int[] bias = new int[channels];
        Arrays.fill(bias, spec.offset());
        boolean signed = output.type() == ElementType.INT8;
        int count = spec.countPadding() ? window.taps() : shape.taps();
        return new Convolution(
                input,
                output,
                shape,
                ones,
                bias,
                Requantization.of(
                        FixedPointMultiplier.of(spec.multiplier(count)), signed ? -128 : 0, signed ? 127 : 255),
                null);
    }
}
