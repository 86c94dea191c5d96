package dev.octavo.serving;

import dev.octavo.serving.PredictorListener.Outcome;
import dev.octavo.serving.PredictorStatistics.BatchStatistics;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens in a predictor, and passes it on to its listener. */
final class Counters {
    private final PredictorListener listener;
    private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
    private final LongAdder refused = new LongAdder();
    private final LongAdder rows = new LongAdder();
    private final LongAdder queueNanos = new LongAdder();
    private final LongAdder computeNanos = new LongAdder();

    /** By the logarithm of the rows. */
    private final LongAdder[] runs = adders(1 + Integer.numberOfTrailingZeros(PredictorOptions.LARGEST_BATCH));

    private final LongAdder[] runNanos = adders(runs.length);

    Counters(PredictorListener listener) {
        this.listener = listener;
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, new LongAdder());
        }
    }

    private static LongAdder[] adders(int count) {
        LongAdder[] adders = new LongAdder[count];
        for (int i = 0; i < count; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }

    void refused(RefusedException.Reason reason) {
        refused.increment();
        try {
            listener.refused(reason);
        } catch (RuntimeException e) {
            ignore(e);
        }
    }

    void ran(int batch, long start, long nanos) {
        int size = Integer.numberOfTrailingZeros(batch);
        runs[size].increment();
        runNanos[size].add(nanos);
        try {
            listener.ran(batch, start, nanos);
        } catch (RuntimeException e) {
            ignore(e);
        }
    }

    void ended(Request request, Outcome outcome, long now) {
        boolean began = request.begun != 0;
        long queued = (began ? request.begun : now) - request.submitted;
        long computed = began ? now - request.begun : 0;
        adder(outcome).increment();
        if (outcome == Outcome.SUCCEEDED) {
            rows.add(request.rows);
            queueNanos.add(queued);
            computeNanos.add(computed);
        }
        try {
            listener.ended(outcome, request.rows, request.submitted, queued, computed);
        } catch (RuntimeException e) {
            ignore(e);
        }
    }

    /** A listener's fault must not become a request's. */
    private static void ignore(RuntimeException e) {
        System.getLogger(Counters.class.getName()).log(System.Logger.Level.DEBUG, "a listener failed", e);
    }

    PredictorStatistics statistics(int waitingRows, int runningRows) {
        List<BatchStatistics> batches = new ArrayList<>();
        for (int size = 0; size < runs.length; size++) {
            long count = runs[size].sum();
            if (count > 0) {
                batches.add(new BatchStatistics(1 << size, count, runNanos[size].sum()));
            }
        }
        return new PredictorStatistics(
                count(Outcome.SUCCEEDED),
                count(Outcome.FAILED),
                count(Outcome.EXPIRED),
                count(Outcome.CANCELLED),
                refused.sum(),
                rows.sum(),
                queueNanos.sum(),
                computeNanos.sum(),
                waitingRows,
                runningRows,
                batches);
    }

    private long count(Outcome outcome) {
        return adder(outcome).sum();
    }

    private LongAdder adder(Outcome outcome) {
        return Objects.requireNonNull(outcomes.get(outcome));
    }
}
