package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.models.NetworkModels;
import dev.octavo.benchmarks.models.SyntheticImage;
import dev.octavo.benchmarks.models.WriteModels;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelLimits;
import dev.octavo.runtime.format.ModelReader;
import dev.octavo.runtime.format.ModelWriter;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.export.Int8Export;
import dev.octavo.tools.export.Int8Form;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.onnx.OnnxReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * A network in the forms that contenders are made from, as files of one folder.
 *
 * @param folder where the files are
 */
record Models(Architecture architecture, Path folder) {
    private static final int CHANNELS = 3;
    private static final long IMAGE_SEED = 3;

    /** The float network. */
    Path onnx() {
        return folder.resolve(architecture.id() + ".onnx");
    }

    private Path octavo(String form) {
        return folder.resolve(architecture.id() + "-" + form + ".octavo");
    }

    /** Octavo's int8 model. */
    Path int8() {
        return octavo("int8");
    }

    /** Octavo's int8 model without unsigned activations. */
    Path signed() {
        return octavo("signed");
    }

    /** Octavo's float baseline. */
    Path inFloat() {
        return octavo("float");
    }

    /** The int8 network in a form that ONNX Runtime runs, written by the first who asks. */
    Path onnx(Int8Form form) throws IOException {
        Path file = form(form);
        if (!Files.exists(file)) {
            WriteModels.write(Int8Export.fast(read(int8()), form), file);
        }
        return file;
    }

    private Path form(Int8Form form) {
        return folder.resolve(architecture.id() + "-" + form.label().replace(' ', '-') + ".onnx");
    }

    /** Deletes what {@link #onnx(Int8Form)} wrote. */
    void deleteForms() throws IOException {
        for (Int8Form form : Int8Form.all()) {
            Files.deleteIfExists(form(form));
        }
    }

    /**
     * Writes all files but {@link #onnx(Int8Form)}; the float network only if it is not there.
     *
     * @param bits of weights and activations
     * @param signed whether the model without unsigned activations is made too
     * @return seconds that the conversion to int8 took, without reading the file
     */
    double write(int bits, boolean signed) throws IOException {
        Files.createDirectories(folder);
        deleteForms();
        if (!Files.exists(onnx())) {
            WriteModels.write(architecture.onnx(WriteModels.SEED), onnx());
        }
        Graph graph = OnnxReader.read(onnx());
        ModelWriter.write(Converter.inFloat(graph), inFloat());
        ConversionOptions options = NetworkModels.options(bits);
        long start = System.nanoTime();
        ModelDefinition int8 = Converter.convert(graph, options).model();
        double seconds = (System.nanoTime() - start) * 1e-9;
        ModelWriter.write(int8, int8());
        if (signed) {
            ConversionOptions withoutUnsigned =
                    options.with(options.quantization().withSignedActivations(true));
            ModelWriter.write(Converter.convert(graph, withoutUnsigned).model(), signed());
        }
        return seconds;
    }

    /** Reads a model into memory that lives as long as it is used. */
    static ModelDefinition read(Path file) {
        try {
            return ModelReader.read(file, ModelLimits.defaults(), Arena.ofAuto());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Extents of a batch of images [N, C, H, W]. */
    int[] shape(int batch) {
        int size = architecture.size();
        return new int[] {batch, CHANNELS, size, size};
    }

    /** Returns a batch that repeats one image, normalised, [N, C, H, W]. */
    float[] images(int batch) {
        float[] one = SyntheticImage.planar(new SplittableRandom(IMAGE_SEED), architecture.size());
        float[] all = new float[batch * one.length];
        for (int n = 0; n < batch; n++) {
            System.arraycopy(one, 0, all, n * one.length, one.length);
        }
        return all;
    }

    /** Returns a batch that repeats one image as bytes, interleaved [N, H, W, C]. */
    byte[] pictures(int batch) {
        float[] images = images(batch);
        byte[] pictures = new byte[images.length];
        int pixels = architecture.size() * architecture.size();
        for (int i = 0; i < images.length; i++) {
            int channel = i / pixels % CHANNELS;
            int image = i / pixels / CHANNELS;
            long code = Math.round((double) images[i] * NetworkModels.STD + NetworkModels.MEAN);
            pictures[(image * pixels + i % pixels) * CHANNELS + channel] = (byte) Math.clamp(code, 0, 255);
        }
        return pictures;
    }

    /** Extents of {@link #pictures}. */
    int[] pictureShape(int batch) {
        int size = architecture.size();
        return new int[] {batch, size, size, CHANNELS};
    }

    /** The largest magnitude of a logit of Octavo's int8 model. */
    float largestLogit() {
        try (Model model = Model.of(read(int8()));
                Session session = model.newSession()) {
            float largest = 0;
            for (float logit : session.run(Tensor.of(images(1), shape(1))).toFloatArray()) {
                largest = Math.max(largest, Math.abs(logit));
            }
            return largest;
        }
    }
}
