package dev.octavo.benchmarks.stress;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;

/** A model file with inputs whose answers are known, and the model that threads have open of it, if any. */
final class Subject {
    private static final int INPUTS = 3;

    private final Path file;
    private final List<float[]> inputs = new ArrayList<>();
    private final List<float[]> answers = new ArrayList<>();
    private final AtomicReference<Model> open = new AtomicReference<>();

    /** Computes the answers with the second-best kernels, so that the best are held against others. */
    Subject(Path file) {
        this.file = file;
        SplittableRandom random = new SplittableRandom(7);
        List<KernelSet> usable = KernelSets.usable();
        KernelSet other = usable.get(Math.min(1, usable.size() - 1));
        try (Model model = load(file);
                Session session = model.newSession(SessionOptions.defaults().withKernels(other))) {
            TensorSpec spec = model.inputs().getFirst();
            for (int i = 0; i < INPUTS; i++) {
                Tensor input = Tensor.allocate(spec.type(), spec.shape(1));
                byte[] bytes = new byte[(int) input.segment().byteSize()];
                float[] values = new float[(int) input.elements()];
                for (int k = 0; k < values.length; k++) {
                    values[k] = random.nextInt(-127, 128);
                }
                inputs.add(values);
                fill(input, 1, values, bytes);
                answers.add(session.run(input).toFloatArray());
            }
        }
    }

    private static void fill(Tensor input, int batch, float[] values, byte[] bytes) {
        boolean floats = input.segment().byteSize() == Float.BYTES * (long) batch * values.length;
        for (int n = 0; n < batch; n++) {
            if (floats) {
                long at = (long) n * values.length * Float.BYTES;
                MemorySegment.copy(values, 0, input.segment(), ValueLayout.JAVA_FLOAT, at, values.length);
            } else {
                for (int k = 0; k < values.length; k++) {
                    bytes[k] = (byte) values[k];
                }
                MemorySegment.copy(
                        bytes, 0, input.segment(), ValueLayout.JAVA_BYTE, (long) n * values.length, values.length);
            }
        }
    }

    private static Model load(Path file) {
        try {
            return Model.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path file() {
        return file;
    }

    /** The open model, opened now if there is none. */
    Model model() {
        Model model = open.get();
        if (model != null) {
            return model;
        }
        Model mine = load(file);
        if (open.compareAndSet(null, mine)) {
            return mine;
        }
        mine.close();
        return model();
    }

    /** Closes the open model under whoever uses it. */
    void close() {
        Model model = open.getAndSet(null);
        if (model != null) {
            model.close();
        }
    }

    /** An input of {@code batch} equal images. */
    Tensor input(Model model, int index, int batch) {
        TensorSpec spec = model.inputs().getFirst();
        Tensor input = Tensor.allocate(spec.type(), spec.shape(batch));
        float[] values = inputs.get(index % INPUTS);
        fill(input, batch, values, new byte[values.length]);
        return input;
    }

    /** Whether every image of a batch got the known answer. */
    boolean right(float[] output, int index, int batch) {
        float[] answer = answers.get(index % INPUTS);
        boolean right = output.length == batch * answer.length;
        for (int n = 0; right && n < batch; n++) {
            right = Arrays.equals(output, n * answer.length, (n + 1) * answer.length, answer, 0, answer.length);
        }
        return right;
    }
}
