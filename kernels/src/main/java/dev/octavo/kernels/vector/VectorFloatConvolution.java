package dev.octavo.kernels.vector;

import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(Species.ORDER);

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

    VectorFloatConvolution(FloatConvolution spec, Arena arena) {
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
        this.panelOffsets = new long[panels.size() + 1];
        for (int p = 0; p < panels.size(); p++) {
            long floats = (long) (1 + runs.depth()) * panels.get(p).width();
            panelOffsets[p + 1] = panelOffsets[p] + floats * Float.BYTES;
        }
        long bytes = panelOffsets[panels.size()];
        this.panelsInner = bytes <= RESIDENT_BYTES;
        this.weights = arena.allocate(bytes, 64);
        float[] bias = spec.bias();
        for (int p = 0; p < panels.size(); p++) {
            pack(spec.weights(), bias, panels.get(p), panelOffsets[p]);
        }
    }

    /** A row of biases, then a row of weights per element of the window. */
    private void pack(MemorySegment unpacked, float[] bias, Panel panel, long offset) {
        int depth = runs.depth();
        for (int c = 0; c < panel.channels(); c++) {
            int channel = panel.firstChannel() + c;
            weights.set(FLOAT, offset + (long) c * Float.BYTES, bias[channel]);
            for (int k = 0; k < depth; k++) {
                float weight = unpacked.get(FLOAT, ((long) channel * depth + k) * Float.BYTES);
                weights.set(FLOAT, offset + ((k + 1L) * panel.width() + c) * Float.BYTES, weight);
            }
        }
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
        multiply(memory, inputs, count, panel, panelOffsets[panelIndex], sums);
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
