package dev.octavo.kernels.vector;

import dev.octavo.kernels.Fill;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;

/** {@link Fill} by copies of the longest contiguous run of each output; a unit is one output. */
final class VectorFill implements Kernel {
    private final List<Traversal> outputs;
    private final int elementBytes;
    private final int patternBytes;
    private final MemorySegment run;

    private VectorFill(List<Traversal> outputs, int elementBytes, int patternBytes, MemorySegment run) {
        this.outputs = outputs;
        this.patternBytes = patternBytes;
        this.elementBytes = elementBytes;
        this.run = run;
    }

    /** Empty where outputs are not made of runs that all begin with the pattern. */
    static Optional<Kernel> of(Fill spec, Arena arena) {
        byte[] pattern = spec.pattern();
        int bytes = spec.output().type().bytes();
        int longest = 0;
        for (TensorView view : spec.outputs()) {
            Traversal traversal = Traversal.of(view);
            boolean wholePatterns = pattern.length == bytes
                    || ((view.stride(1) == bytes || view.size(1) == 1) && traversal.length() % view.size(1) == 0);
            if (!traversal.contiguous(view) || !wholePatterns) {
                return Optional.empty();
            }
            longest = Math.max(longest, traversal.length(0));
        }
        MemorySegment run = arena.allocate((long) longest * bytes + pattern.length);
        for (long i = 0; i < run.byteSize(); i++) {
            run.set(ValueLayout.JAVA_BYTE, i, pattern[(int) (i % pattern.length)]);
        }
        List<Traversal> outputs =
                spec.outputs().stream().map(view -> Traversal.of(view)).toList();
        return Optional.of(new VectorFill(outputs, bytes, pattern.length, run));
    }

    @Override
    public String name() {
        return "fill-vector";
    }

    @Override
    public int units() {
        return outputs.size();
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int output = from; output < to; output++) {
            Traversal traversal = outputs.get(output);
            int units = traversal.units();
            for (int unit = 0; unit < units; unit++) {
                fill(memory, traversal, unit);
            }
        }
    }

    private void fill(MemorySegment memory, Traversal traversal, int unit) {
        long bytes = (long) traversal.length(unit) * elementBytes;
        long phase = (long) traversal.first(unit) * elementBytes % patternBytes;
        MemorySegment.copy(run, phase, memory, traversal.offset(0, unit), bytes);
    }
}
