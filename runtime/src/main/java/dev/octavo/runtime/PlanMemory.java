package dev.octavo.runtime;

import dev.octavo.runtime.plan.Plan;
import dev.octavo.runtime.plan.RunControl;
import dev.octavo.runtime.plan.Step;
import dev.octavo.runtime.plan.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory that one run at a time of a plan computes in, and what its steps took. */
final class PlanMemory {
    private final Plan plan;
    private final MemorySegment memory;
    private final WorkerPool workers;
    private final RunControl control;
    private final boolean profiling;
    private final long[] runs;
    private final long[] nanoseconds;

    PlanMemory(Plan plan, Arena arena, WorkerPool workers, RunControl control, boolean profiling) {
        this.plan = plan;
        this.workers = workers;
        this.control = control;
        this.memory = arena.allocate(plan.memoryBytes() + workers.threads() * plan.scratchBytes(), 64);
        this.profiling = profiling;
        this.runs = new long[plan.slots().size()];
        this.nanoseconds = new long[runs.length];
        MemorySegment constants = plan.constants();
        MemorySegment.copy(constants, 0, memory, plan.constantsOffset(), constants.byteSize());
        for (Step step : plan.setup()) {
            step.kernel().run(memory, plan.memoryBytes());
        }
    }

    Plan plan() {
        return plan;
    }

    MemorySegment segment() {
        return memory;
    }

    long runs(Step step) {
        return runs[step.slot()];
    }

    long nanoseconds(Step step) {
        return nanoseconds[step.slot()];
    }

    void run(Step step) {
        if (!profiling) {
            compute(step);
            return;
        }
        long start = System.nanoTime();
        compute(step);
        nanoseconds[step.slot()] += System.nanoTime() - start;
        runs[step.slot()]++;
    }

    private void compute(Step step) {
        workers.run(step, memory, plan.memoryBytes(), plan.scratchBytes(), control);
    }
}
