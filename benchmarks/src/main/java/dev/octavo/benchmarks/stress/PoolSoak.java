package dev.octavo.benchmarks.stress;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.SessionPool;
import dev.octavo.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Platform and virtual threads that run one pool at once, with batches of any size, while the model is loaded again and the
 * pool replaced under them. Every answer must be right, and memory must stay flat.
 */
final class PoolSoak {
    private static final int MOST_BATCH = 3;
    private static final int INPUTS = 3;

    /** Samples before memory is held against the first: heaps and arenas of malloc settle. */
    private static final int WARM_SAMPLES = 2;

    private static final int MAPPINGS_SLACK = 150;
    private static final int RESIDENT_SLACK = 300;

    private final Path file;
    private final int sessions;
    private final Subject subject;
    private final List<Case> cases = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong runs = new AtomicLong();
    private final AtomicLong reloads = new AtomicLong();
    private volatile Serving serving;
    private volatile boolean over;

    private record Case(Tensor input, int index, int batch) {}

    /** What callers run, until it is replaced. */
    private record Serving(Model model, SessionPool pool) implements AutoCloseable {
        @Override
        public void close() {
            pool.close();
            model.close();
        }
    }

    /** Soaks a model file of one input and one output, with a pool of so many sessions. */
    PoolSoak(Path file, int sessions) throws IOException {
        this.file = file;
        this.sessions = sessions;
        this.serving = open();
        this.subject = new Subject(file);
        for (int batch = 1; batch <= MOST_BATCH; batch++) {
            for (int index = 0; index < INPUTS; index++) {
                cases.add(new Case(subject.input(serving.model(), index, batch), index, batch));
            }
        }
    }

    private Serving open() throws IOException {
        Model model = Model.load(file);
        return new Serving(model, model.newPool(SessionOptions.defaults().withBatch(MOST_BATCH), sessions));
    }

    /**
     * Runs.
     *
     * @param platform platform threads
     * @param virtual virtual threads
     * @param seconds in all
     * @param samples of memory, at least 3; the model is loaded again before each
     * @param log takes a line per sample
     * @return what went wrong; empty if nothing did
     */
    List<String> run(int platform, int virtual, double seconds, int samples, Consumer<String> log)
            throws IOException, InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < platform + virtual; t++) {
            SplittableRandom random = new SplittableRandom(t);
            Thread.Builder builder = t < platform ? Thread.ofPlatform() : Thread.ofVirtual();
            threads.add(builder.start(() -> work(random)));
        }
        List<ProcessMemory> memory = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            Thread.sleep((long) (seconds * 1e3 / samples));
            Serving old = serving;
            serving = open();
            old.close();
            reloads.incrementAndGet();
            memory.add(ProcessMemory.now());
            log.accept(String.format(
                    Locale.ROOT,
                    "%5.0f s: %d right answers, %d reloads, %d failures; %s",
                    seconds * (i + 1) / samples,
                    runs.get(),
                    reloads.get(),
                    failures.size(),
                    memory.getLast()));
        }
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
        serving.close();
        check(memory);
        return List.copyOf(failures);
    }

    private void check(List<ProcessMemory> memory) {
        ProcessMemory first = memory.get(Math.min(WARM_SAMPLES, memory.size() - 1));
        for (ProcessMemory sample : memory.subList(Math.min(WARM_SAMPLES, memory.size()), memory.size())) {
            if (sample.mappings() > first.mappings() + MAPPINGS_SLACK
                    || sample.residentMegabytes() > first.residentMegabytes() + RESIDENT_SLACK) {
                failures.add("memory grew from " + first + " to " + sample);
            }
        }
    }

    private void work(SplittableRandom random) {
        while (!over) {
            Case one = cases.get(random.nextInt(cases.size()));
            Serving current = serving;
            try {
                float[] output = current.pool().run(one.input()).toFloatArray();
                if (!subject.right(output, one.index(), one.batch())) {
                    failures.add("a wrong answer to input " + one.index() + " at batch " + one.batch());
                }
                runs.incrementAndGet();
            } catch (IllegalStateException e) {
                if (current.pool().equals(serving.pool())) {
                    failures.add("refused by a pool that is open: " + e);
                }
            } catch (Throwable e) {
                failures.add(e.toString());
            }
        }
    }
}
