package dev.octavo.runtime;

import dev.octavo.runtime.plan.BatchPlan.Stage;
import dev.octavo.runtime.plan.Plan;
import dev.octavo.runtime.plan.Step;
import dev.octavo.runtime.plan.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan in a session's memory, which it runs on one part of the batch after the other. */
final class SessionStage {
    private final Plan plan;
    private final int parts;
    private final MemorySegment memory;
    private final WorkerPool workers;
    private final Plan.Input[] forms;
    private final Tensor[] inputs;
    private @Nullable List<Tensor> outputs;
    private final boolean profiling;
    private final long[] runs;
    private final long[] nanoseconds;

    SessionStage(Stage stage, Arena arena, WorkerPool workers, SessionOptions options) {
        this.plan = stage.plan();
        this.parts = stage.parts();
        this.workers = workers;
        this.memory = arena.allocate(plan.memoryBytes() + options.threads() * plan.scratchBytes(), 64);
        this.forms = plan.inputs().stream().map(List::getFirst).toArray(Plan.Input[]::new);
        this.inputs = new Tensor[forms.length];
        this.profiling = options.profiling();
        this.runs = new long[plan.slots().size()];
        this.nanoseconds = new long[runs.length];
        MemorySegment constants = plan.constants();
        MemorySegment.copy(constants, 0, memory, plan.constantsOffset(), constants.byteSize());
        for (Step step : plan.setup()) {
            step.kernel().run(memory, plan.memoryBytes());
        }
    }

    int inputs() {
        return forms.length;
    }

    int outputs() {
        return plan.outputs().size();
    }

    /** Tensors of this stage's own for what it gives, made at the first call: callers may have tensors of theirs. */
    List<Tensor> ownOutputs() {
        if (outputs == null) {
            outputs = plan.outputs().stream()
                    .map(output -> Tensor.allocate(output.type(), whole(output.shape(), parts(output))))
                    .toList();
        }
        return outputs;
    }

    /** Bytes off the heap so far. */
    long memoryBytes() {
        List<Tensor> own = outputs == null ? List.of() : outputs;
        return memory.byteSize()
                + own.stream().mapToLong(t -> t.segment().byteSize()).sum();
    }

    /** Takes what an earlier stage gives, always. */
    void follow(SessionStage earlier) {
        earlier.ownOutputs().toArray(inputs);
    }

    /** Takes a tensor in the next run, and refuses one that is in no form of an input. */
    void accept(int input, Tensor tensor) {
        List<Plan.Input> accepted = plan.inputs().get(input);
        for (int i = 0; i < accepted.size(); i++) {
            Plan.Input form = accepted.get(i);
            if (tensor.type() == form.type() && tensor.hasShape(form.shape(), parts)) {
                forms[input] = form;
                inputs[input] = tensor;
                return;
            }
        }
        StringBuilder text = new StringBuilder();
        for (Plan.Input form : accepted) {
            text.append(text.isEmpty() ? "" : " or ")
                    .append(form.type())
                    .append(Arrays.toString(whole(form.shape(), parts)));
        }
        throw new IllegalArgumentException("input " + input + " must be " + text + " and not " + tensor);
    }

    /** Refuses a tensor that cannot hold an output. */
    void acceptOutput(int output, Tensor tensor) {
        Plan.Output expected = plan.outputs().get(output);
        if (tensor.type() != expected.type() || !tensor.hasShape(expected.shape(), parts(expected))) {
            throw new IllegalArgumentException("output " + output + " is " + expected.type()
                    + Arrays.toString(whole(expected.shape(), parts(expected))) + " and not " + tensor);
        }
    }

    /** Runs on all parts of the inputs. */
    void run(List<Tensor> results) {
        for (int part = 0; part < parts; part++) {
            for (int i = 0; i < inputs.length; i++) {
                enter(forms[i], inputs[i], part);
            }
            for (int i = 0; i < plan.steps().size(); i++) {
                run(plan.steps().get(i));
            }
            for (int i = 0; i < results.size(); i++) {
                Plan.Output output = plan.outputs().get(i);
                if (part < parts(output)) {
                    leave(output, results.get(i), part);
                }
            }
        }
    }

    private void enter(Plan.Input form, Tensor tensor, int part) {
        form.transfer().in(tensor.segment(), part * form.transfer().bytes(), memory);
        Step conversion = form.conversion();
        if (conversion != null) {
            run(conversion);
        }
    }

    private void leave(Plan.Output form, Tensor tensor, int part) {
        Step conversion = form.conversion();
        if (conversion != null) {
            run(conversion);
        }
        form.transfer().out(memory, tensor.segment(), part * form.transfer().bytes());
    }

    /** What runs of the whole batch spent. */
    List<OperationProfile> profile() {
        List<OperationProfile> profiles = new ArrayList<>();
        for (Step step : plan.slots()) {
            long count = runs[step.slot()] / parts;
            if (count > 0) {
                profiles.add(new OperationProfile(
                        step.name(), step.kernel().name(), count, nanoseconds[step.slot()], parts * step.macs()));
            }
        }
        return profiles;
    }

    private int parts(Plan.Output output) {
        return output.constant() ? 1 : parts;
    }

    private static int[] whole(int[] shape, int parts) {
        int[] whole = shape.clone();
        if (parts > 1) {
            whole[0] = Math.multiplyExact(whole[0], parts);
        }
        return whole;
    }

    private void run(Step step) {
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
        if (step.shared()) {
            workers.run(step.kernel(), memory, plan.memoryBytes(), plan.scratchBytes());
        } else {
            step.kernel().run(memory, plan.memoryBytes());
        }
    }
}
