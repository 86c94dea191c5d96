package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.machine.work.PixelGrid.Region;
import dev.octavo.kernels.machine.work.PixelGrid.Step;
import dev.octavo.kernels.machine.work.PixelGrid.TileRun;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Condition;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Label;
import java.util.function.Consumer;

/** Emits the way through the lines and tiles of a {@link Region}, with the item's registers as {@link WorkLoop} sets them. */
final class RegionLoop {
    private static final Gpr TILE_COUNTER = Gpr.R10;

    private RegionLoop() {}

    /**
     * Code for all lines of a region.
     *
     * @param residual whether the residual's register moves along
     * @param tile writes the code of a run's tile, which leaves the registers where they were
     */
    static void emit(Assembler code, Region region, boolean residual, Consumer<TileRun> tile) {
        Label line = code.here();
        Step covered = Step.NONE;
        for (TileRun run : region.tiles()) {
            WorkLoop.repeat(code, TILE_COUNTER, run.count(), () -> {
                tile.accept(run);
                advance(code, run.step(), residual);
            });
            covered = covered.plus(run.step().times(run.count()));
        }
        advance(code, region.lineStep().minus(covered), residual);
        code.dec(WorkLoop.COUNT);
        code.jump(Condition.NOT_EQUAL, line);
    }

    /** Moves the registers that point into tensors. */
    static void advance(Assembler code, Step step, boolean residual) {
        WorkLoop.advance(code, WorkLoop.INPUT, step.input());
        WorkLoop.advance(code, WorkLoop.OUTPUT, step.output());
        if (residual) {
            WorkLoop.advance(code, WorkLoop.RESIDUAL, step.residual());
        }
    }
}
