package dev.octavo.kernels.vector;

import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * {@link FloatConvolution} as a matrix product over the feature map where it lies: rows are output pixels, columns are
 * output channels. A unit is one panel of columns for one block of rows.
 */
final class VectorFloatConvolution implements Kernel {
    /** Rows of a block; the block's part of the weights is read from the second cache once per tile. */
    private static final int BLOCK = 32;

    /** Longest run of a tile, so that the rows of a panel that it reads stay in the second cache. */
    private static final int MOST_RUN = 2048;

    /** Below this size all weights stay in the second cache, and the pixels of a block are read for all panels in turn. */
    private static final long RESIDENT_BYTES = 512 << 10;

    private final List<Panel> panels;
    private final long[] panelOffsets;
    private final MemorySegment weights;
    private final Runs runs;
    private final int runsPerPass;
    private final PixelGrid windows;
    private final PixelGrid output;
    private final PixelGrid residual;
    private final FloatOutput finish;
    private final int pixels;
    private final int blocks;
    private final long groupBytes;
    private final boolean panelsInner;

    VectorFloatConvolution(FloatConvolution spec, PackingCache packed) {
        TensorView input = spec.input();
        TensorView view = spec.output();
        this.runs = Runs.of(input, spec.shape()).halvedTo(MOST_RUN, Float.BYTES);
        this.runsPerPass = Math.max(1, MOST_RUN / runs.length());
        this.windows = PixelGrid.windows(input, view, spec.shape());
        this.output = PixelGrid.of(view);
        this.residual = spec.residual() == null ? output : PixelGrid.of(spec.residual());
        this.finish = new FloatOutput(spec);
        this.pixels = view.batch() * view.height() * view.width();
        this.blocks = (pixels + BLOCK - 1) / BLOCK;
        this.groupBytes = (long) input.channels() / spec.shape().groups() * Float.BYTES;
        this.panels = Panel.of(spec.shape().groups(), view.channels());
        this.panelOffsets = Panel.offsets(panels, 1 + runs.depth());
        this.weights = packed.get(new BiasedRows(spec.weights(), FloatBuffer.wrap(spec.bias()), panels, runs.depth()));
        this.panelsInner = weights.byteSize() <= RESIDENT_BYTES;
    }

    @Override
    public String name() {
        return "f32-conv-" + FloatTile.ROWS + "x" + FloatTile.MOST_VECTORS * Species.LANES + "-vector" + Species.bits();
    }

    @Override
    public int units() {
        return blocks * panels.size();
    }

    @Override
    public long scratchBytes() {
        long sums = (long) BLOCK * FloatTile.MOST_VECTORS * Species.LANES * Float.BYTES;
        return sums + 3L * BLOCK * Long.BYTES;
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int unit = from; unit < to; unit++) {
            if (panelsInner) {
                compute(memory, scratch, unit / panels.size(), unit % panels.size());
            } else {
                compute(memory, scratch, unit % blocks, unit / blocks);
            }
        }
    }

    private void compute(MemorySegment memory, long scratch, int block, int panelIndex) {
        Panel panel = panels.get(panelIndex);
        int first = block * BLOCK;
        int count = Math.min(BLOCK, pixels - first);
        long inputs = scratch;
        long outputs = inputs + (long) BLOCK * Long.BYTES;
        long residuals = outputs + (long) BLOCK * Long.BYTES;
        long sums = residuals + (long) BLOCK * Long.BYTES;
        long channelOffset = (long) panel.firstChannel() * Float.BYTES;
        windows.offsets(first, count, BLOCK, panel.group() * groupBytes, memory, inputs);
        output.offsets(first, count, count, channelOffset, memory, outputs);
        if (finish.residual()) {
            residual.offsets(first, count, count, channelOffset, memory, residuals);
        }
        multiply(memory, inputs, count, panel, panelOffsets[panelIndex] * Float.BYTES, sums);
        long rowBytes = (long) panel.width() * Float.BYTES;
        for (int r = 0; r < count; r++) {
            finish.store(
                    memory,
                    sums + r * rowBytes,
                    panel.channels(),
                    PixelGrid.offset(memory, outputs, r),
                    PixelGrid.offset(memory, residuals, r));
        }
    }

    private void multiply(MemorySegment memory, long inputs, int count, Panel panel, long packed, long sums) {
        long rowBytes = (long) panel.width() * Float.BYTES;
        long runBytes = (long) runs.length() * Float.BYTES;
        long[] taps = runs.offsets();
        for (int tap = 0; tap < taps.length; tap += runsPerPass) {
            int endTap = Math.min(taps.length, tap + runsPerPass);
            long weight = packed + (1 + (long) tap * runs.length()) * rowBytes;
            for (int r = 0; r < count; r += FloatTile.ROWS) {
                long tile = sums + r * rowBytes;
                FloatTile.compute(
                        panel.vectors(),
                        memory,
                        inputs + (long) r * Long.BYTES,
                        r + 1 == count,
                        taps,
                        tap,
                        endTap,
                        runBytes,
                        weights,
                        weight,
                        tap == 0 ? weights : memory,
                        tap == 0 ? packed : tile,
                        tap == 0 ? 0 : rowBytes,
                        tile);
            }
        }
    }
}
