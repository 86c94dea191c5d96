package dev.octavo.runtime;

import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.tiers.KernelSets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Scalar kernels that, once armed, wait until they may go on. */
final class PausingKernels implements KernelSet {
    private final KernelSet scalar = KernelSets.byName("scalar");
    private final AtomicInteger running = new AtomicInteger();
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);
    final AtomicInteger mostAtOnce = new AtomicInteger();
    volatile boolean armed;

    /** Of another set: plans are told apart by the set, not by its name. */
    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public Optional<Kernel> prepare(KernelSpec spec, PackingCache weights, Arena arena) {
        Kernel kernel = scalar.prepare(spec, weights, arena).orElseThrow();
        return Optional.of(new Kernel() {
            @Override
            public String name() {
                return "pausing-" + kernel.name();
            }

            @Override
            public int units() {
                return kernel.units();
            }

            @Override
            public void run(MemorySegment memory, long scratch, int from, int to) {
                mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
                try {
                    if (armed) {
                        entered.countDown();
                        released.await();
                    }
                    kernel.run(memory, scratch, from, to);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                } finally {
                    running.decrementAndGet();
                }
            }
        });
    }
}
