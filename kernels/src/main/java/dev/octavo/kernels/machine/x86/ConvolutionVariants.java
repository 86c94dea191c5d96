package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.machine.code.ConvolutionCode;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ConvolutionRuns;
import dev.octavo.kernels.machine.work.PixelGrid.Region;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variants that one {@link ConvolutionEmitter} writes; it is made when the first of them is written, if any is. */
final class ConvolutionVariants implements ConvolutionCode {
    private final ElementType input;
    private final ConvolutionRuns runs;
    private final TileEpilogue.Form epilogue;
    private final KernelBuilder kernel;
    private @Nullable ConvolutionEmitter emitter;

    ConvolutionVariants(ElementType input, ConvolutionRuns runs, TileEpilogue.Form epilogue, KernelBuilder kernel) {
        this.input = input;
        this.runs = runs.anywhere();
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
        return Arithmetic.of(input, kernel.set()).lastSteps();
    }

    @Override
    public Object key() {
        return List.of(kernel.set(), runs, input, epilogue);
    }
}
