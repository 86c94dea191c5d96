package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.models.WriteModels;
import dev.octavo.benchmarks.onnx.RivalExport;
import dev.octavo.benchmarks.report.Report;
import dev.octavo.benchmarks.rivals.Contender;
import dev.octavo.benchmarks.rivals.OctavoContender;
import dev.octavo.benchmarks.rivals.OneDnn;
import dev.octavo.benchmarks.rivals.OnnxRuntime;
import dev.octavo.benchmarks.rivals.Rival;
import dev.octavo.benchmarks.rivals.TensorFlowLite;
import dev.octavo.benchmarks.tflite.TfliteExport;
import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.export.Int8Form;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One way to run a network.
 *
 * @param name unique among all ways
 * @param int8 whether it computes in int8
 * @param own whether it is no alternative to others of its rival, but measured for its own sake
 */
record Variant(String name, Rival rival, boolean int8, boolean own, Opening opening) {
    /** Opens a contender; failing is one of the results. */
    interface Opening {
        Contender open(Models models, int threads, int batch) throws IOException;
    }

    Contender open(Models models, int threads, int batch) throws IOException {
        return opening.open(models, threads, batch);
    }

    /**
     * All that take part at a number of threads.
     *
     * @param signed whether Octavo's model without unsigned activations is there
     */
    static List<Variant> all(int threads, boolean signed) {
        List<Variant> variants = new ArrayList<>();
        variants.add(octavo(Report.OCTAVO, true, Models::int8));
        variants.add(new Variant(Report.OCTAVO_PICTURE, Rival.OCTAVO, true, true, Variant::pictures));
        if (signed) {
            variants.add(octavo(Report.OCTAVO_SIGNED, true, Models::signed));
        }
        variants.add(octavo(Report.OCTAVO_FLOAT, false, Models::inFloat));
        // Without further threads there is nobody to spin.
        for (boolean spinning : threads == 1 ? new boolean[] {true} : new boolean[] {true, false}) {
            addOnnxRuntime(variants, threads, spinning);
        }
        variants.add(new Variant(
                "TensorFlow Lite fp32",
                Rival.TENSORFLOW_LITE,
                false,
                false,
                (models, count, batch) -> TensorFlowLite.open(
                        TfliteExport.float32(Models.read(models.inFloat()), batch),
                        count,
                        Models.shape(batch),
                        Models.images(batch))));
        for (boolean perChannel : new boolean[] {true, false}) {
            variants.add(new Variant(
                    "TensorFlow Lite s8×s8 per " + (perChannel ? "channel" : "tensor"),
                    Rival.TENSORFLOW_LITE,
                    true,
                    false,
                    (models, count, batch) -> tensorFlowLite(models, count, batch, perChannel)));
        }
        variants.add(oneDnn("f32", OneDnn.Form.F32));
        variants.add(oneDnn("u8×s8", OneDnn.Form.U8_S8));
        variants.add(oneDnn("s8×s8", OneDnn.Form.S8_S8));
        return variants;
    }

    private interface FileOf {
        Path of(Models models);
    }

    private static Variant octavo(String name, boolean int8, FileOf file) {
        return new Variant(
                name,
                Rival.OCTAVO,
                int8,
                true,
                (models, threads, batch) -> OctavoContender.open(
                        Models.read(file.of(models)),
                        SessionOptions.defaults().withThreads(threads).withBatch(batch),
                        Models.shape(batch),
                        Models.images(batch)));
    }

    private static Contender pictures(Models models, int threads, int batch) {
        Tensor input = Tensor.allocate(ElementType.UINT8, Models.pictureShape(batch));
        input.segment().copyFrom(MemorySegment.ofArray(Models.pictures(batch)));
        return OctavoContender.open(
                Models.read(models.int8()),
                SessionOptions.defaults().withThreads(threads).withBatch(batch),
                input);
    }

    private static void addOnnxRuntime(List<Variant> variants, int threads, boolean spinning) {
        String suffix = threads == 1 ? "" : spinning ? ", spinning" : ", not spinning";
        OnnxRuntime.Settings settings = new OnnxRuntime.Settings(threads, spinning);
        variants.add(new Variant(
                "ONNX Runtime fp32" + suffix,
                Rival.ONNX_RUNTIME,
                false,
                false,
                (models, _, batch) -> OnnxRuntime.open(
                        models.onnx(), settings, Models.shape(batch), Models.images(batch), Models.CLASSES)));
        for (Int8Form form : Int8Form.all()) {
            variants.add(new Variant(
                    "ONNX Runtime " + form.label() + suffix,
                    Rival.ONNX_RUNTIME,
                    true,
                    false,
                    (models, _, batch) -> onnxRuntime(models, form, settings, batch)));
        }
    }

    /** A session keeps no hold on the file that it was made from. */
    private static Contender onnxRuntime(Models models, Int8Form form, OnnxRuntime.Settings settings, int batch)
            throws IOException {
        Path file = Files.createTempFile(models.folder(), models.architecture().id(), ".onnx");
        try {
            WriteModels.write(RivalExport.fast(Models.read(models.int8()), form), file);
            return OnnxRuntime.open(file, settings, Models.shape(batch), Models.images(batch), Models.CLASSES);
        } finally {
            Files.delete(file);
        }
    }

    private static Contender tensorFlowLite(Models models, int threads, int batch, boolean perChannel) {
        ModelDefinition int8 = Models.read(models.int8());
        return TensorFlowLite.open(
                TfliteExport.int8(int8, batch, perChannel, Models.largestLogit(int8)),
                threads,
                Models.shape(batch),
                Models.images(batch));
    }

    private static Variant oneDnn(String form, OneDnn.Form kind) {
        boolean int8 = kind != OneDnn.Form.F32;
        return new Variant(
                "oneDNN " + form + ", convolutions only",
                Rival.ONEDNN,
                int8,
                false,
                (models, _, batch) -> OneDnn.open(Models.read(int8 ? models.int8() : models.inFloat()), kind, batch));
    }
}
