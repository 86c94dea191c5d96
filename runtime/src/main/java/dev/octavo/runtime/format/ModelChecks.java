package dev.octavo.runtime.format;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.format.ModelMetadata.Preprocessing;
import dev.octavo.runtime.format.ModelMetadata.Task;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a definition must satisfy before a plan is made of it, so that whatever a file says, nothing is read or written out
 * of bounds. How operations fit the shapes of their tensors is checked again, in full, by the records of the kernels.
 */
public final class ModelChecks {
    /** Inputs of operations and outputs of the model, for each tensor that a model may have. */
    private static final int LINKS_PER_TENSOR = 4;

    private static final int MAX_RANK = 8;

    private final ModelDefinition definition;
    private final String origin;
    private final ModelLimits limits;

    private ModelChecks(ModelDefinition definition, String origin, ModelLimits limits) {
        this.definition = definition;
        this.origin = origin;
        this.limits = limits;
    }

    /**
     * Checks a definition.
     *
     * @param origin of the definition, such as the file's name, for messages
     * @throws ModelFormatException that names the tensor or operation
     */
    public static void check(ModelDefinition definition, String origin, ModelLimits limits) {
        new ModelChecks(definition, origin, limits).check();
    }

    private void check() {
        counts(
                origin,
                limits,
                definition.tensors().size(),
                definition.operations().size(),
                definition.inputs().size()
                        + definition.outputs().size()
                        + definition.operations().stream()
                                .mapToLong(o -> o.inputs().size())
                                .sum());
        preprocessing(definition.metadata().preprocessing());
        task(definition.metadata().task());
        Set<Integer> inputs = new HashSet<>(definition.inputs());
        for (int t = 0; t < definition.tensors().size(); t++) {
            TensorDefinition tensor = definition.tensors().get(t);
            try {
                tensor(tensor, inputs.contains(t));
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new ModelFormatException(
                        origin + ": tensor " + t + " \"" + tensor.name() + "\": " + e.getMessage(), e);
            }
        }
        boolean[] defined = definedAtStart();
        for (int k = 0; k < definition.operations().size(); k++) {
            OperationDefinition operation = definition.operations().get(k);
            try {
                links(operation, defined);
                OperationChecks.check(definition, operation);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new ModelFormatException(
                        origin + ": operation " + k + " \"" + operation.name() + "\" ("
                                + operation.operation().getClass().getSimpleName() + "): " + e.getMessage(),
                        e);
            }
        }
        require(!definition.outputs().isEmpty(), "the model has no output");
        for (int output : definition.outputs()) {
            require(inRange(output) && defined[output], "output %s is not computed", output);
        }
        work();
    }

    /** Bounds what planning may cost, as parts of it take time in the square of these. */
    static void counts(String origin, ModelLimits limits, int tensors, int operations, long links) {
        long mostLinks = (long) LINKS_PER_TENSOR * limits.tensors();
        if (tensors > limits.tensors() || operations > limits.tensors() || links > mostLinks) {
            throw new ModelFormatException(String.format(
                    Locale.ROOT,
                    "%s: %d tensors, %d operations and %d links exceed the limits of %d, %d and %d",
                    origin,
                    tensors,
                    operations,
                    links,
                    limits.tensors(),
                    limits.tensors(),
                    mostLinks));
        }
    }

    /** Bounds what a run may cost. */
    private void work() {
        double multiplications = 0;
        for (OperationDefinition operation : definition.operations()) {
            multiplications += Work.multiplications(definition, operation);
        }
        require(
                multiplications <= limits.multiplications(),
                "a run takes %s multiplications, more than the limit of %s (ModelLimits)",
                String.format(Locale.ROOT, "%.0f", multiplications),
                limits.multiplications());
        double bytes = definition.weightBytes();
        for (TensorDefinition tensor : definition.tensors()) {
            MemorySegment constant = tensor.constant();
            bytes += constant == null ? 0 : constant.byteSize();
        }
        require(
                bytes <= limits.planBytes(),
                "weights and constants of %s bytes exceed the limit of %s (ModelLimits)",
                String.format(Locale.ROOT, "%.0f", bytes),
                limits.planBytes());
    }

    private void preprocessing(Preprocessing preprocessing) {
        require(preprocessing.mean().stream().allMatch(Float::isFinite), "a mean is not finite");
        require(
                preprocessing.std().stream().allMatch(s -> Float.isFinite(s) && s > 0),
                "a standard deviation is not positive and finite");
        require(
                preprocessing.crop() > 0 && preprocessing.crop() <= 1,
                "crop %s is outside (0, 1]",
                preprocessing.crop());
        require(
                preprocessing.fill().stream().allMatch(sample -> sample >= 0 && sample <= 255),
                "a fill colour is outside 0..255: %s",
                preprocessing.fill());
    }

    private void task(Task task) {
        require(task.anchors().stream().allMatch(Float::isFinite), "an anchor is not finite");
    }

    private void tensor(TensorDefinition tensor, boolean input) {
        int[] shape = tensor.shape();
        MemorySegment constant = tensor.constant();
        OperationChecks.require(shape.length <= MAX_RANK, "rank %s exceeds %s", shape.length, MAX_RANK);
        long elements = 1;
        for (int size : shape) {
            OperationChecks.require(size >= 1, "dimension %s is below 1", size);
            elements = Math.multiplyExact(elements, (long) size);
            OperationChecks.require(elements <= Integer.MAX_VALUE, "shape %s has too many elements", shape);
        }
        OperationChecks.require(
                tensor.scale() > 0 && Float.isFinite(tensor.scale()),
                "scale %s is not positive and finite",
                tensor.scale());
        int codes = tensor.zeroCodes().length;
        if (tensor.type() == ElementType.FLOAT32) {
            OperationChecks.require(codes == 0, "a float tensor has no zero codes");
        } else {
            OperationChecks.require(
                    codes == 1 || (shape.length > 1 && codes == shape[1]), "%s zero codes for shape %s", codes, shape);
        }
        for (byte code : tensor.zeroCodes()) {
            OperationChecks.require(
                    code == 0 || tensor.type() == ElementType.UINT8, "an int8 tensor has no zero code other than 0");
            OperationChecks.require(
                    code == 0 || input || codes == 1, "only an input may have a zero code for each channel");
        }
        if (constant != null) {
            OperationChecks.require(!input, "an input cannot be constant");
            OperationChecks.require(
                    constant.byteSize() == elements * tensor.type().bytes(),
                    "%s bytes for a constant %s%s",
                    constant.byteSize(),
                    tensor.type(),
                    shape);
        } else if (definition.batchable()) {
            OperationChecks.require(
                    shape.length >= 1 && shape[0] == 1, "shape %s does not begin with the batch, 1", shape);
        }
    }

    private boolean[] definedAtStart() {
        boolean[] defined = new boolean[definition.tensors().size()];
        for (int t = 0; t < defined.length; t++) {
            defined[t] = definition.tensors().get(t).constant() != null;
        }
        List<Integer> inputs = definition.inputs();
        for (int input : inputs) {
            require(inRange(input), "there is no tensor %s for an input", input);
            defined[input] = true;
        }
        require(new HashSet<>(inputs).size() == inputs.size(), "a tensor is listed twice among the inputs");
        return defined;
    }

    private void links(OperationDefinition operation, boolean[] defined) {
        OperationChecks.require(!operation.inputs().isEmpty(), "it has no input");
        for (int input : operation.inputs()) {
            OperationChecks.require(inRange(input), "there is no tensor %s", input);
            OperationChecks.require(defined[input], "it reads tensor %s before that is computed", input);
        }
        int output = operation.output();
        OperationChecks.require(inRange(output), "there is no tensor %s", output);
        OperationChecks.require(
                !defined[output], "it writes tensor %s, which is an input, a constant or computed before", output);
        defined[output] = true;
    }

    private boolean inRange(int tensor) {
        return tensor >= 0 && tensor < definition.tensors().size();
    }

    private void require(boolean condition, String message, Object... arguments) {
        if (!condition) {
            throw new ModelFormatException(origin + ": " + OperationChecks.message(message, arguments));
        }
    }
}
