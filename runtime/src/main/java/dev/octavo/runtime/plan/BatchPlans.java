package dev.octavo.runtime.plan;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.PackingCache;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelFormatException;
import dev.octavo.runtime.format.ModelLimits;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How a model runs on batches, for one kernel set and number of threads. Feature maps go image by image, so that they stay in
 * the caches and take the memory of one image; the layers at a network's end that have one pixel per image have more weights
 * than activations, and take all images together. Plans are compiled when a batch size first needs them, and what goes image
 * by image is the same plan for every batch size. Safe for use from many threads.
 */
public final class BatchPlans implements AutoCloseable {
    /**
     * A plan that is run on one part of the batch after the other.
     *
     * @param parts equal ones, which follow each other in the first dimension of every tensor that goes in or out and is not
     *     constant
     */
    public record Stage(Plan plan, int parts) {}

    private final String origin;
    private final ModelDefinition definition;
    private final ModelLimits limits;
    private final KernelSet kernels;
    private final int lanes;
    private final PackingCache weights;
    private final Supplier<Arena> arenas;
    private final int split;
    private final List<Integer> crossing;
    private final List<Arena> owned = new ArrayList<>();
    private final Map<Integer, Plan> together = new HashMap<>();
    private @Nullable Plan whole;
    private @Nullable Plan head;

    /**
     * Prepares for a checked model; see {@link PlanCompiler#compile}.
     *
     * @param arenas makes the owner of each plan; {@link #close} closes them
     */
    public BatchPlans(
            String origin,
            ModelDefinition model,
            ModelLimits limits,
            KernelSet kernels,
            int lanes,
            PackingCache weights,
            Supplier<Arena> arenas) {
        this.origin = origin;
        this.definition = UnsignedTensors.in(model);
        this.limits = limits;
        this.kernels = kernels;
        this.lanes = lanes;
        this.weights = weights;
        this.arenas = arenas;
        this.split = firstTogether(definition);
        this.crossing = List.copyOf(crossing(definition, split));
    }

    /**
     * Returns what runs at a batch size: one or two stages, one after the other. The first takes the inputs of the model, the
     * last gives its outputs; a second takes what the first gives, in the same order.
     *
     * @param batch at least 1, and 1 unless the model is batchable
     * @throws ModelFormatException if an operation does not fit its tensors
     */
    public synchronized List<Stage> stages(int batch) {
        int end = definition.operations().size();
        if (batch == 1 || split == end) {
            if (whole == null) {
                whole = compile(definition, 1);
            }
            return List.of(new Stage(whole, batch));
        }
        ModelDefinition tail = split == 0 ? definition : part(split, end, crossing, definition.outputs());
        Plan last = together.get(batch);
        if (last == null) {
            last = compile(tail, batch);
            together.put(batch, last);
        }
        if (split == 0) {
            return List.of(new Stage(last, 1));
        }
        if (head == null) {
            head = compile(part(0, split, definition.inputs(), crossing), 1);
        }
        return List.of(new Stage(head, batch), new Stage(last, 1));
    }

    private Plan compile(ModelDefinition model, int batch) {
        Arena arena = arenas.get();
        try {
            Plan plan = PlanCompiler.compile(origin, model, limits, kernels, batch, lanes, weights, arena);
            owned.add(arena);
            return plan;
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    /** Frees all plans, which must not run any more. */
    @Override
    public synchronized void close() {
        owned.forEach(Arena::close);
        owned.clear();
    }

    /** The first of the operations at the end that take all images together; the number of operations if none do. */
    private static int firstTogether(ModelDefinition definition) {
        List<OperationDefinition> operations = definition.operations();
        int split = operations.size();
        boolean weighted = false;
        while (split > 0 && together(definition, operations.get(split - 1))) {
            split--;
            weighted |= switch (operations.get(split).operation()) {
                case Operation.Convolution _, Operation.FloatConvolution _, Operation.MatMul _ -> true;
                case Operation.Pool _,
                        Operation.Add _,
                        Operation.Multiply _,
                        Operation.LookUp _,
                        Operation.Quantize _,
                        Operation.Dequantize _,
                        Operation.Unary _,
                        Operation.Binary _,
                        Operation.Softmax _,
                        Operation.Reduction _,
                        Operation.Select _,
                        Operation.ArgExtreme _,
                        Operation.TopK _,
                        Operation.Gather _,
                        Operation.Scatter _,
                        Operation.Reshape _,
                        Operation.Transpose _,
                        Operation.Slice _,
                        Operation.Concat _,
                        Operation.Pad _ -> false;
            };
        }
        return weighted && (split == 0 || givesAllOutputs(definition, split)) ? split : operations.size();
    }

    /** Whether operations from {@code split} on write every output that depends on the image. */
    private static boolean givesAllOutputs(ModelDefinition definition, int split) {
        Set<Integer> written = new HashSet<>();
        definition.operations().stream().skip(split).forEach(operation -> written.add(operation.output()));
        return definition.outputs().stream()
                .allMatch(output -> written.contains(output) || constant(definition, output));
    }

    /**
     * Whether an operation on tensors of one pixel gives for all images at once what it gives for each. A constant has no
     * batch, and operands of fewer dimensions are aligned at their ends: neither may meet the batch of another tensor.
     */
    private static boolean together(ModelDefinition definition, OperationDefinition operation) {
        int rank = rank(definition, operation.output());
        boolean onePixel = onePixel(definition.tensors().get(operation.output()));
        boolean sameRank = true;
        boolean constants = false;
        for (int input : operation.inputs()) {
            if (constant(definition, input)) {
                constants = true;
            } else {
                onePixel &= onePixel(definition.tensors().get(input));
                sameRank &= rank(definition, input) == rank;
            }
        }
        return onePixel
                && switch (operation.operation()) {
                    case Operation.Add _, Operation.Multiply _, Operation.Binary _, Operation.Select _ -> sameRank;
                    case Operation.MatMul _ ->
                        sameRank && (rank > 2 || isConstantFactor(definition, operation.inputs()));
                    case Operation.Convolution _,
                            Operation.FloatConvolution _,
                            Operation.Pool _,
                            Operation.LookUp _,
                            Operation.Quantize _,
                            Operation.Dequantize _,
                            Operation.Unary _,
                            Operation.Softmax _,
                            Operation.Reduction _,
                            Operation.ArgExtreme _,
                            Operation.TopK _,
                            Operation.Reshape _,
                            Operation.Transpose _,
                            Operation.Slice _,
                            Operation.Concat _,
                            Operation.Pad _ -> !constants;
                    case Operation.Gather gather -> gather.elements() ? sameRank && !constants : constants;
                    case Operation.Scatter _ -> sameRank && !constants;
                };
    }

    /** Whether the rows of a matrix, one per image, are multiplied by a constant. */
    private static boolean isConstantFactor(ModelDefinition definition, List<Integer> inputs) {
        return !constant(definition, inputs.get(0)) && constant(definition, inputs.get(1));
    }

    private static boolean constant(ModelDefinition definition, int tensor) {
        return definition.tensors().get(tensor).constant() != null;
    }

    private static int rank(ModelDefinition definition, int tensor) {
        return definition.tensors().get(tensor).shape().length;
    }

    private static boolean onePixel(TensorDefinition tensor) {
        return IntStream.of(tensor.shape()).skip(2).allMatch(size -> size == 1);
    }

    /** Tensors that operations from {@code split} on read and do not write, but for constants. */
    private static Set<Integer> crossing(ModelDefinition definition, int split) {
        Set<Integer> crossing = new LinkedHashSet<>();
        Set<Integer> written = new LinkedHashSet<>();
        for (OperationDefinition operation :
                definition.operations().subList(split, definition.operations().size())) {
            for (int input : operation.inputs()) {
                if (!constant(definition, input) && !written.contains(input)) {
                    crossing.add(input);
                }
            }
            written.add(operation.output());
        }
        return crossing;
    }

    private ModelDefinition part(int from, int to, List<Integer> inputs, List<Integer> outputs) {
        return new ModelDefinition(
                definition.metadata(),
                definition.tensors(),
                definition.operations().subList(from, to),
                inputs,
                outputs,
                definition.batchable());
    }
}
