package dev.octavo.kernels.machine.work;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.TensorView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The input bytes under a window as runs of consecutive bytes. A run is one tap's channels, or, where taps touch in memory, a
 * whole row of taps or all of them. A step takes four bytes at a time, which are one float; what the last four bytes hold
 * beyond the run is multiplied by zero weights.
 *
 * @param offsets of each run from the window's first byte
 * @param length bytes of each run
 * @param tapsPerRun how many taps a run covers
 * @param inputBytes of a pixel's channels of a group
 * @param outputs channels per group
 */
public record ConvolutionRuns(List<Long> offsets, int length, int tapsPerRun, int inputBytes, int outputs) {
    public ConvolutionRuns {
        offsets = List.copyOf(offsets);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConvolutionRuns runs
                && length == runs.length
                && tapsPerRun == runs.tapsPerRun
                && inputBytes == runs.inputBytes
                && outputs == runs.outputs
                && offsets.equals(runs.offsets);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * offsets.hashCode() + length) + outputs;
    }

    /** The runs for blocks of output channels that may cross groups: a run then covers the inputs of several groups. */
    public static ConvolutionRuns of(ConvolutionTensors tensors, List<ChannelBlock> blocks) {
        ConvolutionShape shape = tensors.shape();
        TensorView input = tensors.input();
        int inputBytes = input.channels() / shape.groups() * input.type().bytes();
        int outputs = tensors.output().channels() / shape.groups();
        int width = shape.kernelWidth();
        long down = shape.dilationHeight() * input.rowStride();
        long across = shape.dilationWidth() * input.pixelStride();
        boolean rowsTouch = shape.groups() == 1 && (width == 1 || across == inputBytes);
        boolean allTouch = rowsTouch && (shape.kernelHeight() == 1 || down == (long) width * inputBytes);
        int tapsPerRun = allTouch ? shape.taps() : rowsTouch ? width : 1;
        List<Long> offsets = new ArrayList<>();
        for (int tap = 0; tap < shape.taps(); tap += tapsPerRun) {
            offsets.add(tensors.tap(tap));
        }
        int length = tapsPerRun * inputBytes;
        for (ChannelBlock block : blocks) {
            int firstGroup = block.first() / outputs;
            int lastGroup = (block.first() + block.channels() - 1) / outputs;
            length = Math.max(length, tapsPerRun * inputBytes * (lastGroup - firstGroup + 1));
        }
        return new ConvolutionRuns(offsets, length, tapsPerRun, inputBytes, outputs);
    }

    /** Returns these runs without their places. */
    public ConvolutionRuns anywhere() {
        return new ConvolutionRuns(Collections.nCopies(offsets.size(), 0L), length, tapsPerRun, inputBytes, outputs);
    }

    /** Steps of four bytes per run. */
    public int steps() {
        return (length + 3) / 4;
    }

    /** Where in a pixel's bytes a block begins to read. */
    public int firstInput(ChannelBlock block) {
        return block.first() / outputs * inputBytes;
    }
}
