package dev.octavo.benchmarks.rivals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * ONNX Runtime, configured as its documentation recommends for speed: all graph optimisations, memory pattern and arena on,
 * the batch size fixed, inputs and outputs pinned in direct buffers.
 */
public final class OnnxRuntime implements Contender {
    /**
     * How it runs.
     *
     * @param threads of one operator
     * @param spinning whether idle threads spin before they sleep; without effect on one thread
     */
    public record Settings(int threads, boolean spinning) {
        /** Spinning threads, which is the default and the faster on an idle machine. */
        public static Settings ofThreads(int threads) {
            return new Settings(threads, true);
        }
    }

    private final OrtSession session;
    private final OnnxTensor input;
    private final OnnxTensor output;
    private final FloatBuffer logits;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs;

    private OnnxRuntime(OrtSession session, OnnxTensor input, OnnxTensor output, FloatBuffer logits) {
        this.session = session;
        this.input = input;
        this.output = output;
        this.logits = logits;
        this.inputs = Map.of(session.getInputNames().iterator().next(), input);
        this.outputs = Map.of(session.getOutputNames().iterator().next(), output);
    }

    /** The version of the library that was found. */
    public static String version() {
        try {
            return OrtEnvironment.getEnvironment().getVersion();
        } catch (LinkageError | RuntimeException e) {
            throw new RivalException("ONNX Runtime does not load: " + e, e);
        }
    }

    /**
     * Opens a model with one float input and logits [N, classes].
     *
     * @param shape of the input, batch first
     * @param image its elements
     * @param classes length of one row of logits
     * @throws RivalException if the library is missing or refuses the model
     */
    public static OnnxRuntime open(Path model, Settings settings, int[] shape, float[] image, int classes) {
        int batch = shape[0];
        try {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            OrtSession session;
            try (OrtSession.SessionOptions options = options(settings, batch)) {
                session = environment.createSession(model.toString(), options);
            }
            FloatBuffer pixels = direct(image.length);
            pixels.put(image).rewind();
            FloatBuffer logits = direct(batch * classes);
            OnnxTensor input = OnnxTensor.createTensor(environment, pixels, extents(shape));
            OnnxTensor output = OnnxTensor.createTensor(environment, logits, new long[] {batch, classes});
            return new OnnxRuntime(session, input, output, logits);
        } catch (OrtException | LinkageError e) {
            throw new RivalException("ONNX Runtime does not open " + model.getFileName() + ": " + e.getMessage(), e);
        }
    }

    static OrtSession.SessionOptions options(Settings settings, int batch) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
        options.setIntraOpNumThreads(settings.threads());
        options.setInterOpNumThreads(1);
        options.setMemoryPatternOptimization(true);
        options.setCPUArenaAllocator(true);
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        options.setSymbolicDimensionValue("N", batch);
        options.addConfigEntry("session.intra_op.allow_spinning", settings.spinning() ? "1" : "0");
        return options;
    }

    static long[] extents(int[] shape) {
        return Arrays.stream(shape).asLongStream().toArray();
    }

    private static FloatBuffer direct(int elements) {
        return ByteBuffer.allocateDirect(Float.BYTES * elements)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    @Override
    public void run() {
        try {
            session.run(inputs, outputs).close();
        } catch (OrtException e) {
            throw new RivalException("ONNX Runtime fails to run: " + e.getMessage(), e);
        }
    }

    @Override
    public float[] output() {
        float[] values = new float[logits.capacity()];
        logits.get(0, values);
        return values;
    }

    @Override
    public void close() {
        input.close();
        output.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new RivalException("ONNX Runtime fails to close: " + e.getMessage(), e);
        }
    }
}
