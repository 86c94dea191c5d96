package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.models.Architecture;
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
import dev.octavo.tools.export.Int8Form;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One way to run a network.
 *
 * @param name unique among all ways
 * @param int8 whether it computes in int8
 * @param own whether it is no alternative to others of its rival, but measured for its own sake
 * @param form its name without what threads do while they wait, under which other settings know it
 * @param slow whether most processors make it slower than others of its rival, so that it is tried after them
 */
record Variant(String name, String form, Rival rival, boolean int8, boolean own, boolean slow, Opening opening) {
    private Variant(String name, Rival rival, boolean int8, boolean own, Opening opening) {
        this(name, name, rival, int8, own, false, opening);
    }

    /** Opens a contender; failing is one of the results. */
    interface Opening {
        Contender open(Models models, int threads, int batch) throws IOException;
    }

    Contender open(Models models, int threads, int batch) throws IOException {
        return opening.open(models, threads, batch);
    }

    /** Octavo's int8 model, and the one without unsigned activations. */
    static List<Variant> signedPair() {
        return List.of(octavo(Report.OCTAVO, true, Models::int8), octavo(Report.OCTAVO_SIGNED, true, Models::signed));
    }

    /** All that take part at a number of threads. */
    static List<Variant> all(int threads) {
        List<Variant> variants = new ArrayList<>();
        variants.add(octavo(Report.OCTAVO, true, Models::int8));
        variants.add(new Variant(Report.OCTAVO_PICTURE, Rival.OCTAVO, true, true, Variant::pictures));
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
                        models.shape(batch),
                        models.images(batch))));
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
                        models.shape(batch),
                        models.images(batch)));
    }

    private static Contender pictures(Models models, int threads, int batch) {
        Tensor input = Tensor.allocate(ElementType.UINT8, models.pictureShape(batch));
        input.segment().copyFrom(MemorySegment.ofArray(models.pictures(batch)));
        return OctavoContender.open(
                Models.read(models.int8()),
                SessionOptions.defaults().withThreads(threads).withBatch(batch),
                input);
    }

    private static void addOnnxRuntime(List<Variant> variants, int threads, boolean spinning) {
        String suffix = threads == 1 ? "" : spinning ? ", spinning" : ", not spinning";
        OnnxRuntime.Settings settings = new OnnxRuntime.Settings(threads, spinning);
        variants.add(onnxRuntime("ONNX Runtime fp32", suffix, settings, null));
        for (Int8Form form : Int8Form.all()) {
            variants.add(onnxRuntime("ONNX Runtime " + form.label(), suffix, settings, form));
        }
    }

    private static Variant onnxRuntime(
            String name, String suffix, OnnxRuntime.Settings settings, @Nullable Int8Form form) {
        return new Variant(
                name + suffix,
                name,
                Rival.ONNX_RUNTIME,
                form != null,
                false,
                form != null && form.signed(),
                (models, _, batch) -> OnnxRuntime.open(
                        form == null ? models.onnx() : models.onnx(form),
                        settings,
                        models.shape(batch),
                        models.images(batch),
                        Architecture.CLASSES));
    }

    private static Contender tensorFlowLite(Models models, int threads, int batch, boolean perChannel) {
        return TensorFlowLite.open(
                TfliteExport.int8(Models.read(models.int8()), batch, perChannel, models.largestLogit()),
                threads,
                models.shape(batch),
                models.images(batch));
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
