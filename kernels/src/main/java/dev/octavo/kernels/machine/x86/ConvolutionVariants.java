package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.machine.code.ConvolutionCode;
import dev.octavo.kernels.machine.packing.PackedConvolution.Block;
import dev.octavo.kernels.machine.packing.StepGroups;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ConvolutionRuns;
import dev.octavo.kernels.machine.work.PixelGrid.Region;
import dev.octavo.kernels.machine.work.RunTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variants that one {@link ConvolutionEmitter} writes; it is made when the first of them is written, if any is. */
final class ConvolutionVariants implements ConvolutionCode {
    private final ElementType input;
    private final ConvolutionRuns runs;
    private final ConvolutionRuns placed;
    private final TileEpilogue.Form epilogue;
    private final KernelBuilder kernel;
    private @Nullable ConvolutionEmitter emitter;
    private @Nullable RunTable runTable;
    private @Nullable GroupTable groupTable;

    ConvolutionVariants(ElementType input, ConvolutionRuns runs, TileEpilogue.Form epilogue, KernelBuilder kernel) {
        this.input = input;
        this.runs = runs.anywhere();
        this.placed = runs;
        this.epilogue = epilogue;
        this.kernel = kernel;
    }

    @Override
    public int variant(ChannelBlock block, Region region, int ahead) {
        return kernel.variant(() -> emitter().emit(block, region, ahead));
    }

    private ConvolutionEmitter emitter() {
        if (emitter == null) {
            emitter = new ConvolutionEmitter(input, runs, epilogue, kernel);
        }
        return emitter;
    }

    @Override
    public int lastSteps() {
        return ConvolutionEmitter.wordGroups(input, kernel.set())
                ? 0
                : Arithmetic.of(input).lastSteps();
    }

    @Override
    public boolean tablesDifferByBlock() {
        return ConvolutionEmitter.wordGroups(input, kernel.set());
    }

    @Override
    public long table(Block block, Region region) {
        StepGroups groups = block.groups();
        if (groups != null) {
            if (groupTable == null) {
                groupTable = new GroupTable(placed, kernel.arena());
            }
            return groupTable.write(groups, region);
        }
        if (placed.offsets().size() == 1) {
            return 0;
        }
        if (runTable == null) {
            runTable = new RunTable(placed, kernel.arena());
        }
        ChannelBlock channels = block.channels();
        long stepBytes = (long) channels.vectors() * channels.vectorBytes();
        return runTable.without(region.skip(), placed.steps() * stepBytes);
    }

    @Override
    public Object key() {
        return List.of(kernel.set(), runs, input, epilogue);
    }
}
