package dev.octavo.runtime.plan;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.PackingCache;
import dev.octavo.runtime.ModelFormatException;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import java.lang.foreign.Arena;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How a model runs on a batch. Feature maps go image by image, so that they stay in the caches and take the memory of one
 * image; the layers at a network's end that have one pixel per image have more weights than activations, and take all images
 * together.
 *
 * @param stages run one after the other: the first takes the inputs of the model, the last gives its outputs, and the one
 *     between gets in the same order what the one before it gives
 */
public record BatchPlan(List<Stage> stages) {
    /**
     * A plan that is run on one part of the batch after the other.
     *
     * @param parts equal ones, which follow each other in the first dimension of every tensor that goes in or out
     */
    public record Stage(Plan plan, int parts) {}

    /**
     * Compiles a checked model; see {@link PlanCompiler#compile}.
     *
     * @param batch at least 1, and 1 unless the model is batchable
     * @throws ModelFormatException if an operation does not fit its tensors
     */
    public static BatchPlan compile(
            String origin,
            ModelDefinition model,
            KernelSet kernels,
            int batch,
            int lanes,
            PackingCache weights,
            Arena arena) {
        ModelDefinition definition = UnsignedTensors.in(model);
        int split = batch == 1 ? definition.operations().size() : firstTogether(definition);
        if (split == definition.operations().size()) {
            Plan plan = PlanCompiler.compile(origin, definition, kernels, 1, lanes, weights, arena);
            return new BatchPlan(List.of(new Stage(plan, batch)));
        }
        List<Integer> crossing = List.copyOf(crossing(definition, split));
        ModelDefinition tail = part(definition, split, definition.operations().size(), crossing, definition.outputs());
        Plan last = PlanCompiler.compile(origin, tail, kernels, batch, lanes, weights, arena);
        if (split == 0) {
            return new BatchPlan(List.of(new Stage(last, 1)));
        }
        ModelDefinition head = part(definition, 0, split, definition.inputs(), crossing);
        Plan first = PlanCompiler.compile(origin, head, kernels, 1, lanes, weights, arena);
        return new BatchPlan(List.of(new Stage(first, batch), new Stage(last, 1)));
    }

    /** The first of the operations at the end that take all images together; the number of operations if none do. */
    private static int firstTogether(ModelDefinition definition) {
        List<OperationDefinition> operations = definition.operations();
        int split = operations.size();
        boolean weighted = false;
        while (split > 0 && onePixel(definition, operations.get(split - 1))) {
            split--;
            weighted |= switch (operations.get(split).operation()) {
                case Operation.Convolution _, Operation.FloatConvolution _, Operation.MatMul _ -> true;
                default -> false;
            };
        }
        int first = split;
        boolean earlier =
                IntStream.range(0, first).map(k -> operations.get(k).output()).anyMatch(definition.outputs()::contains);
        return !weighted || earlier ? operations.size() : first;
    }

    private static boolean onePixel(ModelDefinition definition, OperationDefinition operation) {
        return onePixel(definition.tensors().get(operation.output()))
                && operation.inputs().stream()
                        .map(definition.tensors()::get)
                        .allMatch(input -> input.constant() != null || onePixel(input));
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
                if (definition.tensors().get(input).constant() == null && !written.contains(input)) {
                    crossing.add(input);
                }
            }
            written.add(operation.output());
        }
        return crossing;
    }

    private static ModelDefinition part(
            ModelDefinition whole, int from, int to, List<Integer> inputs, List<Integer> outputs) {
        return new ModelDefinition(
                whole.metadata(),
                whole.tensors(),
                whole.operations().subList(from, to),
                inputs,
                outputs,
                whole.batchable());
    }
}
