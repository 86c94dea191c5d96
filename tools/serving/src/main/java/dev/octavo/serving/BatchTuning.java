package dev.octavo.serving;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import java.util.List;

/**
 * What batches of a model are worth, by its own timing.
 *
 * @param maxBatch most rows of a run for which a row still gets cheaper, a power of two
 * @param maxWaitNanos what the second row of a batch saves: a longer wait for it would cost more
 * @param rowNanos what a row takes in a batch of that size
 */
record BatchTuning(int maxBatch, long maxWaitNanos, long rowNanos) {
    /** The largest batch that is tried unasked. */
    static final int LARGEST_TRIED = 8;

    /** A batch has to save this part of the time of its half, or it is not worth the wait of its first row. */
    private static final double LEAST_GAIN = 0.03;

    private static final int LEAST_RUNS = 3;
    private static final int MOST_RUNS = 20;
    private static final long LONGEST_NANOS = 60_000_000;

    /**
     * Measures batches of 1, 2, 4, … until one no longer pays.
     *
     * @param given the largest batch, which is then only timed, or 0
     */
    static BatchTuning measure(Model model, SessionOptions options, RowForms forms, int given) {
        long single = time(model, options, forms, 1);
        if (!forms.batchable() || given == 1) {
            return new BatchTuning(1, 0, single);
        }
        if (given != 0) {
            long nanos = time(model, options, forms, given);
            return new BatchTuning(given, Math.max(0, 2 * single - 2 * nanos / given), nanos / given);
        }
        int best = 1;
        long bestRow = single;
        long wait = 0;
        for (int batch = 2; batch <= LARGEST_TRIED; batch *= 2) {
            long row = time(model, options, forms, batch) / batch;
            if (row > bestRow * (1 - LEAST_GAIN)) {
                break;
            }
            if (batch == 2) {
                wait = 2 * single - 2 * row;
            }
            best = batch;
            bestRow = row;
        }
        return new BatchTuning(best, wait, bestRow);
    }

    /** The quickest of some runs: what others do on the machine only ever adds. */
    private static long time(Model model, SessionOptions options, RowForms forms, int batch) {
        List<Tensor> inputs = forms.zeroInputs(batch);
        List<Tensor> outputs = forms.newOutputs(batch);
        try (Session session = model.newSession(options.withBatch(batch))) {
            session.run(inputs, outputs);
            long start = System.nanoTime();
            long best = Long.MAX_VALUE;
            for (int run = 0; run < MOST_RUNS; run++) {
                long begin = System.nanoTime();
                if (run >= LEAST_RUNS && begin - start > LONGEST_NANOS) {
                    break;
                }
                session.run(inputs, outputs);
                best = Math.min(best, System.nanoTime() - begin);
            }
            return best;
        }
    }
}
