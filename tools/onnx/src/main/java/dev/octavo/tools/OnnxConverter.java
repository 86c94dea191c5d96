package dev.octavo.tools;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelMetadata.ChannelOrder;
import dev.octavo.runtime.format.ModelMetadata.Fit;
import dev.octavo.runtime.format.ModelMetadata.Task;
import dev.octavo.runtime.format.ModelWriter;
import dev.octavo.tools.convert.Conversion;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.ConversionReport;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.draw.InputKind;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.json.OptionsJson;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.progress.ConversionListener;
import dev.octavo.tools.records.RecordException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Turns float ONNX networks into integer models, without any data and without leaving the process:
 *
 * <pre>{@code
 * OnnxConverter converter = OnnxConverter.defaults().withNormalisation(mean, std);
 * Model model = converter.convert(Path.of("resnet20.onnx"));
 * }</pre>
 *
 * <p>Immutable, and safe to use from many threads. The same network and configuration always give the same model, to the
 * bit, whatever the machine and the number of its threads. A conversion works on the thread that asks for it and on the
 * common pool. Interrupting that thread ends the conversion with a {@link java.util.concurrent.CancellationException}.
 */
public final class OnnxConverter {
    private final ConversionOptions options;
    private final ConversionListener listener;
    private final Map<String, int[]> inputShapes;

    private OnnxConverter(ConversionOptions options, ConversionListener listener, Map<String, int[]> inputShapes) {
        this.options = options;
        this.listener = listener;
        this.inputShapes = inputShapes;
    }

    /** Returns a converter to 8 bits with default options, for pictures whose bytes the network takes as they are. */
    public static OnnxConverter defaults() {
        return of(ConversionOptions.forBits(ConversionOptions.DEFAULT_BITS));
    }

    /**
     * Returns a converter with default options for the given numbers of bits.
     *
     * @param weights 2 to 8
     * @param activations 2 to 8
     * @throws IllegalArgumentException if one is outside
     */
    public static OnnxConverter forBits(int weights, int activations) {
        return of(ConversionOptions.forBits(ConversionOptions.DEFAULT_BITS)
                .with(QuantizationOptions.forBits(weights, activations)));
    }

    /**
     * Returns a converter with the options of a JSON file that {@code octavo convert --save-config} or {@link #configuration}
     * wrote; options that the file leaves out have their defaults.
     *
     * @throws ConversionException if the file is malformed, has an unknown key, or a value that does not suit; the message
     *     names the file and the key
     * @throws IOException if it cannot be read
     */
    public static OnnxConverter configured(Path file) throws IOException {
        return configured(Files.readString(file), file.toString());
    }

    /**
     * Returns a converter with the options of a JSON text, in the form of {@link #configured(Path)}.
     *
     * @param source what messages call the text
     * @throws ConversionException as {@link #configured(Path)}
     */
    public static OnnxConverter configured(String json, String source) {
        return of(explained(() -> OptionsJson.read(json, source, OptionalInt.empty(), OptionalInt.empty())));
    }

    private static OnnxConverter of(ConversionOptions options) {
        return new OnnxConverter(options, ConversionListener.none(), Map.of());
    }

    /**
     * Returns a converter for networks that take pictures as {@code (p − mean) / std}, where p is a byte of the picture, 0..255.
     * The integer model takes the bytes. Inputs that are no pictures need a range instead.
     *
     * @param mean per channel, on the scale 0..255, or one for all
     * @param std per channel, on the scale 0..255, or one for all
     * @throws IllegalArgumentException if there are not as many of both, or they are no such numbers
     */
    public OnnxConverter withNormalisation(List<Float> mean, List<Float> std) {
        return with(options.withNormalisation(mean, std));
    }

    /**
     * Returns a converter that notes for users of the model how pictures are cropped before they are resized.
     *
     * @param crop the part of the shorter side that the central square keeps, in (0, 1]
     * @throws IllegalArgumentException if it is outside
     */
    public OnnxConverter withCrop(float crop) {
        return with(options.withCrop(crop));
    }

    /**
     * Returns a converter that notes for users of the model how pictures fill its input.
     *
     * @param channels which colours the network's channels are
     * @param fit how pictures of other proportions fill the input
     * @param fill colour around letterboxed pictures, one value or one per channel in the network's order, in 0..255; empty
     *     for black
     * @throws IllegalArgumentException if the colour is outside
     */
    public OnnxConverter withFraming(ChannelOrder channels, Fit fit, List<Float> fill) {
        return with(options.withFraming(new ConversionOptions.Framing(channels, fit, fill)));
    }

    /** Returns a converter that notes for users of the model what its outputs mean. */
    public OnnxConverter withTask(Task task) {
        return with(options.withTask(task));
    }

    /** Returns a converter that stores names of the classes in the model, in the order of the logits. */
    public OnnxConverter withLabels(List<String> labels) {
        return with(options.withLabels(labels));
    }

    /**
     * Returns a converter for an input that is no picture, with the range of its values.
     *
     * @param low the least value
     * @param high the greatest value
     * @throws IllegalArgumentException if they are not finite and in order
     */
    public OnnxConverter withInputRange(double low, double high) {
        return with(options.withInputRange(new ConversionOptions.Range(low, high)));
    }

    /**
     * Returns a converter that gives the only input of a network a shape, whatever the file says.
     *
     * @param shape extents, the batch first: [1, C, H, W] for pictures
     */
    public OnnxConverter withInputShape(int... shape) {
        return withInputShape("", shape);
    }

    /**
     * Returns a converter that gives an input of a network a shape, whatever the file says.
     *
     * @param shape extents, the batch first: [1, C, H, W] for pictures
     */
    public OnnxConverter withInputShape(String input, int... shape) {
        Map<String, int[]> shapes = new HashMap<>(inputShapes);
        shapes.put(input, shape.clone());
        return new OnnxConverter(options, listener, shapes);
    }

    /** Returns a converter that reports progress to {@code newListener}; an exception from the listener aborts the conversion. */
    public OnnxConverter withListener(ConversionListener newListener) {
        return new OnnxConverter(options, newListener, inputShapes);
    }

    /**
     * Returns a converter for an input that is no picture.
     *
     * @param low the least value
     * @param high the greatest value
     * @param kind what is drawn in its place to run the network on
     * @throws IllegalArgumentException if they are not finite and in order
     */
    public OnnxConverter withInputRange(double low, double high, InputKind kind) {
        return with(
                options.withInputRange(new ConversionOptions.Range(low, high)).withInputKind(kind));
    }

    /** Returns a converter that compares models with the float network on drawn inputs, as by default, or does not. */
    public OnnxConverter withCheck(boolean check) {
        return with(options.withFidelity(options.fidelity().withCheck(check)));
    }

    /** Returns a converter that gives models that the check takes for broken, or refuses them, as by default. */
    public OnnxConverter withAcceptLoss(boolean accept) {
        return with(options.withFidelity(options.fidelity().withAcceptLoss(accept)));
    }

    /**
     * A model, and what is expected of it.
     *
     * @param model ready to run; the caller closes it
     */
    public record Converted(Model model, ConversionReport report) {}

    /**
     * Converts a file as {@link #convert(Path)} does, and says what the model is expected to lose.
     *
     * @throws ConversionException as {@link #convert(Path)}
     */
    public Converted convertWithReport(Path onnx) {
        Conversion conversion = explained(
                () -> Converter.convert(OnnxReader.read(onnx, inputShapes), options, listener.untilInterrupted()));
        return new Converted(Model.of(conversion.model()), conversion.report());
    }

    private OnnxConverter with(ConversionOptions newOptions) {
        return new OnnxConverter(newOptions, listener, inputShapes);
    }

    /** Returns all options as JSON for {@link #configured(String, String)}; the listener is no option. */
    public String configuration() {
        return OptionsJson.write(options);
    }

    /**
     * Converts a file, and the external data beside it. Nothing is written.
     *
     * @return a model that is ready to run; the caller closes it
     * @throws ConversionException if the file cannot be read or imported, or not quantized as asked; the message names it,
     *     and every offending node
     */
    public Model convert(Path onnx) {
        return Model.of(definition(() -> OnnxReader.read(onnx, inputShapes)));
    }

    /**
     * Converts the bytes of a file without external data.
     *
     * @param name of the network, in messages and in the model
     * @return a model that is ready to run; the caller closes it
     * @throws ConversionException as {@link #convert(Path)}
     */
    public Model convert(byte[] onnx, String name) {
        return Model.of(definition(() -> OnnxReader.read(onnx, name, inputShapes)));
    }

    /**
     * Converts a file into a model file, from which {@link Model#load} makes the same model later. A file that is there is
     * replaced only once the new one is complete.
     *
     * @throws ConversionException as {@link #convert(Path)}
     * @throws IOException if the model file cannot be written
     */
    public void convert(Path onnx, Path model) throws IOException {
        ModelWriter.write(definition(() -> OnnxReader.read(onnx, inputShapes)), model);
    }

    private ModelDefinition definition(Supplier<Graph> network) {
        return explained(() -> Converter.convert(network.get(), options, listener.untilInterrupted())
                .model());
    }

    private static <T> T explained(Supplier<T> work) {
        try {
            return work.get();
        } catch (GraphException | RecordException e) {
            throw new ConversionException(e);
        }
    }
}
