package dev.octavo.runtime.plan;

import dev.octavo.kernels.TensorView;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.Padding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which tensors share memory, and where each lies within what it shares.
 *
 * <p>Three kinds of sharing save copies: the parts of a concatenation are written in place by whoever computes them;
 * reshapes, transposes and slices are other views of their input wherever strides can express them; and element-wise
 * operations and residual sums overwrite an input that nothing reads any more.
 */
final class BufferAssignment {
    /**
     * Where a tensor lies.
     *
     * @param view with offsets from the start of the buffer
     * @param halo the pixels around the view that belong to it and hold its zero code
     */
    record Placement(int buffer, TensorView view, Padding halo) {}

    /**
     * Memory that one or more tensors share.
     *
     * @param bytes of it
     * @param lifetime from the first to the last position at which it is touched; empty if it holds constants
     * @param owner the tensor that fills it
     */
    record Buffer(long bytes, Optional<Lifetime> lifetime, int owner) {}

    /** Positions of the first and of the last operation that touch a buffer. */
    record Lifetime(int first, int last) {
        private Lifetime with(int position) {
            return new Lifetime(Math.min(first, position), Math.max(last, position));
        }
    }

    private record Part(int whole, int[] start) {}

    private final BatchedModel model;
    private final LayoutAssignment layouts;
    private final ChainAssignment chains;
    private final int lanes;
    private final @Nullable Placement[] placements;
    private final Map<Integer, Part> parts = new HashMap<>();
    private final Map<Integer, Placement> temporaries = new HashMap<>();
    private final List<Buffer> buffers = new ArrayList<>();
    private final List<List<Integer>> residents = new ArrayList<>();

    private BufferAssignment(BatchedModel model, LayoutAssignment layouts, ChainAssignment chains, int lanes) {
        this.model = model;
        this.layouts = layouts;
        this.chains = chains;
        this.lanes = lanes;
        this.placements = new Placement[model.definition().tensors().size()];
    }

    /**
     * Assigns every tensor of a model.
     *
     * @param chains of convolutions, between which memory holds strips only
     * @param lanes for how many threads there are strips
     * @param sharing whether tensors may share buffers; results do not depend on it
     */
    static BufferAssignment of(
            BatchedModel model, LayoutAssignment layouts, ChainAssignment chains, int lanes, boolean sharing) {
        BufferAssignment assignment = new BufferAssignment(model, layouts, chains, lanes);
        if (sharing) {
            assignment.placeParts();
        }
        for (int t = 0; t < assignment.placements.length; t++) {
            if (model.constant(t) && model.read(t)) {
                assignment.place(t);
            }
        }
        for (int input : model.definition().inputs()) {
            assignment.place(input);
        }
        for (int k = 0; k < model.end(); k++) {
            assignment.assign(k, sharing);
        }
        for (int output : model.definition().outputs()) {
            assignment.touch(output, model.end());
        }
        return assignment;
    }

    Placement placement(int tensor) {
        Placement placement = placements[tensor];
        if (placement == null) {
            throw new IllegalArgumentException("tensor " + tensor + " is used before it is computed");
        }
        return placement;
    }

    /** Memory of its own that an operation needs for a moment, contiguous, of its output's shape. */
    Optional<Placement> temporary(int position) {
        return Optional.ofNullable(temporaries.get(position));
    }

    List<Buffer> buffers() {
        return buffers;
    }

    /** Whether the operation moves nothing, as its output is another view of its input. */
    boolean elided(int position) {
        OperationDefinition operation = model.operation(position);
        return isView(operation.operation())
                && placement(operation.output()).buffer()
                        == placement(operation.inputs().getFirst()).buffer();
    }

    private void assign(int k, boolean sharing) {
        OperationDefinition operation = model.operation(k);
        int output = operation.output();
        for (int input : operation.inputs()) {
            touch(input, k);
        }
        Optional<ChainAssignment.Chain> chain = chains.at(k);
        if (chain.isPresent() && k < chain.get().last()) {
            settle(output, strip(chain.get(), k));
            return;
        }
        if (sharing && !parts.containsKey(output)) {
            Optional<Placement> shared = switch (operation.operation()) {
                case Operation.Reshape _ -> {
                    Placement input = placement(operation.inputs().getFirst());
                    yield Views.reshaped(input.view(), model.shape(output)).flatMap(v -> alias(input, v, output));
                }
                case Operation.Transpose transpose -> {
                    Placement input = placement(operation.inputs().getFirst());
                    int[] order = transpose.order().stream()
                            .mapToInt(Integer::intValue)
                            .toArray();
                    yield alias(input, input.view().permuted(order), output);
                }
                case Operation.Slice slice -> {
                    Placement input = placement(operation.inputs().getFirst());
                    TensorView view = Views.sliced(input.view(), slice.starts(), slice.steps(), model.shape(output));
                    yield alias(input, view, output);
                }
                case Operation.Unary _, Operation.LookUp _ -> overwrite(k, 0);
                case Operation.Add _, Operation.Binary _ -> overwrite(k, 0).or(() -> overwrite(k, 1));
                case Operation.Convolution _, Operation.FloatConvolution _ ->
                    operation.inputs().size() == 2 ? overwrite(k, 1) : Optional.empty();
                case Operation.Pool _,
                        Operation.Multiply _,
                        Operation.Quantize _,
                        Operation.Dequantize _,
                        Operation.MatMul _,
                        Operation.Softmax _,
                        Operation.Reduction _,
                        Operation.Select _,
                        Operation.ArgExtreme _,
                        Operation.TopK _,
                        Operation.Gather _,
                        Operation.Scatter _,
                        Operation.Concat _,
                        Operation.Pad _ -> Optional.empty();
            };
            shared.ifPresent(placement -> settle(output, placement));
        }
        place(output);
        touch(output, k);
        // A chain goes back and forth between its operations: what one of them touches is in use during all of them.
        chain.ifPresent(found -> {
            touch(output, found.first());
            touch(model.operation(found.first()).inputs().getFirst(), found.last());
        });
        if (operation.operation() instanceof Operation.Reshape && !elided(k)) {
            reserveForReshape(k, operation.inputs().getFirst(), output);
        }
    }

    /** Another view of the input, if the readers of the output can use it. */
    private Optional<Placement> alias(Placement input, TensorView view, int output) {
        boolean fits = layouts.halo(output).isNone()
                && (!layouts.channelsLast(output) || Views.featureMap(view).isFeatureMap());
        return fits ? Optional.of(new Placement(input.buffer(), view, Padding.NONE)) : Optional.empty();
    }

    /** The place of an input that nothing reads after the operation. */
    private Optional<Placement> overwrite(int k, int index) {
        OperationDefinition operation = model.operation(k);
        int output = operation.output();
        int input = operation.inputs().get(index);
        Placement placement = placement(input);
        boolean fits = !model.constant(input)
                && Arrays.equals(model.shape(input), model.shape(output))
                && model.tensor(input).type() == model.tensor(output).type()
                && layouts.channelsLast(input) == layouts.channelsLast(output)
                && contains(placement.halo(), layouts.halo(output))
                && (layouts.halo(output).isNone() || (model.paddedByZero(input) && model.paddedByZero(output)));
        if (!fits || (chains.at(k).isPresent() && feedsChain(chains.at(k).get(), placement))) {
            return Optional.empty();
        }
        for (int resident : residents.get(placement.buffer())) {
            if (model.lastUse(resident) > k) {
                return Optional.empty();
            }
        }
        boolean convolution = operation.operation() instanceof Operation.Convolution
                || operation.operation() instanceof Operation.FloatConvolution;
        for (int i = 0; i < operation.inputs().size(); i++) {
            int other = operation.inputs().get(i);
            boolean same = other == input && !convolution;
            if (i != index && !same && placement(other).buffer() == placement.buffer()) {
                return Optional.empty();
            }
        }
        return Optional.of(placement);
    }

    /** Whether a chain begins with what lies in a place: it must not be overwritten while other rows of it are needed. */
    private boolean feedsChain(ChainAssignment.Chain chain, Placement placement) {
        int input = model.operation(chain.first()).inputs().getFirst();
        return placement(input).buffer() == placement.buffer();
    }

    /** A strip for each lane, with the shape of the whole tensor. */
    private Placement strip(ChainAssignment.Chain chain, int k) {
        int tensor = model.operation(k).output();
        Padding halo = layouts.halo(tensor);
        int[] shape = model.shape(tensor);
        var type = model.tensor(tensor).type();
        int rowPixels = halo.left() + shape[3] + halo.right();
        int rows = chain.strip(k).orElseThrow().rows();
        TensorView whole = TensorView.nhwc(type, 0, shape[0], shape[1], Math.max(rows, shape[2]), rowPixels);
        TensorView view = whole.window(new int[] {0, 0, 0, halo.left()}, shape);
        long bytes = Math.multiplyExact(lanes * (long) rows, view.rowStride());
        buffers.add(new Buffer(bytes, Optional.of(new Lifetime(chain.first(), chain.last())), tensor));
        residents.add(new ArrayList<>());
        return new Placement(buffers.size() - 1, view, halo);
    }

    /** Lets the inputs of concatenations be computed where they belong, the outermost concatenation first. */
    private void placeParts() {
        for (int k = model.end() - 1; k >= 0; k--) {
            OperationDefinition operation = model.operation(k);
            if (!(operation.operation() instanceof Operation.Concat concat)) {
                continue;
            }
            int output = operation.output();
            int[] start = new int[model.shape(output).length];
            for (int input : operation.inputs()) {
                if (canBePart(input, output, concat.axis())) {
                    parts.put(input, new Part(output, start.clone()));
                    for (Part up = parts.get(input); up != null; up = parts.get(up.whole())) {
                        layouts.widen(up.whole(), layouts.halo(input));
                    }
                }
                start[concat.axis()] += model.shape(input)[concat.axis()];
            }
        }
    }

    private boolean canBePart(int tensor, int whole, int axis) {
        int producer = model.producer(tensor);
        if (producer == BatchedModel.START
                || parts.containsKey(tensor)
                || isView(model.operation(producer).operation())
                || layouts.channelsLast(tensor) != layouts.channelsLast(whole)) {
            return false;
        }
        if (layouts.halo(tensor).isNone()) {
            return true;
        }
        // A halo surrounds all channels, so only tensors that are joined along the channels have one in common.
        if (axis != 1) {
            return false;
        }
        for (Part up = parts.get(whole); up != null; up = parts.get(up.whole())) {
            for (int d = 0; d < up.start().length; d++) {
                if (d != 1 && model.shape(up.whole())[d] != model.shape(tensor)[d]) {
                    return false;
                }
            }
        }
        return true;
    }

    private void place(int tensor) {
        if (placements[tensor] != null) {
            return;
        }
        Part part = parts.get(tensor);
        if (part == null) {
            settle(tensor, fresh(tensor, layouts.channelsLast(tensor), layouts.halo(tensor)));
        } else {
            place(part.whole());
            Placement whole = placement(part.whole());
            TensorView view = whole.view().window(part.start(), model.shape(tensor));
            settle(tensor, new Placement(whole.buffer(), view, layouts.halo(tensor)));
        }
    }

    private Placement fresh(int tensor, boolean channelsLast, Padding halo) {
        int[] shape = model.shape(tensor);
        var type = model.tensor(tensor).type();
        TensorView view = TensorView.contiguous(type, 0, shape);
        long bytes = Math.multiplyExact(view.elements(), type.bytes());
        if (channelsLast) {
            int[] map = Views.featureShape(shape);
            int height = Math.addExact(map[2], halo.top() + halo.bottom());
            int width = Math.addExact(map[3], halo.left() + halo.right());
            TensorView whole = TensorView.nhwc(type, 0, map[0], map[1], height, width);
            bytes = Math.multiplyExact(whole.elements(), type.bytes());
            view = Views.ofRank(whole.window(new int[] {0, 0, halo.top(), halo.left()}, map), shape.length);
        }
        Optional<Lifetime> lifetime = model.constant(tensor)
                ? Optional.empty()
                : Optional.of(new Lifetime(model.producer(tensor), model.producer(tensor)));
        buffers.add(new Buffer(bytes, lifetime, tensor));
        residents.add(new ArrayList<>());
        return new Placement(buffers.size() - 1, view, halo);
    }

    private void settle(int tensor, Placement placement) {
        placements[tensor] = placement;
        residents.get(placement.buffer()).add(tensor);
    }

    private void touch(int tensor, int position) {
        int b = placement(tensor).buffer();
        Buffer buffer = buffers.get(b);
        buffers.set(b, new Buffer(buffer.bytes(), buffer.lifetime().map(l -> l.with(position)), buffer.owner()));
    }

    private void reserveForReshape(int k, int input, int output) {
        TensorView from = placement(input).view();
        TensorView to = placement(output).view();
        if (Views.reshaped(from, to.shape()).isEmpty()
                && Views.reshaped(to, from.shape()).isEmpty()) {
            Placement temporary = fresh(output, false, Padding.NONE);
            Buffer buffer = buffers.getLast();
            buffers.set(
                    temporary.buffer(), new Buffer(buffer.bytes(), Optional.of(new Lifetime(k, k)), buffer.owner()));
            temporaries.put(k, temporary);
        }
    }

    private static boolean isView(Operation operation) {
        return operation instanceof Operation.Reshape
                || operation instanceof Operation.Transpose
                || operation instanceof Operation.Slice;
    }

    private static boolean contains(Padding outer, Padding inner) {
        return outer.top() >= inner.top()
                && outer.left() >= inner.left()
                && outer.bottom() >= inner.bottom()
                && outer.right() >= inner.right();
    }
}
