package dev.octavo.runtime.plan;

import dev.octavo.kernels.ConvolutionChain;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.TensorView;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelFormatException;
import dev.octavo.runtime.format.ModelLimits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Turns a model into a {@link Plan} for one kernel set and one batch size: settles layouts, then which tensors share
 * buffers, then where buffers lie, and then prepares a kernel for each operation.
 */
public final class PlanCompiler {
    private final String origin;
    private final BatchedModel model;
    private final long mostBytes;
    private final KernelSet kernels;
    private final int lanes;
    private final PackingCache weights;
    private final Arena arena;
    private final ChainAssignment chains;
    private final BufferAssignment assignment;
    private final List<Step> slots = new ArrayList<>();
    private long scratchBytes;

    private PlanCompiler(
            String origin,
            BatchedModel model,
            long mostBytes,
            KernelSet kernels,
            int lanes,
            PackingCache weights,
            Arena arena,
            ChainAssignment chains,
            BufferAssignment assignment) {
        this.origin = origin;
        this.model = model;
        this.mostBytes = mostBytes;
        this.kernels = kernels;
        this.lanes = lanes;
        this.weights = weights;
        this.arena = arena;
        this.chains = chains;
        this.assignment = assignment;
    }

    /**
     * Compiles a checked model.
     *
     * @param origin of the model, for messages
     * @param limits of which a plan keeps that of its bytes
     * @param batch at least 1, and 1 unless the model is batchable
     * @param lanes into how many parts chains of convolutions divide their work: the threads of a session
     * @param weights where kernels find packed weights, shared by the model's plans
     * @param arena owns the kernels and the constants
     * @throws ModelFormatException if an operation does not fit its tensors
     */
    public static Plan compile(
            String origin,
            ModelDefinition definition,
            ModelLimits limits,
            KernelSet kernels,
            int batch,
            int lanes,
            PackingCache weights,
            Arena arena) {
        return compile(origin, definition, limits, kernels, batch, lanes, weights, arena, true);
    }

    /** Compiles with or without chains and shared memory: for tests, as results cannot differ. */
    static Plan compile(
            String origin,
            ModelDefinition definition,
            ModelLimits limits,
            KernelSet kernels,
            int batch,
            int lanes,
            PackingCache weights,
            Arena arena,
            boolean sharing) {
        try {
            BatchedModel model = BatchedModel.of(definition, batch);
            LayoutAssignment layouts = LayoutAssignment.of(model);
            ChainAssignment chains =
                    sharing ? ChainAssignment.of(model, layouts, kernels) : ChainAssignment.none(model, layouts);
            BufferAssignment assignment = BufferAssignment.of(model, layouts, chains, lanes, sharing);
            return new PlanCompiler(
                            origin, model, limits.planBytes(), kernels, lanes, weights, arena, chains, assignment)
                    .compile(sharing);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
            throw new ModelFormatException(
                    String.format(
                            Locale.ROOT, "%s: the model has no plan for batch %d: %s", origin, batch, e.getMessage()),
                    e);
        }
    }

    private Plan compile(boolean sharing) {
        long inputStageBytes = inputStageBytes();
        long outputStageBytes = outputStageBytes();
        MemoryMap map = MemoryMap.of(model, assignment, inputStageBytes, outputStageBytes, sharing);
        if (map.bytes() > mostBytes) {
            throw new IllegalArgumentException("it needs " + map.bytes() + " bytes of memory, more than the limit of "
                    + mostBytes + " (ModelLimits)");
        }
        SpecLowering lowering = new SpecLowering(model, assignment, map.offsets());
        List<Step> setup = new ArrayList<>();
        for (int b = 0; b < assignment.buffers().size(); b++) {
            String name = "halo of "
                    + model.tensor(assignment.buffers().get(b).owner()).name();
            lowering.halo(b).ifPresent(fill -> setup.add(step(name, fill)));
        }
        List<Step> steps = new ArrayList<>();
        for (int k = 0; k < model.end(); k++) {
            addOperation(k, lowering, steps);
        }
        List<List<Plan.Input>> inputs = model.definition().inputs().stream()
                .map(tensor -> inputForms(tensor, lowering.view(tensor), map.inputStage()))
                .toList();
        List<Plan.Output> outputs = model.definition().outputs().stream()
                .map(tensor -> output(tensor, lowering.view(tensor), map.outputStage()))
                .toList();
        return new Plan(
                List.copyOf(setup),
                inputs,
                List.copyOf(steps),
                outputs,
                List.copyOf(slots),
                map.bytes(),
                MemoryPlanner.align(scratchBytes),
                constants(map.constantsEnd(), lowering),
                KernelSet.SLACK_BYTES);
    }

    private void addOperation(int position, SpecLowering lowering, List<Step> steps) {
        String name = model.operation(position).name();
        try {
            Optional<ChainAssignment.Chain> chain = chains.at(position);
            if (chain.isPresent()) {
                if (chain.get().first() == position) {
                    steps.add(step(chain.get(), lowering));
                }
                return;
            }
            for (KernelSpec spec : lowering.lower(position)) {
                steps.add(step(name, spec));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
            throw new ModelFormatException(
                    String.format(
                            Locale.ROOT,
                            "%s: operation %d \"%s\" (%s): %s",
                            origin,
                            position,
                            name,
                            model.operation(position).operation().getClass().getSimpleName(),
                            e.getMessage()),
                    e);
        }
    }

    private Step step(String name, KernelSpec spec) {
        Kernel kernel = kernels.prepare(spec, weights, arena)
                .orElseThrow(() -> new IllegalStateException("the " + kernels.name() + " kernels lack " + spec));
        long elements = spec.output().elements();
        long taps = spec instanceof Pooling pooling ? pooling.window().taps() : 1;
        return step(name, kernel, spec.macs(), elements, elements * taps);
    }

    private Step step(ChainAssignment.Chain chain, SpecLowering lowering) {
        ConvolutionChain spec = lowering.lower(chain, lanes);
        Kernel kernel = kernels.prepare(spec, weights, arena)
                .orElseThrow(() -> new IllegalStateException("the " + kernels.name() + " kernels lack " + spec));
        String names = IntStream.rangeClosed(chain.first(), chain.last())
                .mapToObj(k -> model.operation(k).name())
                .collect(Collectors.joining(" + "));
        return step(names, kernel, spec.macs(), 0, spec.macs());
    }

    private Step step(String name, Kernel kernel, long macs, long elements, long work) {
        scratchBytes = Math.max(scratchBytes, kernel.scratchBytes());
        Step step = Step.of(slots.size(), name, kernel, macs, elements, work);
        slots.add(step);
        return step;
    }

    private List<Plan.Input> inputForms(int tensor, TensorView view, long stage) {
        List<Plan.Input> forms = new ArrayList<>();
        for (HostForm form : HostForm.ofInput(model.tensor(tensor), view)) {
            Step conversion = null;
            if (form.staged()) {
                conversion = step(
                        "input " + model.tensor(tensor).name(),
                        form.fromStage(
                                view,
                                stage,
                                model.tensor(tensor),
                                model.definition().metadata().preprocessing()));
            }
            forms.add(new Plan.Input(form.type(), form.shape(view), form.transfer(view, stage), conversion));
        }
        return forms;
    }

    private Plan.Output output(int tensor, TensorView view, long stage) {
        HostForm form = HostForm.ofOutput(view);
        Step conversion =
                form.staged() ? step("output " + model.tensor(tensor).name(), form.toStage(view, stage)) : null;
        return new Plan.Output(
                form.type(), form.shape(view), model.constant(tensor), conversion, form.transfer(view, stage));
    }

    private long inputStageBytes() {
        long bytes = 0;
        for (int tensor : model.definition().inputs()) {
            TensorView view = assignment.placement(tensor).view();
            for (HostForm form : HostForm.ofInput(model.tensor(tensor), view)) {
                bytes = Math.max(bytes, form.stageBytes(view));
            }
        }
        return bytes;
    }

    private long outputStageBytes() {
        long bytes = 0;
        for (int tensor : model.definition().outputs()) {
            TensorView view = assignment.placement(tensor).view();
            bytes = Math.max(bytes, HostForm.ofOutput(view).stageBytes(view));
        }
        return bytes;
    }

    private MemorySegment constants(long end, SpecLowering lowering) {
        MemorySegment image = arena.allocate(end, MemoryPlanner.ALIGNMENT);
        for (int tensor = 0; tensor < model.definition().tensors().size(); tensor++) {
            MemorySegment elements = model.tensor(tensor).constant();
            if (elements != null && model.read(tensor)) {
                HostTransfer.of(lowering.view(tensor)).in(elements, 0, image);
            }
        }
        return image.asSlice(KernelSet.SLACK_BYTES);
    }
}
