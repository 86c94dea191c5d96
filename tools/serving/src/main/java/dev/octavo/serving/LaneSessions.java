package dev.octavo.serving;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.serving.Request.Slice;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thread's sessions of a model, one for each batch size, and memory in which rows of several requests come together. */
final class LaneSessions implements AutoCloseable {
    private final List<Session> sessions = new ArrayList<>();
    private final List<@Nullable List<Tensor>> gathered = new ArrayList<>();
    private final List<Integer> forms = new ArrayList<>();

    /** Makes sessions for 1, 2, 4, … rows, and runs each once so that no request pays for what a first run takes. */
    LaneSessions(Model model, SessionOptions options, RowForms forms, int maxBatch) {
        try {
            for (int batch = 1; batch <= maxBatch; batch *= 2) {
                Session session = model.newSession(options.withBatch(batch));
                sessions.add(session);
                gathered.add(null);
                this.forms.add(0);
                session.run(forms.zeroInputs(batch));
            }
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    /**
     * Runs the rows of slices together.
     *
     * @param rows of all slices, a power of two
     */
    void run(List<Slice> slices, int rows) {
        int size = Integer.numberOfTrailingZeros(rows);
        Session session = sessions.get(size);
        if (slices.size() == 1) {
            Slice slice = slices.getFirst();
            Request request = slice.request();
            if (slice.whole()) {
                session.run(request.inputs, request.outputs);
            } else {
                session.run(
                        RowForms.slice(request.inputs, slice.from(), rows, request.rows),
                        RowForms.slice(request.outputs, slice.from(), rows, request.rows));
            }
            return;
        }
        List<Tensor> inputs = gather(slices, rows, size);
        scatter(session.run(inputs), slices, rows);
    }

    private List<Tensor> gather(List<Slice> slices, int rows, int size) {
        Request first = slices.getFirst().request();
        List<Tensor> together = gathered.get(size);
        if (together == null || forms.get(size) != first.form) {
            together = RowForms.like(first.inputs, rows);
            gathered.set(size, together);
            forms.set(size, first.form);
        }
        for (int i = 0; i < together.size(); i++) {
            MemorySegment target = together.get(i).segment();
            long rowBytes = target.byteSize() / rows;
            long at = 0;
            for (Slice slice : slices) {
                long bytes = slice.rows() * rowBytes;
                MemorySegment source = slice.request().inputs.get(i).segment();
                MemorySegment.copy(source, slice.from() * rowBytes, target, at, bytes);
                at += bytes;
            }
        }
        return together;
    }

    private static void scatter(List<Tensor> outputs, List<Slice> slices, int rows) {
        for (int i = 0; i < outputs.size(); i++) {
            MemorySegment source = outputs.get(i).segment();
            long rowBytes = source.byteSize() / rows;
            long at = 0;
            for (Slice slice : slices) {
                long bytes = slice.rows() * rowBytes;
                MemorySegment target = slice.request().outputs.get(i).segment();
                MemorySegment.copy(source, at, target, slice.from() * rowBytes, bytes);
                at += bytes;
            }
        }
    }

    @Override
    public void close() {
        sessions.forEach(Session::close);
    }
}
