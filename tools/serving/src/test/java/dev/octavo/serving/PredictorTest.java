package dev.octavo.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.serving.PredictorListener.Outcome;
import dev.octavo.serving.RefusedException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictorTest {
    private static final int SIDE = 8;
    private static final PredictorOptions OPTIONS = PredictorOptions.defaults().withMaxBatch(1);

    private static Tensor picture(Random random, int rows) {
        byte[] samples = new byte[rows * SIDE * SIDE * 3];
        random.nextBytes(samples);
        return Tensor.of(samples, rows, SIDE, SIDE, 3);
    }

    private static List<Float> expected(Session session, Tensor pictures) {
        List<Float> logits = new ArrayList<>();
        int rows = pictures.shape()[0];
        long bytes = pictures.segment().byteSize() / rows;
        for (int row = 0; row < rows; row++) {
            Tensor one = Tensor.wrap(pictures.type(), pictures.segment().asSlice(row * bytes, bytes), 1, SIDE, SIDE, 3);
            for (float logit : session.run(one).toFloatArray()) {
                logits.add(logit);
            }
        }
        return logits;
    }

    private static List<Float> values(Tensor tensor) {
        List<Float> values = new ArrayList<>();
        for (float value : tensor.toFloatArray()) {
            values.add(value);
        }
        return values;
    }

    /** Blocks the only thread of a pool until it is told, in the listener of a run. */
    private static final class Gate implements PredictorListener {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);
        final List<Outcome> outcomes = Collections.synchronizedList(new ArrayList<>());
        final List<Integer> runs = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void ran(int rows, long startNanos, long nanos) {
            runs.add(rows);
            reached.countDown();
            boolean interrupted = false;
            while (open.getCount() > 0) {
                try {
                    open.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void ended(Outcome outcome, int rows, long submitNanos, long queueNanos, long computeNanos) {
            outcomes.add(outcome);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 8})
    void givesWhatASessionGivesWhateverItIsBatchedWith(int maxBatch) throws Exception {
        try (Model model = SmallModels.ofSide(SIDE, true);
                Session session = model.newSession();
                Predictor predictor = Predictor.of(
                        model, PredictorOptions.defaults().withQueueRows(1000).withMaxBatch(maxBatch));
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Tensor> pictures = new ArrayList<>();
            List<Future<Tensor>> results = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                Tensor some = picture(new Random(i), 1 + i % 11 % 3);
                pictures.add(some);
                results.add(callers.submit(() -> predictor.predict(some)));
            }
            for (int i = 0; i < pictures.size(); i++) {
                assertThat(values(results.get(i).get())).isEqualTo(expected(session, pictures.get(i)));
            }
            assertThat(predictor.close(Duration.ofSeconds(60))).isTrue();
            PredictorStatistics statistics = predictor.statistics();
            assertThat(statistics.succeeded()).isEqualTo(150);
            assertThat(statistics.rows())
                    .isEqualTo(pictures.stream().mapToInt(p -> p.shape()[0]).sum())
                    .isEqualTo(statistics.batches().stream()
                            .mapToLong(b -> b.rows() * b.runs())
                            .sum());
            assertThat(statistics.waitingRows() + statistics.runningRows()).isZero();
        }
    }

    @Test
    void takesFloatsOfTheOriginalNetworkBesidePictures() {
        try (Model model = SmallModels.ofSide(SIDE, true);
                Session session = model.newSession();
                Predictor predictor = Predictor.of(model, OPTIONS.withMaxBatch(8))) {
            float[] samples = new float[3 * SIDE * SIDE];
            Arrays.fill(samples, 0.5f);
            Tensor planes = Tensor.of(samples, 1, 3, SIDE, SIDE);
            Tensor bytes = picture(new Random(1), 1);
            List<CompletableFuture<List<Tensor>>> mixed = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                mixed.add(predictor.submit(List.of(i % 3 == 0 ? planes : bytes)));
            }
            List<Float> ofPlanes = values(session.run(planes));
            List<Float> ofBytes = values(session.run(bytes));
            for (int i = 0; i < mixed.size(); i++) {
                assertThat(values(mixed.get(i).join().getFirst())).isEqualTo(i % 3 == 0 ? ofPlanes : ofBytes);
            }
        }
    }

    @Test
    void refusesWhatTheModelDoesNotTake() {
        try (Model model = SmallModels.ofSide(SIDE, false);
                Predictor predictor = Predictor.of(model, OPTIONS)) {
            assertThatThrownBy(() -> predictor.predict(picture(new Random(1), 2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("picture must be UINT8[1, 8, 8, 3]");
            assertThatThrownBy(() -> predictor.submit(List.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0 inputs");
            assertThat(predictor.statistics().refused()).isZero();
        }
    }

    @Test
    void refusesWhatComesOnTopOfAFullQueueAndLosesNothingElse() throws Exception {
        Gate gate = new Gate();
        try (Model model = SmallModels.ofSide(SIDE, true);
                ComputePool pool = ComputePool.of(1);
                Predictor predictor =
                        Predictor.of(model, OPTIONS.withQueueRows(3).withListener(gate), pool)) {
            Tensor picture = picture(new Random(1), 1);
            List<CompletableFuture<List<Tensor>>> accepted = new ArrayList<>();
            accepted.add(predictor.submit(List.of(picture)));
            gate.reached.await();
            for (int i = 0; i < 3; i++) {
                assertThat(predictor.full()).isFalse();
                accepted.add(predictor.submit(List.of(picture)));
            }
            assertThat(predictor.full()).isTrue();
            assertThatThrownBy(() -> predictor.submit(List.of(picture)))
                    .asInstanceOf(type(RefusedException.class))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.QUEUE_FULL))
                    .satisfies(e -> assertThat(e.retryAfter()).isPositive());
            gate.open.countDown();
            for (CompletableFuture<List<Tensor>> future : accepted) {
                assertThat(future.get()).hasSize(1);
            }
            assertThat(predictor.statistics().refused()).isEqualTo(1);
        }
    }

    @Test
    void servesUrgentRequestsFirst() throws Exception {
        Gate gate = new Gate();
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        try (Model model = SmallModels.ofSide(SIDE, true);
                ComputePool pool = ComputePool.of(1);
                Predictor predictor = Predictor.of(model, OPTIONS.withListener(gate), pool)) {
            Tensor picture = picture(new Random(1), 1);
            CompletableFuture<List<Tensor>> first = predictor.submit(List.of(picture));
            gate.reached.await();
            List<CompletableFuture<Void>> others = new ArrayList<>();
            for (int priority : new int[] {3, 2, 1, 3, 2, 1}) {
                others.add(predictor
                        .submit(List.of(picture), RequestOptions.defaults().withPriority(priority))
                        .thenAccept(outputs -> order.add(priority)));
            }
            gate.open.countDown();
            first.join();
            others.forEach(CompletableFuture::join);
            assertThat(order).containsExactly(1, 1, 2, 2, 3, 3);
        }
    }

    @Test
    void dropsWhatExpiredOrWasCancelledBeforeItComputes() throws Exception {
        Gate gate = new Gate();
        try (Model model = SmallModels.ofSide(SIDE, true);
                ComputePool pool = ComputePool.of(1);
                Predictor predictor = Predictor.of(model, OPTIONS.withListener(gate), pool)) {
            Tensor picture = picture(new Random(1), 1);
            CompletableFuture<List<Tensor>> first = predictor.submit(List.of(picture));
            gate.reached.await();
            CompletableFuture<List<Tensor>> cancelled = predictor.submit(List.of(picture));
            CompletableFuture<List<Tensor>> late =
                    predictor.submit(List.of(picture), RequestOptions.defaults().withTimeout(Duration.ofMillis(20)));
            assertThat(cancelled.cancel(true)).isTrue();
            assertThat(predictor.statistics().waitingRows()).isEqualTo(1);
            LockSupport.parkNanos(Duration.ofMillis(40).toNanos());
            gate.open.countDown();
            assertThat(first.join()).hasSize(1);
            assertThatThrownBy(late::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .asInstanceOf(type(RefusedException.class))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.EXPIRED));
            assertThat(predictor.close(Duration.ofSeconds(60))).isTrue();
            assertThat(gate.runs).containsExactly(1);
            assertThat(gate.outcomes).containsExactlyInAnyOrder(Outcome.CANCELLED, Outcome.SUCCEEDED, Outcome.EXPIRED);
        }
    }

    @Test
    void refusesAtOnceWhatTheQueueWouldKeepPastItsDeadline() throws Exception {
        Gate gate = new Gate();
        try (Model model = SmallModels.ofSide(SIDE, true);
                ComputePool pool = ComputePool.of(1);
                Predictor predictor =
                        Predictor.of(model, OPTIONS.withQueueRows(100_000).withListener(gate), pool)) {
            CompletableFuture<List<Tensor>> first = predictor.submit(List.of(picture(new Random(1), 1)));
            gate.reached.await();
            CompletableFuture<List<Tensor>> many = predictor.submit(List.of(picture(new Random(1), 20_000)));
            assertThatThrownBy(() -> predictor.submit(
                            List.of(picture(new Random(1), 1)),
                            RequestOptions.defaults().withTimeout(Duration.ofNanos(20_000))))
                    .asInstanceOf(type(RefusedException.class))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LATE));
            many.cancel(true);
            gate.open.countDown();
            first.join();
        }
    }

    @Test
    void sharesAThreadBetweenModelsHoweverMuchOneOfThemIsAsked() throws Exception {
        Gate gate = new Gate();
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        try (Model model = SmallModels.ofSide(SIDE, true);
                ComputePool pool = ComputePool.of(1);
                Predictor busy = Predictor.of(model, OPTIONS.withListener(gate), pool);
                Predictor other = Predictor.of(model, OPTIONS, pool)) {
            Tensor picture = picture(new Random(1), 1);
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                all.add(busy.submit(List.of(picture)).thenAccept(outputs -> order.add("busy")));
            }
            gate.reached.await();
            all.add(other.submit(List.of(picture)).thenAccept(outputs -> order.add("other")));
            gate.open.countDown();
            all.forEach(CompletableFuture::join);
            assertThat(order.indexOf("other")).isLessThan(30);
        }
    }

    @Test
    void finishesWhatItAcceptedWhenItCloses() throws Exception {
        AtomicInteger done = new AtomicInteger();
        try (Model model = SmallModels.ofSide(SIDE, true)) {
            Predictor predictor = Predictor.of(model, OPTIONS);
            List<CompletableFuture<List<Tensor>>> accepted = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                accepted.add(predictor.submit(List.of(picture(new Random(i), 1))));
            }
            for (CompletableFuture<List<Tensor>> future : accepted) {
                var _ = future.thenRun(done::incrementAndGet);
            }
            predictor.close();
            accepted.forEach(CompletableFuture::join);
            assertThat(done).hasValue(100);
            assertThatThrownBy(() -> predictor.predict(picture(new Random(1), 1)))
                    .asInstanceOf(type(RefusedException.class))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CLOSING));
        }
    }

    @Test
    void givesUpAnInterruptedCall() throws Exception {
        Gate gate = new Gate();
        try (Model model = SmallModels.ofSide(SIDE, true);
                ComputePool pool = ComputePool.of(1);
                Predictor predictor = Predictor.of(model, OPTIONS.withListener(gate), pool)) {
            CompletableFuture<List<Tensor>> first = predictor.submit(List.of(picture(new Random(1), 1)));
            gate.reached.await();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> predictor.predict(picture(new Random(1), 1)))
                    .isInstanceOf(CancellationException.class);
            assertThat(Thread.interrupted()).isTrue();
            gate.open.countDown();
            first.join();
            assertThat(predictor.statistics().cancelled()).isEqualTo(1);
        }
    }

    @Test
    void spreadsALargeRequestOverThreads() {
        try (Model model = SmallModels.ofSide(SIDE, true);
                Session session = model.newSession();
                ComputePool pool = ComputePool.of(3);
                Predictor predictor = Predictor.of(model, OPTIONS.withMaxBatch(4), pool)) {
            Tensor pictures = picture(new Random(5), 37);
            assertThat(values(predictor.predict(pictures))).isEqualTo(expected(session, pictures));
        }
    }
}
