package dev.octavo.runtime.plan;

import dev.octavo.kernels.Border;
import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionChain;
import dev.octavo.kernels.Copy;
import dev.octavo.kernels.Dequantize;
import dev.octavo.kernels.Fill;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.FloatArgExtreme;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.FloatMatMul;
import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.FloatSelect;
import dev.octavo.kernels.FloatSoftmax;
import dev.octavo.kernels.FloatTopK;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.LookUp;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Quantize;
import dev.octavo.kernels.QuantizedAdd;
import dev.octavo.kernels.QuantizedMultiply;
import dev.octavo.kernels.TensorView;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.Padding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The kernels' specifications of a model's operations, on tensors that have their places in memory. */
final class SpecLowering {
    private final BatchedModel model;
    private final BufferAssignment assignment;
    private final long[] bufferOffsets;
    private final int[] greatestCodes;

    /**
     * For a planned memory.
     *
     * @param bufferOffsets of each buffer of the assignment
     */
    SpecLowering(BatchedModel model, BufferAssignment assignment, long[] bufferOffsets) {
        this.model = model;
        this.assignment = assignment;
        this.bufferOffsets = bufferOffsets;
        this.greatestCodes = GreatestCodes.of(model);
    }

    /** Where a tensor lies. */
    TensorView view(int tensor) {
        return absolute(assignment.placement(tensor));
    }

    /** Writes the zero code around the image that owns a buffer; empty where it has no halo, or one of zeros. */
    Optional<KernelSpec> halo(int buffer) {
        int owner = assignment.buffers().get(buffer).owner();
        BufferAssignment.Placement placement = assignment.placement(owner);
        Padding halo = placement.halo();
        if (placement.buffer() != buffer || halo.isNone() || model.paddedByZero(owner)) {
            return Optional.empty();
        }
        TensorView image = Views.featureMap(view(owner));
        int height = image.height();
        int width = image.width();
        int wholeWidth = halo.left() + width + halo.right();
        List<TensorView> sides = new ArrayList<>();
        addSide(sides, image, -halo.top(), -halo.left(), halo.top(), wholeWidth);
        addSide(sides, image, height, -halo.left(), halo.bottom(), wholeWidth);
        addSide(sides, image, 0, -halo.left(), height, halo.left());
        addSide(sides, image, 0, width, height, halo.right());
        return Optional.of(new Fill(sides, model.tensor(owner).zeroCodes()));
    }

    private static void addSide(List<TensorView> sides, TensorView image, int top, int left, int height, int width) {
        if (height > 0 && width > 0) {
            sides.add(image.window(
                    new int[] {0, 0, top, left}, new int[] {image.batch(), image.channels(), height, width}));
        }
    }

    /** What an operation asks of the kernels; nothing where its output is another view of its input. */
    List<KernelSpec> lower(int position) {
        OperationDefinition operation = model.operation(position);
        TensorView output = view(operation.output());
        TensorView input = view(operation.inputs().getFirst());
        return switch (operation.operation()) {
            case Operation.Convolution convolution ->
                List.of(convolution(convolution, operation, Views.featureMap(input), Views.featureMap(output)));
            case Operation.FloatConvolution convolution ->
                List.of(new FloatConvolution(
                        padded(operation.inputs().getFirst(), input, convolution.padding()),
                        Views.featureMap(output),
                        convolution.shape(),
                        convolution.weights(),
                        convolution.bias(),
                        convolution.low(),
                        convolution.high(),
                        residual(operation)));
            case Operation.Pool pool ->
                List.of(new Pooling(
                        pool.kind(),
                        Views.featureMap(input),
                        Views.featureMap(output),
                        pool.window(),
                        pool.padding().top(),
                        pool.padding().left(),
                        pool.padding().bottom(),
                        pool.padding().right(),
                        pool.countPadding(),
                        pool.offset(),
                        pool.ratio()));
            case Operation.Add add ->
                List.of(new QuantizedAdd(
                        broadcast(operation, 0, output),
                        add.left(),
                        broadcast(operation, 1, output),
                        add.right(),
                        add.offset(),
                        output,
                        add.low(),
                        add.high()));
            case Operation.Multiply multiply ->
                List.of(new QuantizedMultiply(
                        broadcast(operation, 0, output),
                        multiply.leftZero(),
                        broadcast(operation, 1, output),
                        multiply.rightZero(),
                        multiply.bias(),
                        multiply.multiplier(),
                        output,
                        multiply.low(),
                        multiply.high()));
            case Operation.LookUp lookUp -> List.of(new LookUp(input, output, lookUp.table()));
            case Operation.Quantize quantize ->
                List.of(new Quantize(
                        input,
                        output,
                        new float[] {model.tensor(operation.output()).scale()},
                        new float[1],
                        quantize.zeroPoint(),
                        quantize.low(),
                        quantize.high()));
            case Operation.Dequantize dequantize ->
                List.of(new Dequantize(
                        input,
                        dequantize.zero(),
                        output,
                        model.tensor(operation.inputs().getFirst()).scale()));
            case Operation.Unary unary ->
                List.of(new FloatUnary(unary.function(), unary.alpha(), unary.beta(), input, output));
            case Operation.Binary binary ->
                List.of(new FloatBinary(
                        binary.function(), broadcast(operation, 0, output), broadcast(operation, 1, output), output));
            case Operation.MatMul _ ->
                List.of(matMul(input, view(operation.inputs().get(1)), output));
            case Operation.Softmax softmax -> List.of(new FloatSoftmax(input, output, softmax.axis()));
            case Operation.Reduction reduction ->
                List.of(new FloatReduction(reduction.kind(), input, kept(output, input, reduction.axes())));
            case Operation.Select _ ->
                List.of(new FloatSelect(
                        broadcast(operation, 0, output),
                        broadcast(operation, 1, output),
                        broadcast(operation, 2, output),
                        output));
            case Operation.ArgExtreme extreme ->
                List.of(new FloatArgExtreme(
                        input,
                        kept(output, input, List.of(extreme.axis())),
                        extreme.axis(),
                        extreme.least(),
                        extreme.last()));
            case Operation.TopK topK ->
                List.of(new FloatTopK(input, output, topK.axis(), topK.least(), topK.indices()));
            case Operation.Gather gather ->
                List.of(Indexing.gather(gather, input, view(operation.inputs().get(1)), output));
            case Operation.Scatter scatter ->
                Indexing.scatter(
                        scatter,
                        input,
                        view(operation.inputs().get(1)),
                        view(operation.inputs().get(2)),
                        output);
            case Operation.Reshape _ -> assignment.elided(position) ? List.of() : reshape(position, input, output);
            case Operation.Transpose transpose -> {
                int[] order =
                        transpose.order().stream().mapToInt(Integer::intValue).toArray();
                yield assignment.elided(position) ? List.of() : List.of(new Copy(input.permuted(order), output));
            }
            case Operation.Slice slice -> {
                TensorView part = Views.sliced(input, slice.starts(), slice.steps(), output.shape());
                yield assignment.elided(position) ? List.of() : List.of(new Copy(part, output));
            }
            case Operation.Concat concat -> concat(concat.axis(), operation, output);
            case Operation.Pad pad -> pad(pad, input, output);
        };
    }

    /** A reduced tensor with extents of 1 in place of the axes that went. */
    private static TensorView kept(TensorView output, TensorView input, List<Integer> axes) {
        return output.rank() == input.rank()
                ? output
                : Views.expanded(output, axes.stream().sorted().toList());
    }

    /** What a chain of convolutions asks of the kernels. */
    ConvolutionChain lower(ChainAssignment.Chain chain, int lanes) {
        List<Convolution> convolutions = new ArrayList<>();
        for (int k = chain.first(); k <= chain.last(); k++) {
            if (!(lower(k).getFirst() instanceof Convolution convolution)) {
                throw new IllegalStateException("operation " + k + " of a chain is no convolution");
            }
            convolutions.add(convolution);
        }
        return new ConvolutionChain(convolutions, chain.strips(), chain.blockRows(), lanes);
    }

    private KernelSpec convolution(
            Operation.Convolution convolution, OperationDefinition operation, TensorView input, TensorView output) {
        FixedPointMultiplier multiplier = convolution.residual();
        TensorView added = residual(operation);
        if ((multiplier == null) != (added == null)) {
            throw new IllegalArgumentException("a residual needs both a second input and a multiplier");
        }
        int source = operation.inputs().getFirst();
        Padding padding = convolution.padding();
        return new Convolution(
                padded(source, input, padding),
                output,
                convolution.shape(),
                convolution.weights(),
                convolution.bias(),
                convolution.epilogue(),
                multiplier == null || added == null ? null : new Convolution.Residual(added, multiplier),
                model.paddedByZero(source)
                        ? new Border(padding.top(), padding.left(), padding.bottom(), padding.right())
                        : Border.NONE,
                greatestCodes[source]);
    }

    /** The input of a convolution together with its padding, which the halo in memory holds. */
    private TensorView padded(int tensor, TensorView view, Padding padding) {
        Padding halo = assignment.placement(tensor).halo();
        if (padding.top() > halo.top()
                || padding.left() > halo.left()
                || padding.bottom() > halo.bottom()
                || padding.right() > halo.right()) {
            throw new IllegalStateException(padding + " exceeds the planned " + halo);
        }
        return Views.featureMap(view).grown(padding.top(), padding.left(), padding.bottom(), padding.right());
    }

    private @Nullable TensorView residual(OperationDefinition operation) {
        return operation.inputs().size() < 2
                ? null
                : Views.featureMap(view(operation.inputs().get(1)));
    }

    private TensorView broadcast(OperationDefinition operation, int index, TensorView output) {
        return view(operation.inputs().get(index)).broadcast(output.shape());
    }

    private static KernelSpec matMul(TensorView left, TensorView right, TensorView output) {
        return new FloatMatMul(batched(left, output), batched(right, output), output);
    }

    /** A stack of matrices repeated to the leading dimensions of the output. */
    private static TensorView batched(TensorView matrices, TensorView output) {
        int rank = output.rank();
        if (matrices.rank() < 2 || matrices.rank() > rank) {
            throw new IllegalArgumentException(matrices + " is no factor of " + output);
        }
        int[] shape = output.shape();
        shape[rank - 2] = matrices.size(matrices.rank() - 2);
        shape[rank - 1] = matrices.size(matrices.rank() - 1);
        return matrices.broadcast(shape);
    }

    private List<KernelSpec> reshape(int position, TensorView input, TensorView output) {
        Optional<BufferAssignment.Placement> temporary = assignment.temporary(position);
        if (temporary.isPresent()) {
            TensorView contiguous = absolute(temporary.get());
            return List.of(
                    new Copy(input, Views.reshaped(contiguous, input.shape()).orElseThrow()),
                    new Copy(contiguous, output));
        }
        return List.of(Views.reshaped(input, output.shape())
                .map(reshaped -> new Copy(reshaped, output))
                .orElseGet(() ->
                        new Copy(input, Views.reshaped(output, input.shape()).orElseThrow())));
    }

    private List<KernelSpec> concat(int axis, OperationDefinition operation, TensorView output) {
        List<KernelSpec> copies = new ArrayList<>();
        int[] start = new int[output.rank()];
        for (int tensor : operation.inputs()) {
            TensorView part = view(tensor);
            TensorView place = output.window(start, part.shape());
            if (!place.equals(part)) {
                copies.add(new Copy(part, place));
            }
            start[axis] += part.size(axis);
        }
        return copies;
    }

    private static List<KernelSpec> pad(Operation.Pad pad, TensorView input, TensorView output) {
        int rank = output.rank();
        int[] start = new int[rank];
        int[] shape = output.shape();
        List<TensorView> frame = new ArrayList<>();
        for (int d = 0; d < rank; d++) {
            int before = pad.before().get(d);
            int after = output.size(d) - before - input.size(d);
            if (before > 0) {
                int[] slab = shape.clone();
                slab[d] = before;
                frame.add(output.window(start, slab));
            }
            if (after > 0) {
                int[] slab = shape.clone();
                slab[d] = after;
                int[] end = start.clone();
                end[d] = before + input.size(d);
                frame.add(output.window(end, slab));
            }
            start[d] = before;
            shape[d] = input.size(d);
        }
        KernelSpec interior = new Copy(input, output.window(start, shape));
        return frame.isEmpty() ? List.of(interior) : List.of(new Fill(frame, pad.element()), interior);
    }

    private TensorView absolute(BufferAssignment.Placement placement) {
        return Views.shifted(placement.view(), bufferOffsets[placement.buffer()]);
    }
}
