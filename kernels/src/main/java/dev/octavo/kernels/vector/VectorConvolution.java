package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.FLOATS;
import static dev.octavo.kernels.vector.Species.INTS;
import static dev.octavo.kernels.vector.Species.LANES;
import static dev.octavo.kernels.vector.Species.ORDER;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link Convolution} as a matrix product in float lanes. The pixels of a block of rows, and then each panel of weights, are
 * widened into scratch memory, multiplied by {@link FloatTile} over at most as many elements as are summed exactly, and
 * added up in int32. A unit is one group of columns for one block of rows.
 */
final class VectorConvolution implements Kernel {
    /** Rows of a block: enough for the widening of weights to cost a few per cent. */
    private static final int BLOCK = 32;

    private static final long TABLE_BYTES = (long) BLOCK * Long.BYTES;
    private static final long[] ONE_RUN = {0};

    private final List<Panel> panels;
    private final List<ColumnGroup> groups;
    private final long[] panelOffsets;
    private final MemorySegment weights;
    private final ExactBlocks blocks;
    private final PixelGrid windows;
    private final PixelGrid output;
    private final PixelGrid residual;
    private final QuantizedOutput finish;
    private final boolean unsigned;
    private final int mask;
    private final int pixels;
    private final int rowBlocks;
    private final int groupInputs;
    private final int outputBytes;
    private final long factorBytes;
    private final Scratch parts;

    VectorConvolution(Convolution spec, PackingCache packed, Arena arena) {
        TensorView input = spec.input();
        TensorView view = spec.output();
        Runs runs = Runs.of(input, spec.shape());
        this.unsigned = input.type() == ElementType.UINT8;
        this.mask = Bytes.mask(input.type());
        this.blocks = ExactBlocks.of(runs, input.type());
        this.windows = PixelGrid.windows(input, view, spec.shape());
        this.output = PixelGrid.of(view);
        this.residual =
                spec.residual() == null ? output : PixelGrid.of(spec.residual().view());
        this.finish = new QuantizedOutput(spec, arena);
        this.pixels = view.batch() * view.height() * view.width();
        this.rowBlocks = (pixels + BLOCK - 1) / BLOCK;
        this.groupInputs = input.channels() / spec.shape().groups();
        this.outputBytes = view.type().bytes();
        // A vector more, because pieces are widened in whole vectors.
        this.factorBytes = (long) (blocks.depth() + LANES) * Float.BYTES;
        this.parts = Scratch.of(factorBytes, blocks.depth());
        this.panels = Panel.of(spec.shape().groups(), view.channels());
        this.groups = ColumnGroup.of(panels);
        this.panelOffsets = Panel.offsets(panels, runs.depth());
        this.weights = packed.get(new ByteRows(spec.weights(), panels, runs.depth()));
    }

    @Override
    public String name() {
        return (unsigned ? "u8" : "s8") + "s8-conv-" + FloatTile.ROWS + "x" + FloatTile.MOST_VECTORS * LANES + "-vector"
                + Species.bits();
    }

    @Override
    public int units() {
        return rowBlocks * groups.size();
    }

    @Override
    public long scratchBytes() {
        return parts.bytes();
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int unit = from; unit < to; unit++) {
            compute(memory, scratch, unit % rowBlocks, groups.get(unit / rowBlocks));
        }
    }

    /** Where the parts of scratch memory begin, in bytes from its start. */
    private record Scratch(
            long outputs, long residuals, long rows, long factors, long weights, long tile, long sums, long bytes) {
        static Scratch of(long factorBytes, int depth) {
            long panelBytes = (long) FloatTile.MOST_VECTORS * LANES * Float.BYTES;
            long factors = 4 * TABLE_BYTES;
            long weights = factors + BLOCK * factorBytes;
            long tile = weights + (depth + 1) * panelBytes;
            long sums = tile + FloatTile.ROWS * panelBytes;
            long bytes = sums + (long) BLOCK * ColumnGroup.MOST_WIDTH * Integer.BYTES;
            return new Scratch(TABLE_BYTES, 2 * TABLE_BYTES, 3 * TABLE_BYTES, factors, weights, tile, sums, bytes);
        }
    }

    private void compute(MemorySegment memory, long scratch, int rowBlock, ColumnGroup group) {
        long inputs = scratch;
        long outputs = scratch + parts.outputs();
        long residuals = scratch + parts.residuals();
        long groupBytes = (long) group.width() * Integer.BYTES;
        int first = rowBlock * BLOCK;
        int count = Math.min(BLOCK, pixels - first);
        long channelOffset = (long) group.firstChannel() * outputBytes;
        windows.offsets(first, count, count, (long) group.group() * groupInputs, memory, inputs);
        output.offsets(first, count, count, channelOffset, memory, outputs);
        if (finish.residual()) {
            residual.offsets(first, count, count, group.firstChannel(), memory, residuals);
        }
        for (int r = 0; r < BLOCK; r++) {
            long row = scratch + parts.factors() + Math.min(r, count - 1) * factorBytes;
            memory.set(ValueLayout.JAVA_LONG_UNALIGNED, scratch + parts.rows() + (long) r * Long.BYTES, row);
        }
        for (int b = 0; b < blocks.blocks().size(); b++) {
            ExactBlocks.Block block = blocks.blocks().get(b);
            widenPixels(memory, scratch, block, count);
            long sums = scratch + parts.sums();
            for (int p = group.firstPanel(); p < group.endPanel(); p++) {
                Panel panel = panels.get(p);
                widenWeights(memory, scratch, block, panel, panelOffsets[p]);
                multiply(memory, scratch, block, panel, count, sums, groupBytes, b > 0);
                sums += (long) panel.width() * Integer.BYTES;
            }
        }
        for (int r = 0; r < count; r++) {
            finish.store(
                    memory,
                    scratch + parts.sums() + r * groupBytes,
                    group.firstChannel(),
                    group.channels(),
                    PixelGrid.offset(memory, outputs, r),
                    PixelGrid.offset(memory, residuals, r));
        }
    }

    private void widenPixels(MemorySegment memory, long scratch, ExactBlocks.Block block, int count) {
        for (int r = 0; r < count; r++) {
            long pixel = PixelGrid.offset(memory, scratch, r);
            long target = scratch + parts.factors() + r * factorBytes;
            for (int i = 0; i < block.offsets().length; i++) {
                int length = block.lengths()[i];
                Bytes.widen(memory, pixel + block.offsets()[i], mask, length, memory, target);
                target += (long) length * Float.BYTES;
            }
        }
    }

    /** A row of zeros, where sums begin, then a row per element. */
    private void widenWeights(MemorySegment memory, long scratch, ExactBlocks.Block block, Panel panel, long packed) {
        long rowBytes = (long) panel.width() * Float.BYTES;
        for (long i = 0; i < rowBytes; i += FLOATS.vectorByteSize()) {
            FloatVector.zero(FLOATS).intoMemorySegment(memory, scratch + parts.weights() + i, ORDER);
        }
        Bytes.widen(
                weights,
                packed + (long) block.first() * panel.width(),
                -1,
                block.depth() * panel.width(),
                memory,
                scratch + parts.weights() + rowBytes);
    }

    private void multiply(
            MemorySegment memory,
            long scratch,
            ExactBlocks.Block block,
            Panel panel,
            int count,
            long sums,
            long sumsStride,
            boolean add) {
        long rowBytes = (long) panel.width() * Float.BYTES;
        for (int r = 0; r < count; r += FloatTile.ROWS) {
            FloatTile.compute(
                    panel.vectors(),
                    memory,
                    scratch + parts.rows() + (long) r * Long.BYTES,
                    r + 1 == count,
                    ONE_RUN,
                    0,
                    1,
                    (long) block.depth() * Float.BYTES,
                    memory,
                    scratch + parts.weights() + rowBytes,
                    memory,
                    scratch + parts.weights(),
                    0,
                    scratch + parts.tile());
            for (int t = 0; t < Math.min(FloatTile.ROWS, count - r); t++) {
                accumulate(
                        memory,
                        scratch + parts.tile() + t * rowBytes,
                        panel.vectors(),
                        sums + (r + t) * sumsStride,
                        add);
            }
        }
    }

    private static void accumulate(MemorySegment memory, long exact, int vectors, long sums, boolean add) {
        for (int v = 0; v < vectors; v++) {
            long at = (long) v * FLOATS.vectorByteSize();
            IntVector sum = (IntVector) FloatVector.fromMemorySegment(FLOATS, memory, exact + at, ORDER)
                    .convertShape(VectorOperators.F2I, INTS, 0);
            if (add) {
                sum = sum.add(IntVector.fromMemorySegment(INTS, memory, sums + at, ORDER));
            }
            sum.intoMemorySegment(memory, sums + at, ORDER);
        }
    }
}
