package dev.octavo.benchmarks.onnx;

import static dev.octavo.benchmarks.onnx.GraphWriter.attribute;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.ModelMetadata.Preprocessing;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.Padding;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.onnx.proto.AttributeProto;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tensors of a model under their names in an ONNX graph: {@code q7} the codes of tensor 7, {@code f7} its floats. */
final class Int8Tensors {
    private final GraphWriter graph;
    private final ModelDefinition model;
    private final Int8Form form;
    private final boolean exact;
    private final Map<Integer, StoredTensor> stored = new HashMap<>();

    Int8Tensors(GraphWriter graph, ModelDefinition model, Int8Form form, boolean exact) {
        this.graph = graph;
        this.model = model;
        this.form = form;
        this.exact = exact;
    }

    ModelDefinition model() {
        return model;
    }

    /** Whether nothing may be left out for speed. */
    boolean exact() {
        return exact;
    }

    TensorDefinition tensor(int index) {
        return model.tensors().get(index);
    }

    TensorDefinition input(OperationDefinition definition) {
        return tensor(definition.inputs().getFirst());
    }

    StoredTensor stored(int index) {
        return stored.computeIfAbsent(index, this::store);
    }

    private StoredTensor store(int index) {
        TensorDefinition tensor = tensor(index);
        int offset = StoredTensor.offset(tensor.type(), form.signed()) + (exact ? 0 : pictureCode(tensor));
        return StoredTensor.of(graph, Int8Export.codes(index), tensor.scale(), form.signed(), offset);
    }

    /** A sum before it is added to a residual, rounded to codes that reach as far as the result in both directions. */
    StoredTensor branch(int output) {
        TensorDefinition tensor = tensor(output);
        float scale = tensor.type() == ElementType.UINT8 ? 2 * tensor.scale() : tensor.scale();
        int offset = StoredTensor.offset(ElementType.INT8, form.signed());
        return StoredTensor.of(graph, "branch" + output, scale, form.signed(), offset);
    }

    StoredWeights weights(OperationDefinition definition, Operation.Convolution convolution) {
        TensorDefinition input = input(definition);
        int zero = exact ? 0 : pictureCode(input);
        return StoredWeights.of(
                graph,
                "w" + definition.output(),
                convolution,
                input,
                zero,
                tensor(definition.output()).scale(),
                form.perChannel());
    }

    String floats(int index) {
        return "f" + index;
    }

    /** The code that pads an image, the mean over its channels; 0 but for pictures. */
    private static int pictureCode(TensorDefinition tensor) {
        byte[] codes = tensor.zeroCodes();
        int sum = 0;
        for (byte code : codes) {
            sum += tensor.type() == ElementType.UINT8 ? Byte.toUnsignedInt(code) : code;
        }
        return codes.length == 0 ? 0 : Math.round((float) sum / codes.length);
    }

    /** Padding of the operation that reads a tensor; none where the picture was padded before it was quantized. */
    Padding padding(OperationDefinition definition, Padding padding) {
        return exact && pictureCode(input(definition)) != 0 ? Padding.NONE : padding;
    }

    /** Declares the float image of a model's input and brings it to the form in which the model takes it. */
    void declareInput(int index, Int8Notation notation) {
        TensorDefinition tensor = tensor(index);
        int[] extents = Arrays.copyOfRange(tensor.shape(), 1, tensor.shape().length);
        String image = graph.input(floats(index), DataType.FLOAT, extents);
        if (!tensor.type().quantized()) {
            return;
        }
        boolean shifted = exact && pictureCode(tensor) != 0;
        notation.input(index, shifted ? codesAsFloats(index, padded(index, image)) : image);
    }

    /** Pads a normalised picture with 0, which is the mean and becomes its code in each channel. */
    private String padded(int index, String image) {
        Padding padding = model.operations().stream()
                .filter(o -> o.inputs().contains(index))
                .map(o -> ((Operation.Convolution) o.operation()).padding())
                .findFirst()
                .orElse(Padding.NONE);
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
            slopes[c] = preprocessing.std().get(preprocessing.std().size() == 1 ? 0 : c);
            offsets[c] = preprocessing.mean().get(preprocessing.mean().size() == 1 ? 0 : c) - shift;
        }
        String slope = graph.floats(image + ".std", slopes, channels, 1, 1);
        String offset = graph.floats(image + ".mean", offsets, channels, 1, 1);
        String scaled = graph.node("Mul", image + ".scaled", List.of(image, slope));
        String codes = graph.node("Add", image + ".codes", List.of(scaled, offset));
        String scale = graph.floats(image + ".codeScale", new float[] {tensor.scale()});
        return graph.node("Mul", image + ".real", List.of(codes, scale));
    }

    /** Attributes of a window with its padding. */
    static AttributeProto[] window(ConvolutionShape shape, Padding padding, boolean convolution) {
        List<AttributeProto> attributes = new ArrayList<>(List.of(
                GraphWriter.attributes("kernel_shape", shape.kernelHeight(), shape.kernelWidth()),
                GraphWriter.attributes("strides", shape.strideHeight(), shape.strideWidth()),
                GraphWriter.attributes("pads", padding.top(), padding.left(), padding.bottom(), padding.right())));
        if (convolution) {
            attributes.add(GraphWriter.attributes("dilations", shape.dilationHeight(), shape.dilationWidth()));
            attributes.add(attribute("group", shape.groups()));
        }
        return attributes.toArray(AttributeProto[]::new);
    }

    /** The constant shape of a tensor at any batch. */
    String shape(int index) {
        long[] extents = Arrays.stream(tensor(index).shape()).asLongStream().toArray();
        extents[0] = -1;
        return graph.longs("shape" + index, extents);
    }
}
