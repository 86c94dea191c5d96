package dev.octavo.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.format.ModelDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
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
            assertSame(running.get(), expected);
        }
        assertThat(catchThrowable(session::profile)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCancelledRunEndsAndTheNextOneIsWhole() throws Exception {
        PausingKernels kernels = new PausingKernels();
        try (Model model = Model.of(DEFINITION);
                Session plain = model.newSession();
                Session session = model.newSession(SessionOptions.defaults().withKernels(kernels));
                ExecutorService executor = Executors.newSingleThreadExecutor()) {
            List<Tensor> inputs = List.of(RandomModels.input(model.inputs().getFirst(), 1, 1));
            session.cancel();
            kernels.armed = true;
            Future<List<Tensor>> running = executor.submit(() -> session.run(inputs));
            kernels.entered.await();
            session.cancel();
            kernels.released.countDown();
            assertThatThrownBy(running::get).hasCauseInstanceOf(CancellationException.class);
            assertSame(session.run(inputs), plain.run(inputs));
        }
    }

    @Test
    void aRunBeyondItsDeadlineEndsAndTheNextOneIsWhole() throws Exception {
        PausingKernels kernels = new PausingKernels();
        SessionOptions options = SessionOptions.defaults().withKernels(kernels).withDeadline(Duration.ofMillis(200));
        try (Model model = Model.of(DEFINITION);
                Session session = model.newSession(options);
                ExecutorService executor = Executors.newSingleThreadExecutor()) {
            List<Tensor> inputs = List.of(RandomModels.input(model.inputs().getFirst(), 1, 1));
            kernels.armed = true;
            Future<List<Tensor>> running = executor.submit(() -> session.run(inputs));
            kernels.entered.await();
            Thread.sleep(250);
            kernels.released.countDown();
            assertThatThrownBy(running::get).hasCauseInstanceOf(DeadlineExceededException.class);
        }
        try (Model model = Model.of(DEFINITION);
                Session plain = model.newSession();
                Session session = model.newSession(options.withDeadline(Duration.ofDays(100_000)))) {
            List<Tensor> inputs = List.of(RandomModels.input(model.inputs().getFirst(), 1, 1));
            assertSame(session.run(inputs), plain.run(inputs));
        }
    }

    private static void assertSame(List<Tensor> results, List<Tensor> expected) {
        for (int o = 0; o < expected.size(); o++) {
            assertThat(results.get(o).toFloatArray()).isEqualTo(expected.get(o).toFloatArray());
        }
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
