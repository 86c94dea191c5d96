package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.TensorView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The input bytes under a window as runs of consecutive bytes. A run is one tap's channels, or, where taps touch in memory, a
 * whole row of taps or all of them. Dot products take four bytes at a time; what the last four hold beyond the run is
 * multiplied by zero weights.
 *
 * @param offsets of each run from the window's first byte
 * @param length bytes of each run
 * @param tapsPerRun how many taps a run covers
 * @param inputs channels per group
 * @param outputs channels per group
 */
record ConvolutionRuns(List<Long> offsets, int length, int tapsPerRun, int inputs, int outputs) {
    ConvolutionRuns {
        offsets = List.copyOf(offsets);
    }

    /** The runs for blocks of output channels that may cross groups: a run then covers the inputs of several groups. */
    static ConvolutionRuns of(Convolution spec, List<ChannelBlock> blocks) {
        ConvolutionShape shape = spec.shape();
        TensorView input = spec.input();
        int inputs = input.channels() / shape.groups();
        int outputs = spec.output().channels() / shape.groups();
        int width = shape.kernelWidth();
        long down = shape.dilationHeight() * input.rowStride();
        long across = shape.dilationWidth() * input.pixelStride();
        boolean rowsTouch = shape.groups() == 1 && (width == 1 || across == inputs);
        boolean allTouch = rowsTouch && (shape.kernelHeight() == 1 || down == (long) width * inputs);
        int tapsPerRun = allTouch ? shape.taps() : rowsTouch ? width : 1;
        List<Long> offsets = new ArrayList<>();
        for (int tap = 0; tap < shape.taps(); tap += tapsPerRun) {
            offsets.add(tap / width * down + tap % width * across);
        }
        int length = tapsPerRun * inputs;
        for (ChannelBlock block : blocks) {
            int firstGroup = block.first() / outputs;
            int lastGroup = (block.first() + block.channels() - 1) / outputs;
            length = Math.max(length, tapsPerRun * inputs * (lastGroup - firstGroup + 1));
        }
        return new ConvolutionRuns(offsets, length, tapsPerRun, inputs, outputs);
    }

    /** The same runs with nothing said of where they lie. */
    ConvolutionRuns anywhere() {
        return new ConvolutionRuns(Collections.nCopies(offsets.size(), 0L), length, tapsPerRun, inputs, outputs);
    }

    /** Dot products of four bytes per run. */
    int steps() {
        return (length + 3) / 4;
    }

    /** The first input channel that a block reads. */
    int firstInput(ChannelBlock block) {
        return block.first() / outputs * inputs;
    }
}
