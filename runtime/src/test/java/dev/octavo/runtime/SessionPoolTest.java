package dev.octavo.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.format.ModelDefinition;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SessionPoolTest {
    private static final ModelDefinition DEFINITION = RandomModels.quantized(3, 10);
    private static final int MOST_BATCH = 3;

    /** A run and its right answer. */
    private record Case(List<Tensor> inputs, byte[][] expected) {}

    private static List<Case> cases(Model model) {
        List<Case> cases = new ArrayList<>();
        for (int batch = 1; batch <= MOST_BATCH; batch++) {
            try (Session session = model.newSession(SessionOptions.defaults()
                    .withKernels(KernelSets.byName("scalar"))
                    .withBatch(batch))) {
                for (int seed = 0; seed < 3; seed++) {
                    List<Tensor> inputs =
                            List.of(RandomModels.input(model.inputs().getFirst(), batch, seed));
                    cases.add(new Case(inputs, bytes(session.run(inputs))));
                }
            }
        }
        return cases;
    }

    private static byte[][] bytes(List<Tensor> tensors) {
        return tensors.stream()
                .map(t -> t.segment().toArray(ValueLayout.JAVA_BYTE))
                .toArray(byte[][]::new);
    }

    @Test
    void platformAndVirtualThreadsGetRightAnswersForEveryBatchSize() throws Exception {
        try (Model model = Model.of(DEFINITION);
                Workers workers = Workers.of(2)) {
            List<Case> cases = cases(model);
            SessionOptions options = SessionOptions.defaults().withBatch(MOST_BATCH);
            for (SessionOptions each : List.of(options, options.withWorkers(workers))) {
                try (SessionPool pool = model.newPool(each, 2)) {
                    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
                    List<Thread> threads = new ArrayList<>();
                    for (int t = 0; t < 30; t++) {
                        int first = t;
                        Thread.Builder builder = t % 3 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
                        threads.add(builder.start(() -> {
                            try {
                                for (int i = 0; i < 30; i++) {
                                    Case one = cases.get((first + i) % cases.size());
                                    assertThat(bytes(pool.run(one.inputs()))).isDeepEqualTo(one.expected());
                                }
                            } catch (Throwable e) {
                                failures.add(e);
                            }
                        }));
                    }
                    for (Thread thread : threads) {
                        thread.join();
                    }
                    assertThat(failures).isEmpty();
                    assertThat(pool.waiting()).isZero();
                }
            }
        }
    }

    @Test
    void noMoreRunsThanSessionsAreInProgress() throws Exception {
        PausingKernels kernels = new PausingKernels();
        try (Model model = Model.of(DEFINITION);
                SessionPool pool = model.newPool(SessionOptions.defaults().withKernels(kernels), 2);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Tensor> inputs = List.of(RandomModels.input(model.inputs().getFirst(), 1, 1));
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                runs.add(executor.submit(() -> pool.run(inputs)));
            }
            for (Future<?> run : runs) {
                run.get();
            }
            assertThat(kernels.mostAtOnce.get()).isBetween(1, 2);
        }
    }

    @Test
    void waitingEndsWithADeadlineAnInterruptOrClosing() throws Exception {
        PausingKernels kernels = new PausingKernels();
        try (Model model = Model.of(DEFINITION);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            SessionPool pool = model.newPool(SessionOptions.defaults().withKernels(kernels), 1);
            List<Tensor> inputs = List.of(RandomModels.input(model.inputs().getFirst(), 1, 1));
            List<Tensor> results = pool.run(inputs);
            kernels.armed = true;
            Future<List<Tensor>> running = executor.submit(() -> pool.run(inputs));
            kernels.entered.await();
            assertThatThrownBy(() -> pool.run(inputs, results, Duration.ofMillis(20)))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessageContaining("no session became free");
            AtomicInteger interrupted = new AtomicInteger();
            Thread waiter = Thread.ofVirtual().start(() -> {
                try {
                    pool.run(inputs);
                } catch (CancellationException e) {
                    interrupted.set(Thread.currentThread().isInterrupted() ? 1 : 2);
                }
            });
            while (pool.waiting() == 0) {
                Thread.sleep(1);
            }
            waiter.interrupt();
            waiter.join();
            assertThat(interrupted.get()).isEqualTo(1);
            Future<List<Tensor>> late = executor.submit(() -> pool.run(inputs));
            while (pool.waiting() == 0) {
                Thread.sleep(1);
            }
            pool.close();
            assertThatThrownBy(late::get).hasRootCauseMessage("the pool is closed");
            kernels.released.countDown();
            assertThat(bytes(running.get())).isDeepEqualTo(bytes(results));
            assertThatThrownBy(() -> pool.run(inputs)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void whatIsWrongWithARunIsSaid() {
        try (Model model = Model.of(DEFINITION);
                SessionPool pool = model.newPool(SessionOptions.defaults().withBatch(2), 1)) {
            TensorSpec spec = model.inputs().getFirst();
            assertThatThrownBy(() -> pool.run(List.of(RandomModels.input(spec, 3, 1))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("a batch of 3 exceeds the pool's, 2");
            assertThatThrownBy(() -> pool.run(RandomModels.input(spec, 1, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("gives 2 outputs");
            assertThatThrownBy(() -> pool.run(Map.of("other", RandomModels.input(spec, 1, 1))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("input \"picture\" is missing: given are [other], needed [picture]");
            assertThatThrownBy(() -> model.newPool(SessionOptions.defaults(), 0))
                    .isInstanceOf(IllegalArgumentException.class);
            // The pool is as good as before.
            assertThat(pool.run(Map.of("picture", RandomModels.input(spec, 2, 1))))
                    .hasSize(2);
        }
    }

    @Test
    void warmRunsOfAnyBatchSizeAllocateNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Model model = Model.of(DEFINITION);
                SessionPool pool = model.newPool(SessionOptions.defaults().withBatch(MOST_BATCH), 2)) {
            List<Case> cases = cases(model);
            List<List<Tensor>> results =
                    cases.stream().map(one -> pool.run(one.inputs())).toList();
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < 40 && allocated != 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int run = 0; run < 300; run++) {
                    int i = run % cases.size();
                    pool.run(cases.get(i).inputs(), results.get(i));
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(allocated).isZero();
        }
    }
}
