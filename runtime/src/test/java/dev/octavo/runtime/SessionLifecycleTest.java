package dev.octavo.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.format.ModelDefinition;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SessionLifecycleTest {
    private static final ModelDefinition DEFINITION = RandomModels.quantized(3, 10);

    /** Scalar kernels that, once armed, wait until they may go on. */
    private static final class PausingKernels implements KernelSet {
        private final KernelSet scalar = KernelSets.byName("scalar");
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private volatile boolean armed;

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
                    if (armed) {
                        entered.countDown();
                        try {
                            released.await();
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    }
                    kernel.run(memory, scratch, from, to);
                }
            });
        }
    }

    @Test
    void aRunningSessionRefusesOthersAndFinishesThoughItAndItsModelAreClosed() throws Exception {
        PausingKernels kernels = new PausingKernels();
        Model model = Model.of(DEFINITION);
        Tensor input = RandomModels.input(model.inputs().getFirst(), 1, 1);
        List<Tensor> expected;
        try (Session session = model.newSession()) {
            expected = session.run(List.of(input));
        }
        model.newSession(SessionOptions.defaults().withKernels(KernelSets.byName("scalar")))
                .close();
        Session session = model.newSession(SessionOptions.defaults().withKernels(kernels));
        kernels.armed = true;
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<List<Tensor>> running = executor.submit(() -> session.run(List.of(input)));
            kernels.entered.await();
            assertThatThrownBy(() -> session.run(List.of(input)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("running on another thread");
            session.close();
            model.close();
            assertThatThrownBy(() -> session.run(List.of(input)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the session is closed");
            kernels.released.countDown();
            List<Tensor> results = running.get();
            for (int o = 0; o < expected.size(); o++) {
                assertThat(results.get(o).toFloatArray())
                        .isEqualTo(expected.get(o).toFloatArray());
            }
        }
        assertThat(catchThrowable(session::profile)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingAModelAtAnyMomentGivesAResultOrAnException() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 100; round++) {
                Model model = Model.of(DEFINITION);
                AtomicInteger runs = new AtomicInteger();
                CountDownLatch started = new CountDownLatch(2);
                List<Future<?>> futures = new ArrayList<>();
                for (int threads = 1; threads <= 2; threads++) {
                    SessionOptions options = SessionOptions.defaults().withThreads(threads);
                    futures.add(executor.submit(() -> {
                        try (Session session = model.newSession(options)) {
                            started.countDown();
                            runUntilClosed(model, session, runs);
                        }
                    }));
                }
                assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
                while (round % 2 == 0 && runs.get() < round && futures.stream().noneMatch(Future::isDone)) {
                    Thread.onSpinWait();
                }
                model.close();
                for (Future<?> future : futures) {
                    future.get(20, TimeUnit.SECONDS);
                }
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void aSessionThatRunsWithoutPauseClosesAfterTheRunInFlight() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (Model model = Model.of(RandomModels.quantized(3, 1))) {
            for (int round = 0; round < 500; round++) {
                Session session = model.newSession();
                AtomicInteger runs = new AtomicInteger();
                Future<?> future = executor.submit(() -> runUntilClosed(model, session, runs));
                while (runs.get() < 100 && !future.isDone()) {
                    Thread.onSpinWait();
                }
                session.close();
                future.get(20, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    /** Returns normally once the session is closed, or the thread is interrupted because the test has failed. */
    private static void runUntilClosed(Model model, Session session, AtomicInteger runs) {
        List<Tensor> inputs = List.of(RandomModels.input(model.inputs().getFirst(), 1, 1));
        try {
            while (!Thread.currentThread().isInterrupted()) {
                session.run(inputs);
                runs.incrementAndGet();
            }
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("the session is closed");
        }
    }

    @Test
    void profilesCountEachOperation() {
        try (Model model = Model.of(DEFINITION);
                Session session = model.newSession(SessionOptions.defaults().withProfiling(true))) {
            Tensor input = RandomModels.input(model.inputs().getFirst(), 1, 1);
            assertThat(session.profile()).isEmpty();
            session.run(List.of(input));
            session.run(List.of(input));
            assertThat(session.profile()).allSatisfy(profile -> {
                assertThat(profile.runs()).isEqualTo(2);
                assertThat(profile.kernel()).isNotEmpty();
            });
            assertThat(session.profile()).anySatisfy(profile -> {
                assertThat(profile.name()).isEqualTo("conv0");
                assertThat(profile.macs()).isPositive();
            });
            assertThat(session.memoryBytes()).isPositive();
        }
    }
}
