package dev.octavo.benchmarks.jmh;

import dev.octavo.kernels.machine.MachinePeaks;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a call of emitted code costs before it does anything. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class DowncallBenchmark {
    private final Optional<MachinePeaks> emitted = MachinePeaks.emit();

    /** JMH makes it. */
    public DowncallBenchmark() {}

    /** Frees the code. */
    @TearDown
    public void close() {
        emitted.ifPresent(MachinePeaks::close);
    }

    /** Calls and returns; false where no code can be emitted. */
    @Benchmark
    public boolean call() {
        emitted.ifPresent(MachinePeaks::call);
        return emitted.isPresent();
    }
}
