package dev.octavo.runtime.format;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/** What an operation must satisfy on its tensors, each of which was found to be sound by itself. */
final class OperationChecks {
    /** Windows and paddings beyond this overflow the arithmetic of shapes. */
    private static final int MAX_WINDOW = (1 << 15) - 1;

    private static final double SINGLE_PRECISION_INTEGERS = 0x1p24;

    private final ModelDefinition definition;
    private final OperationDefinition operation;
    private final TensorDefinition input;
    private final TensorDefinition output;
    private final int[] from;
    private final int[] to;

    private OperationChecks(ModelDefinition definition, OperationDefinition operation) {
        this.definition = definition;
        this.operation = operation;
        this.input = definition.tensors().get(operation.inputs().getFirst());
        this.output = definition.tensors().get(operation.output());
        this.from = input.shape();
        this.to = output.shape();
    }

    /** Throws {@link IllegalArgumentException} where an operation does not fit its tensors. */
    static void check(ModelDefinition definition, OperationDefinition operation) {
        new OperationChecks(definition, operation).check();
    }

    /**
     * Messages are built only where they are needed.
     *
     * @param message with a {@code %s} for each argument, shapes among them
     */
    static void require(boolean condition, String message, Object... arguments) {
        if (!condition) {
            throw new IllegalArgumentException(message(message, arguments));
        }
    }

    /** Fills a message in. */
    static String message(String message, Object... arguments) {
        Object[] texts = arguments.clone();
        for (int i = 0; i < texts.length; i++) {
            if (texts[i] instanceof int[] shape) {
                texts[i] = Arrays.toString(shape);
            }
        }
        return String.format(Locale.ROOT, message, texts);
    }

    private void check() {
        switch (operation.operation()) {
            case Operation.Convolution convolution -> {
                arity(1, convolution.residual() == null ? 1 : 2);
                convolution(convolution);
            }
            case Operation.FloatConvolution convolution -> {
                arity(1, 2);
                window(convolution.shape(), convolution.padding());
                elements(convolution.weights(), convolution.shape(), Float.BYTES);
            }
            case Operation.Pool pool -> {
                arity(1, 1);
                window(pool.window(), pool.padding());
                require(pool.window().groups() == 1, "a pool has no groups");
                pool(pool);
            }
            case Operation.Multiply multiply -> {
                arity(2, 2);
                zero(operation.inputs().get(0), multiply.leftZero());
                zero(operation.inputs().get(1), multiply.rightZero());
            }
            case Operation.Dequantize dequantize -> {
                arity(1, 1);
                zero(operation.inputs().getFirst(), dequantize.zero());
            }
            case Operation.Add _, Operation.Binary _, Operation.MatMul _ -> arity(2, 2);
            case Operation.Quantize quantize -> {
                arity(1, 1);
                zero(operation.output(), quantize.zeroPoint());
            }
            case Operation.LookUp _, Operation.Unary _ -> arity(1, 1);
            case Operation.Softmax softmax -> {
                arity(1, 1);
                axis(softmax.axis(), from.length);
                require(!definition.batchable() || softmax.axis() != 0, "axis 0 is the batch");
            }
            case Operation.Reduction reduction -> {
                arity(1, 1);
                reduce(reduction.axes());
            }
            case Operation.ArgExtreme extreme -> {
                arity(1, 1);
                reduce(List.of(extreme.axis()));
            }
            case Operation.Select _ -> arity(3, 3);
            case Operation.TopK topK -> {
                arity(1, 1);
                along(topK.axis(), from, to);
            }
            case Operation.Gather gather -> {
                arity(2, 2);
                gather(gather);
            }
            case Operation.Scatter scatter -> {
                arity(3, 3);
                scatter(scatter);
            }
            case Operation.Reshape _ -> {
                moves();
                require(product(from) == product(to), "%s to %s changes the number of elements", from, to);
            }
            case Operation.Transpose transpose -> {
                moves();
                transpose(transpose.order());
            }
            case Operation.Slice slice -> {
                moves();
                slice(slice);
            }
            case Operation.Concat concat -> concat(concat.axis());
            case Operation.Pad pad -> {
                moves();
                pad(pad);
            }
        }
    }

    /** What an operation takes for the code of 0 of a tensor must be that tensor's. */
    private void zero(int index, int zero) {
        int code = definition.zeroCode(index);
        require(zero == code, "%s is not the zero code %s of tensor %s", zero, code, index);
    }

    /** A maximum keeps codes; an average of codes is the code of the average unless it counts taps that are not there. */
    private void pool(Operation.Pool pool) {
        if (pool.kind() == Pooling.Kind.MAX) {
            sameZero(operation.inputs().getFirst());
            return;
        }
        boolean padded = !pool.padding().isNone();
        require(pool.offset() == 0 || !padded, "an average of padded windows has no offset");
        if (padded && definition.zeroCode(operation.inputs().getFirst()) + output.zeroCode() > 0) {
            sameZero(operation.inputs().getFirst());
            require(
                    input.scale() == output.scale() && !pool.countPadding() && alwaysMeetsInput(pool),
                    "an average of padded windows needs codes of one scale whose zero is 0, or windows that are counted"
                            + " without their padding and always meet the input");
        }
    }

    private static boolean alwaysMeetsInput(Operation.Pool pool) {
        return pool.window().dilationHeight() == 1
                && pool.window().dilationWidth() == 1
                && Math.max(pool.padding().top(), pool.padding().bottom())
                        < pool.window().kernelHeight()
                && Math.max(pool.padding().left(), pool.padding().right())
                        < pool.window().kernelWidth();
    }

    private void sameZero(int index) {
        int code = definition.zeroCode(index);
        require(code == output.zeroCode(), "zero code %s cannot become %s", code, output.zeroCode());
    }

    private void convolution(Operation.Convolution convolution) {
        ConvolutionShape shape = convolution.shape();
        window(shape, convolution.padding());
        elements(convolution.weights(), shape, 1);
        require(
                (convolution.residual() == null) == (operation.inputs().size() == 1),
                "a residual needs both a second input and a multiplier");
        int channels = to[1];
        require(
                convolution.bias().length == channels,
                "%s biases for %s channels",
                convolution.bias().length,
                channels);
        if (convolution.epilogue() instanceof Requantization requantization) {
            exact(convolution, requantization);
        } else if (convolution.epilogue() instanceof Rescaling rescaling) {
            for (float scale : rescaling.scales()) {
                require(scale > 0 && Float.isFinite(scale), "scale %s is not positive and finite", scale);
            }
        }
    }

    /**
     * Tiers requantize in single precision. That is exact for accumulators up to 2^24, and beyond them where the result
     * saturates anyway.
     */
    private void exact(Operation.Convolution convolution, Requantization requantization) {
        int channels = to[1];
        int count = requantization.multipliers().size();
        require(count == 1 || count == channels, "%s multipliers for %s channels", count, channels);
        int least = input.type() == ElementType.INT8 ? -128 : 0;
        int most = input.type() == ElementType.INT8 ? 127 : 255;
        FixedPointMultiplier residual = convolution.residual();
        double beyondBytes = 256 + (residual == null ? 0 : 255.0 * residual.value());
        long perChannel = convolution.weights().byteSize() / channels;
        for (int o = 0; o < channels; o++) {
            FixedPointMultiplier multiplier = requantization.multiplier(o);
            if (multiplier.value() * SINGLE_PRECISION_INTEGERS >= beyondBytes) {
                continue;
            }
            long positive = 0;
            long negative = 0;
            for (long i = o * perChannel; i < (o + 1) * perChannel; i++) {
                int weight = convolution.weights().get(ValueLayout.JAVA_BYTE, i);
                positive += Math.max(0, weight);
                negative += Math.min(0, weight);
            }
            long low = positive * least + negative * most + convolution.bias()[o];
            long high = positive * most + negative * least + convolution.bias()[o];
            long bound = Math.max(-low, high);
            require(
                    bound <= (long) SINGLE_PRECISION_INTEGERS,
                    "channel %s may reach %s, too much for a multiplier of %s, which is exact up to 2^24",
                    o,
                    bound,
                    multiplier.value());
        }
    }

    private void window(ConvolutionShape shape, Padding padding) {
        require(
                from.length == to.length && from.length >= 2 && from.length <= 4,
                "%s to %s is not of one rank from 2 to 4",
                from,
                to);
        int largest = Math.max(
                Math.max(
                        Math.max(shape.kernelHeight(), shape.kernelWidth()),
                        Math.max(shape.strideHeight(), shape.strideWidth())),
                Math.max(Math.max(shape.dilationHeight(), shape.dilationWidth()), padding.most()));
        require(largest <= MAX_WINDOW, "a window or padding of %s exceeds %s", largest, MAX_WINDOW);
        require(from.length == 4 || (padding.top() == 0 && padding.bottom() == 0), "shape %s has no rows to pad", from);
        require(
                from.length >= 3 || (padding.left() == 0 && padding.right() == 0),
                "shape %s has no columns to pad",
                from);
    }

    private void elements(MemorySegment weights, ConvolutionShape shape, int bytes) {
        require(from[1] % shape.groups() == 0, "%s groups do not divide %s channels", shape.groups(), from[1]);
        long expected = (long) to[1] * shape.taps() * (from[1] / shape.groups()) * bytes;
        require(
                weights.byteSize() == expected,
                "%s bytes of weights where %s are needed",
                weights.byteSize(),
                expected);
    }

    /** One input, whose elements are moved and not changed. */
    private void moves() {
        arity(1, 1);
        sameType(operation.inputs().getFirst());
    }

    private void sameType(int index) {
        TensorDefinition tensor = definition.tensors().get(index);
        require(tensor.type() == output.type(), "%s cannot become %s", tensor.type(), output.type());
        sameZero(index);
    }

    private void reduce(List<Integer> axes) {
        int[] kept = from.clone();
        for (int axis : axes) {
            axis(axis, from.length);
            require(!definition.batchable() || axis != 0, "axis 0 is the batch");
            kept[axis] = 1;
        }
        require(new HashSet<>(axes).size() == axes.size(), "an axis is listed twice");
        int[] removed = new int[from.length - axes.size()];
        int rank = 0;
        for (int d = 0; d < from.length; d++) {
            if (!axes.contains(d)) {
                removed[rank++] = from[d];
            }
        }
        require(
                Arrays.equals(to, kept) || Arrays.equals(to, removed),
                "%s to %s is no reduction over %s",
                from,
                to,
                axes);
    }

    /** A shape of one rank with another, at most as large except along an axis that is not the batch. */
    private void along(int axis, int[] whole, int[] part) {
        axis(axis, whole.length);
        require(!definition.batchable() || axis != 0, "axis 0 is the batch");
        require(whole.length == part.length, "%s and %s differ in rank", whole, part);
        for (int d = 0; d < whole.length; d++) {
            require(d == axis || part[d] <= whole[d], "%s exceeds %s in dimension %s", part, whole, d);
        }
    }

    private void gather(Operation.Gather gather) {
        TensorDefinition tensor = definition.tensors().get(operation.inputs().get(1));
        int[] indices = tensor.shape();
        int axis = gather.axis();
        if (gather.elements()) {
            along(axis, from, to);
            require(Arrays.equals(indices, to), "indices %s for %s", indices, to);
            return;
        }
        axis(axis, from.length);
        require(
                !definition.batchable() || (axis != 0 && tensor.constant() != null),
                "indices of a batch must be constant, and not along axis 0");
        int[] expected = new int[from.length - 1 + indices.length];
        System.arraycopy(from, 0, expected, 0, axis);
        System.arraycopy(indices, 0, expected, axis, indices.length);
        System.arraycopy(from, axis + 1, expected, axis + indices.length, from.length - axis - 1);
        require(Arrays.equals(expected, to), "%s gathered from %s gives no %s", indices, from, to);
    }

    private void scatter(Operation.Scatter scatter) {
        int[] updates = definition.tensors().get(operation.inputs().get(2)).shape();
        int[] indices = definition.tensors().get(operation.inputs().get(1)).shape();
        require(Arrays.equals(from, to), "%s scattered into %s", from, to);
        along(scatter.axis(), to, updates);
        require(indices.length == updates.length, "indices %s for updates %s", indices, updates);
        for (int d = 0; d < indices.length; d++) {
            require(indices[d] == updates[d] || indices[d] == 1, "indices %s for updates %s", indices, updates);
        }
    }

    private void transpose(List<Integer> order) {
        require(order.size() == from.length && to.length == from.length, "%s to %s by %s", from, to, order);
        boolean[] seen = new boolean[from.length];
        for (int d = 0; d < from.length; d++) {
            int source = order.get(d);
            axis(source, from.length);
            require(!seen[source], "%s is no permutation", order);
            seen[source] = true;
            require(to[d] == from[source], "%s to %s by %s", from, to, order);
        }
        require(!definition.batchable() || order.isEmpty() || order.getFirst() == 0, "dimension 0 is the batch");
    }

    private void slice(Operation.Slice slice) {
        require(
                to.length == from.length
                        && slice.starts().size() == from.length
                        && slice.steps().size() == from.length,
                "%s to %s from %s by %s",
                from,
                to,
                slice.starts(),
                slice.steps());
        for (int d = 0; d < from.length; d++) {
            long first = slice.starts().get(d);
            long last = first + (to[d] - 1L) * slice.steps().get(d);
            require(
                    first >= 0
                            && first < from[d]
                            && last >= 0
                            && last < from[d]
                            && slice.steps().get(d) != 0,
                    "dimension %s from %s to %s leaves [0, %s)",
                    d,
                    first,
                    last,
                    from[d]);
        }
        require(
                !definition.batchable()
                        || input.constant() != null
                        || slice.starts().isEmpty()
                        || (slice.starts().getFirst() == 0 && slice.steps().getFirst() == 1),
                "dimension 0 is the batch");
    }

    private void concat(int axis) {
        axis(axis, to.length);
        require(!definition.batchable() || axis != 0, "axis 0 is the batch");
        long length = 0;
        for (int index : operation.inputs()) {
            TensorDefinition part = definition.tensors().get(index);
            int[] shape = part.shape();
            sameType(index);
            require(part.scale() == output.scale(), "scale %s of an input is not %s", part.scale(), output.scale());
            require(shape.length == to.length, "%s is no part of %s", shape, to);
            for (int d = 0; d < to.length; d++) {
                require(d == axis || shape[d] == to[d], "%s is no part of %s", shape, to);
            }
            length += shape[axis];
        }
        require(length == to[axis], "the inputs are %s long and the output %s", length, to[axis]);
    }

    private void pad(Operation.Pad pad) {
        require(
                to.length == from.length && pad.before().size() == from.length,
                "%s to %s after %s",
                from,
                to,
                pad.before());
        require(pad.element().length == output.type().bytes(), "%s bytes to pad with", pad.element().length);
        for (int d = 0; d < from.length; d++) {
            int before = pad.before().get(d);
            require(
                    before >= 0 && before <= to[d] - (long) from[d],
                    "dimension %s of %s to %s after %s",
                    d,
                    from,
                    to,
                    before);
        }
        require(!definition.batchable() || from.length == 0 || from[0] == to[0], "dimension 0 is the batch");
    }

    private void arity(int least, int most) {
        int inputs = operation.inputs().size();
        require(inputs >= least && inputs <= most, "%s inputs", inputs);
    }

    private static void axis(int axis, int rank) {
        require(axis >= 0 && axis < rank, "axis %s of rank %s", axis, rank);
    }

    private static long product(int[] shape) {
        long product = 1;
        for (int size : shape) {
            product *= size;
        }
        return product;
    }
}
