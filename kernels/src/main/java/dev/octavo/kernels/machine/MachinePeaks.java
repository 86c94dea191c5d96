package dev.octavo.kernels.machine;

import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.code.CodeFamily;
import dev.octavo.kernels.machine.code.PeakLoops;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * What one core can do at most, measured by emitted loops that do nothing else: the ceilings that kernels are held against.
 * Each figure is the best of several short trials, since anything else that runs on the core can only lower it.
 */
public final class MachinePeaks implements AutoCloseable {
    private static final int TRIALS = 12;
    private static final double TRIAL_SECONDS = 0.004;

    private final String instructionSet;
    private final PeakLoops loops;

    private MachinePeaks(CodeFamily family) throws TierUnavailableException {
        this.instructionSet = family.label();
        this.loops = family.peaks();
    }

    /** Returns the loops for the best instruction set of this CPU; empty where machine code cannot run. */
    public static Optional<MachinePeaks> emit() {
        try {
            return Optional.of(new MachinePeaks(CodeFamilies.best()));
        } catch (TierUnavailableException e) {
            return Optional.empty();
        }
    }

    /** Returns the instruction set that was measured, such as {@code avx512vnni}. */
    public String instructionSet() {
        return instructionSet;
    }

    /** Measures multiply-accumulates of bytes, in 10^9 per second: independent dot products on registers. */
    public double int8GigaMacs() {
        return best(loops::multiplyBytes) * loops.byteMacs() * 1e-9;
    }

    /** Measures multiply-accumulates in single precision, in 10^9 per second: independent fused multiply-adds on registers. */
    public double floatGigaMacs() {
        return best(loops::multiplyFloats) * loops.floatMacs() * 1e-9;
    }

    /** Calls emitted code that returns at once: what every kernel pays. */
    public void call() {
        loops.call();
    }

    /**
     * Measures reading, in 10^9 bytes per second: again and again from one block.
     *
     * @param bytes size of the block, which decides from which cache it is read
     */
    public double readGigaBytes(long bytes) {
        long step = loops.readStep();
        long block = Math.max(step, bytes / step * step);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(block, 64);
            memory.fill((byte) 1);
            return best(repetitions -> loops.read(repetitions, memory.address(), block)) * block * 1e-9;
        }
    }

    private interface Loop {
        void run(long repetitions);
    }

    /** Repetitions per second of the best trial. */
    private static double best(Loop loop) {
        long repetitions = 1;
        double seconds = seconds(loop, repetitions);
        while (seconds < TRIAL_SECONDS) {
            repetitions *= 2;
            seconds = seconds(loop, repetitions);
        }
        double least = seconds;
        for (int trial = 1; trial < TRIALS; trial++) {
            least = Math.min(least, seconds(loop, repetitions));
        }
        return repetitions / least;
    }

    private static double seconds(Loop loop, long repetitions) {
        long start = System.nanoTime();
        loop.run(repetitions);
        return (System.nanoTime() - start) * 1e-9;
    }

    @Override
    public void close() {
        loops.close();
    }
}
