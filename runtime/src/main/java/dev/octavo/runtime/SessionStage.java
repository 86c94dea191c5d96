package dev.octavo.runtime;

import dev.octavo.runtime.plan.Plan;
import dev.octavo.runtime.plan.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan that runs on one part of a batch after the other. */
final class SessionStage {
    private final PlanMemory memory;
    private final Plan plan;
    private final int parts;
    private final List<String> inputNames;
    private final List<String> outputNames;
    private final Plan.Input[] forms;
    private final Tensor[] inputs;
    private @Nullable List<Tensor> outputs;

    /**
     * Runs a plan on a batch.
     *
     * @param parts of the batch
     * @param inputNames of the inputs, for messages
     * @param outputNames of the outputs, which the stage's own tensors bear
     */
    SessionStage(PlanMemory memory, int parts, List<String> inputNames, List<String> outputNames) {
        this.memory = memory;
        this.plan = memory.plan();
        this.parts = parts;
        this.inputNames = inputNames;
        this.outputNames = outputNames;
        this.forms = plan.inputs().stream().map(List::getFirst).toArray(Plan.Input[]::new);
        this.inputs = new Tensor[forms.length];
    }

    PlanMemory memory() {
        return memory;
    }

    /** Tensors of this stage's own for what it gives, made at the first call: callers may have tensors of theirs. */
    List<Tensor> ownOutputs() {
        if (outputs == null) {
            List<Tensor> made = new ArrayList<>();
            for (int i = 0; i < plan.outputs().size(); i++) {
                Plan.Output output = plan.outputs().get(i);
                made.add(Tensor.allocate(output.type(), whole(output.shape(), parts(output)))
                        .withName(outputNames.get(i)));
            }
            outputs = List.copyOf(made);
        }
        return outputs;
    }

    /** New tensors on the heap for what it gives. */
    List<Tensor> newOutputs() {
        List<Tensor> made = new ArrayList<>();
        for (int i = 0; i < plan.outputs().size(); i++) {
            Plan.Output output = plan.outputs().get(i);
            made.add(Tensor.allocateOnHeap(output.type(), whole(output.shape(), parts(output)))
                    .withName(outputNames.get(i)));
        }
        return made;
    }

    int inputs() {
        return forms.length;
    }

    int outputs() {
        return plan.outputs().size();
    }

    /** Bytes off the heap of the tensors of its own. */
    long outputBytes() {
        List<Tensor> own = outputs == null ? List.of() : outputs;
        return own.stream().mapToLong(t -> t.segment().byteSize()).sum();
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
        throw new IllegalArgumentException(
                "input " + input + " \"" + inputNames.get(input) + "\" must be " + text + " and not " + tensor);
    }

    /** Refuses a tensor that cannot hold an output. */
    void acceptOutput(int output, Tensor tensor) {
        Plan.Output expected = plan.outputs().get(output);
        if (tensor.type() != expected.type() || !tensor.hasShape(expected.shape(), parts(expected))) {
            throw new IllegalArgumentException("output " + output + " \"" + outputNames.get(output) + "\" is "
                    + expected.type() + Arrays.toString(whole(expected.shape(), parts(expected))) + " and not "
                    + tensor);
        }
        if (tensor.segment().isReadOnly()) {
            throw new IllegalArgumentException(
                    "output " + output + " \"" + outputNames.get(output) + "\" is read-only memory");
        }
    }

    /**
     * Runs on all parts of the inputs.
     *
     * @param gate tells when the run must end
     */
    void run(List<Tensor> results, RunGate gate) {
        for (int part = 0; part < parts; part++) {
            for (int i = 0; i < inputs.length; i++) {
                enter(forms[i], inputs[i], part);
            }
            for (int i = 0; i < plan.steps().size(); i++) {
                memory.run(plan.steps().get(i));
                gate.check();
            }
            for (int i = 0; i < results.size(); i++) {
                Plan.Output output = plan.outputs().get(i);
                if (part < parts(output)) {
                    leave(output, results.get(i), part);
                }
            }
        }
        gate.check();
    }

    /** What runs of the whole batch spent. */
    List<OperationProfile> profile() {
        List<OperationProfile> profiles = new ArrayList<>();
        for (Step step : plan.slots()) {
            long count = memory.runs(step) / parts;
            if (count > 0) {
                profiles.add(new OperationProfile(
                        step.name(), step.kernel().name(), count, memory.nanoseconds(step), parts * step.macs()));
            }
        }
        return profiles;
    }

    private void enter(Plan.Input form, Tensor tensor, int part) {
        form.transfer().in(tensor.segment(), part * form.transfer().bytes(), memory.segment());
        Step conversion = form.conversion();
        if (conversion != null) {
            memory.run(conversion);
        }
    }

    private void leave(Plan.Output form, Tensor tensor, int part) {
        Step conversion = form.conversion();
        if (conversion != null) {
            memory.run(conversion);
        }
        form.transfer()
                .out(memory.segment(), tensor.segment(), part * form.transfer().bytes());
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
}
