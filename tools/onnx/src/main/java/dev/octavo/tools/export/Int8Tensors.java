package dev.octavo.tools.export;

import static dev.octavo.tools.export.GraphWriter.attribute;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.Requantization;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelMetadata.Preprocessing;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.Padding;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.onnx.proto.AttributeProto;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import dev.octavo.tools.quantize.ZeroPoints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tensors of a model under their names in an ONNX graph: {@code q7} the codes of tensor 7, {@code f7} its floats. */
public final class Int8Tensors {
    private final GraphWriter graph;
    private final ModelDefinition model;
    private final Int8Form form;
    private final boolean exact;
    private final Map<Integer, StoredTensor> stored = new HashMap<>();

    /**
     * The tensors of a model in a graph.
     *
     * @param exact whether nothing may be left out for speed
     */
    public Int8Tensors(GraphWriter graph, ModelDefinition model, Int8Form form, boolean exact) {
        this.graph = graph;
        this.model = model;
        this.form = form;
        this.exact = exact;
    }

    /** The model. */
    public ModelDefinition model() {
        return model;
    }

    /** Whether nothing may be left out for speed. */
    public boolean exact() {
        return exact;
    }

    /** A tensor of the model. */
    public TensorDefinition tensor(int index) {
        return model.tensors().get(index);
    }

    /** The first tensor that an operation reads. */
    public TensorDefinition input(OperationDefinition definition) {
        return tensor(definition.inputs().getFirst());
    }

    /** How a tensor is stored. */
    public StoredTensor stored(int index) {
        return stored.computeIfAbsent(index, this::store);
    }

    /** The name of a tensor's codes. */
    public static String codes(int tensor) {
        return "q" + tensor;
    }

    private StoredTensor store(int index) {
        TensorDefinition tensor = tensor(index);
        int offset = StoredTensor.offset(tensor.type(), form.signed())
                + (exact ? model.zeroCode(index) : pictureCode(tensor));
        return StoredTensor.of(graph, codes(index), scale(tensor), form.signed(), offset);
    }

    /** A sum before it is added to a residual, rounded to codes that reach as far as the result in both directions. */
    public StoredTensor branch(int output) {
        TensorDefinition tensor = tensor(output);
        float scale = tensor.type() == ElementType.UINT8 ? 2 * tensor.scale() : tensor.scale();
        int offset = StoredTensor.offset(ElementType.INT8, form.signed());
        return StoredTensor.of(graph, "branch" + output, scale, form.signed(), offset);
    }

    /** The weights of an operation, as constants. */
    public StoredWeights weights(OperationDefinition definition, Operation.Convolution convolution) {
        TensorDefinition input = input(definition);
        int zero = exact ? model.zeroCode(definition.inputs().getFirst()) : pictureCode(input);
        return StoredWeights.of(
                graph,
                "w" + definition.output(),
                convolution,
                input,
                scale(input),
                zero,
                tensor(definition.output()).scale(),
                c -> outputShift(definition, convolution, c),
                form.perChannel());
    }

    /** What the codes of 0 of the output and of a residual added to the bias of a channel. */
    private long outputShift(OperationDefinition definition, Operation.Convolution convolution, int channel) {
        if (!(convolution.epilogue() instanceof Requantization requantization)) {
            return 0;
        }
        FixedPointMultiplier residual = convolution.residual();
        return ZeroPoints.ofOutput(
                requantization.multiplier(channel).value(),
                tensor(definition.output()).zeroCode(),
                residual == null ? 0 : residual.value(),
                residual == null ? 0 : tensor(definition.inputs().get(1)).zeroCode());
    }

    /** The name of a tensor of floats; what passes in and out keeps its own. */
    public String floats(int index) {
        boolean outside = model.inputs().contains(index) || model.outputs().contains(index);
        return outside ? tensor(index).name() : "f" + index;
    }

    /**
     * The scale of a tensor. Codes of pictures are those of the picture before it is normalised; where liberties are taken they
     * are quantized from the normalised one, of which one step is a mean deviation.
     */
    private float scale(TensorDefinition tensor) {
        List<Float> std = model.metadata().preprocessing().std();
        return exact || !tensor.picture() || std.isEmpty()
                ? tensor.scale()
                : (float) (1
                        / std.stream().mapToDouble(Float::doubleValue).average().orElseThrow());
    }

    /** The code that pads an image, the mean over its channels where they have different ones. */
    private static int pictureCode(TensorDefinition tensor) {
        byte[] codes = tensor.zeroCodes();
        int sum = 0;
        for (byte code : codes) {
            sum += tensor.type() == ElementType.UINT8 ? Byte.toUnsignedInt(code) : code;
        }
        return codes.length == 0 ? 0 : Math.round((float) sum / codes.length);
    }

    /** Padding of the operation that reads a tensor; none where the picture was padded before it was quantized. */
    public Padding padding(OperationDefinition definition, Padding padding) {
        return paddedBefore(definition.inputs().getFirst()) ? Padding.NONE : padding;
    }

    /** Declares the float image of a model's input and brings it to the form in which the model takes it. */
    public void declareInput(int index, Int8Notation notation) {
        TensorDefinition tensor = tensor(index);
        int[] extents = Arrays.copyOfRange(tensor.shape(), 1, tensor.shape().length);
        String image = graph.input(floats(index), DataType.FLOAT, extents);
        if (!tensor.type().quantized()) {
            return;
        }
        boolean shifted = paddedBefore(index);
        notation.input(
                index,
                shifted ? codesAsFloats(index, padded(index, image)) : image,
                tensor.type() == ElementType.INT8 ? -127 : 0);
    }

    /** Pads a normalised picture with 0, which is the mean and becomes its code in each channel. */
    private String padded(int index, String image) {
        List<Padding> paddings = model.operations().stream()
                .filter(o -> o.inputs().contains(index) && o.operation() instanceof Operation.Convolution)
                .map(o -> ((Operation.Convolution) o.operation()).padding())
                .distinct()
                .toList();
        if (paddings.size() > 1) {
            throw new IllegalArgumentException(
                    "the picture '" + tensor(index).name() + "' is padded differently by its readers");
        }
        Padding padding = paddings.isEmpty() ? Padding.NONE : paddings.getFirst();
        String pads = graph.longs(
                image + ".pads", 0, 0, padding.top(), padding.left(), 0, 0, padding.bottom(), padding.right());
        return graph.node("Pad", image + ".padded", List.of(image, pads));
    }

    /** Takes a normalised picture back to the real values of its codes. */
    private String codesAsFloats(int index, String image) {
        Preprocessing preprocessing = model.metadata().preprocessing();
        TensorDefinition tensor = tensor(index);
        int channels = tensor.shape()[1];
        float[] slopes = new float[channels];
        float[] offsets = new float[channels];
        int shift = tensor.type() == ElementType.UINT8 ? 0 : 128;
        for (int c = 0; c < channels; c++) {
            slopes[c] = value(preprocessing.std(), c, 1);
            offsets[c] = value(preprocessing.mean(), c, 0) - shift;
        }
        String slope = graph.floats(image + ".std", slopes, channels, 1, 1);
        String offset = graph.floats(image + ".mean", offsets, channels, 1, 1);
        String scaled = graph.node("Mul", image + ".scaled", List.of(image, slope));
        String codes = graph.node("Add", image + ".codes", List.of(scaled, offset));
        String scale = graph.floats(image + ".codeScale", new float[] {tensor.scale()});
        return graph.node("Mul", image + ".real", List.of(codes, scale));
    }

    private static float value(List<Float> values, int channel, float unknown) {
        return values.isEmpty() ? unknown : values.get(values.size() == 1 ? 0 : channel);
    }

    /** Whether a picture is padded while its padding is still the 0 of the normalised form. */
    private boolean paddedBefore(int index) {
        return exact && tensor(index).picture() && model.inputs().contains(index);
    }

    /** Attributes of a window with its padding, over a tensor of a rank: 3 for one dimension, 4 for two. */
    public static AttributeProto[] window(ConvolutionShape shape, Padding padding, int rank, boolean convolution) {
        boolean two = rank == 4;
        List<AttributeProto> attributes = new ArrayList<>(List.of(
                extents("kernel_shape", two, shape.kernelHeight(), shape.kernelWidth()),
                extents("strides", two, shape.strideHeight(), shape.strideWidth()),
                two
                        ? GraphWriter.attributes(
                                "pads", padding.top(), padding.left(), padding.bottom(), padding.right())
                        : GraphWriter.attributes("pads", padding.left(), padding.right())));
        if (convolution) {
            attributes.add(extents("dilations", two, shape.dilationHeight(), shape.dilationWidth()));
            attributes.add(attribute("group", shape.groups()));
        }
        return attributes.toArray(AttributeProto[]::new);
    }

    private static AttributeProto extents(String name, boolean two, int height, int width) {
        return two ? GraphWriter.attributes(name, height, width) : GraphWriter.attributes(name, width);
    }

    /** Writes the constant shape of a tensor, whose first extent is open if the model takes any batch; scalars have none. */
    public String shape(int index) {
        long[] extents = Arrays.stream(tensor(index).shape()).asLongStream().toArray();
        if (extents.length > 0 && model.batchable()) {
            extents[0] = -1;
        }
        return graph.longs("shape" + index, extents);
    }
}
