package dev.octavo.benchmarks.stress;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * Threads that open and close models and sessions under each other while they run them. What a thread may meet is an
 * {@link IllegalStateException}, as another has closed what it uses or is running it; everything else is a failure, and so is an
 * answer that differs by one bit from that of other kernels.
 *
 * <p>Now and then all threads pause, everything is closed, and the memory that the process maps is looked at: emitted code
 * must be gone, and the rest must not grow.
 */
final class Stress {
    private static final int SHARED_SESSIONS = 6;
    private static final int MOST_RUNS = 4;
    private static final int MOST_BATCH = 3;

    /** Beyond this many more mappings, or MiB, than at the first pause something leaks: heaps and arenas of malloc vary. */
    private static final int MAPPINGS_SLACK = 150;

    private static final int RESIDENT_SLACK = 400;

    private final List<Subject> subjects;
    private final Consumer<String> log;
    private final AtomicReferenceArray<Shared> sessions = new AtomicReferenceArray<>(SHARED_SESSIONS);
    private final ReentrantReadWriteLock pause = new ReentrantReadWriteLock(true);
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong runs = new AtomicLong();
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean over;

    /** A session that several threads know. */
    private record Shared(Subject subject, Model model, Session session, int batch) {}

    /**
     * @param files models with one input and one output
     * @param log takes a line per pause
     */
    Stress(List<Path> files, Consumer<String> log) {
        this.subjects = files.stream().map(Subject::new).toList();
        this.log = log;
    }

    /** What a stress came to. */
    record Outcome(long runs, long sessions, long refusals, List<String> failures) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d right answers, %d sessions opened, %d calls met a closed or busy session, %d failures",
                    runs,
                    sessions,
                    refusals,
                    failures.size());
        }
    }

    /**
     * Runs.
     *
     * @param threads that work
     * @param seconds in all
     * @param pauses for looking at memory, at least 2, evenly spread
     */
    Outcome run(int threads, double seconds, int pauses) throws InterruptedException {
        List<Thread> workers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            SplittableRandom random = new SplittableRandom(t);
            workers.add(Thread.ofPlatform().name("stress-" + t).start(() -> work(random)));
        }
        List<ProcessMemory> samples = new ArrayList<>();
        for (int i = 0; i < pauses; i++) {
            Thread.sleep((long) (seconds * 1e3 / pauses));
            samples.add(look());
            log.accept(String.format(
                    Locale.ROOT,
                    "%4.0f s: %d runs, %d sessions, %d refusals, %d failures; all closed: %s",
                    seconds * (i + 1) / pauses,
                    runs.get(),
                    opened.get(),
                    refused.get(),
                    failures.size(),
                    samples.getLast()));
        }
        over = true;
        for (Thread worker : workers) {
            worker.join();
        }
        closeAll();
        check(samples);
        return new Outcome(runs.get(), opened.get(), refused.get(), List.copyOf(failures));
    }

    private ProcessMemory look() {
        pause.writeLock().lock();
        try {
            closeAll();
            System.gc();
            return ProcessMemory.now();
        } finally {
            pause.writeLock().unlock();
        }
    }

    private void check(List<ProcessMemory> samples) {
        ProcessMemory first = samples.getFirst();
        for (ProcessMemory sample : samples) {
            if (sample.codeMappings() != first.codeMappings()
                    || sample.mappings() > first.mappings() + MAPPINGS_SLACK
                    || sample.residentMegabytes() > first.residentMegabytes() + RESIDENT_SLACK) {
                failures.add("memory grew from " + first + " to " + sample);
            }
        }
    }

    private void closeAll() {
        for (int i = 0; i < SHARED_SESSIONS; i++) {
            Shared shared = sessions.getAndSet(i, null);
            if (shared != null) {
                shared.session().close();
            }
        }
        subjects.forEach(Subject::close);
    }

    private void work(SplittableRandom random) {
        while (!over) {
            pause.readLock().lock();
            try {
                act(random);
            } catch (IllegalStateException e) {
                refused.incrementAndGet();
            } catch (Throwable e) {
                failures.add(Thread.currentThread().getName() + ": " + e);
            } finally {
                pause.readLock().unlock();
            }
        }
    }

    private void act(SplittableRandom random) {
        Subject subject = subjects.get(random.nextInt(subjects.size()));
        int slot = random.nextInt(SHARED_SESSIONS);
        switch (random.nextInt(10)) {
            case 0 -> subject.close();
            case 1 -> {
                Shared shared = sessions.getAndSet(slot, null);
                if (shared != null) {
                    shared.session().close();
                }
            }
            case 2, 3 -> {
                Shared shared = open(subject, random);
                Shared replaced = sessions.getAndSet(slot, shared);
                if (replaced != null) {
                    replaced.session().close();
                }
            }
            case 4, 5 -> {
                Shared own = open(subject, random);
                try {
                    use(own, random);
                } finally {
                    own.session().close();
                }
            }
            default -> {
                Shared shared = sessions.get(slot);
                if (shared != null) {
                    use(shared, random);
                }
            }
        }
    }

    private Shared open(Subject subject, SplittableRandom random) {
        Model model = subject.model();
        List<KernelSet> usable = KernelSets.usable();
        // Lower tiers are slow, and so a rarer choice than the best one.
        KernelSet kernels = usable.get(random.nextInt(8) == 0 ? Math.min(1, usable.size() - 1) : 0);
        int batch = 1 + random.nextInt(MOST_BATCH);
        SessionOptions options =
                SessionOptions.defaults().withKernels(kernels).withBatch(batch).withThreads(1 + random.nextInt(2));
        Session session = model.newSession(options);
        opened.incrementAndGet();
        return new Shared(subject, model, session, batch);
    }

    private void use(Shared shared, SplittableRandom random) {
        int count = 1 + random.nextInt(MOST_RUNS);
        for (int i = 0; i < count; i++) {
            int index = random.nextInt(Integer.MAX_VALUE);
            Tensor input = shared.subject().input(shared.model(), index, shared.batch());
            Tensor output = Tensor.allocate(
                    shared.model().outputs().getFirst().type(),
                    shared.model().outputs().getFirst().shape(shared.batch()));
            // A tensor of the caller's own: the session's belongs to whoever runs it next.
            shared.session().run(List.of(input), List.of(output));
            runs.incrementAndGet();
            if (!shared.subject().right(output.toFloatArray(), index, shared.batch())) {
                failures.add(
                        "a wrong answer of " + shared.subject().file().getFileName() + " at batch " + shared.batch());
            }
        }
    }
}
