package dev.octavo.benchmarks.rivals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.global.tensorflowlite;

/** TensorFlow Lite through JavaCPP. It hands graphs to XNNPACK by default, which is its fast way on this kind of CPU. */
public final class TensorFlowLite implements Contender {
    private static final int OK = 0;

    /** What the interpreter reads, and itself first. */
    private final List<Pointer> owned;

    private final Interpreter interpreter;
    private final FloatBuffer logits;

    private TensorFlowLite(List<Pointer> owned, Interpreter interpreter, FloatBuffer logits) {
        this.owned = List.copyOf(owned);
        this.interpreter = interpreter;
        this.logits = logits;
    }

    /** The version of the library that was found. */
    public static String version() {
        try (BytePointer version = tensorflowlite.TfLiteVersion()) {
            return version.getString();
        } catch (LinkageError | RuntimeException e) {
            throw new RivalException("TensorFlow Lite does not load: " + e, e);
        }
    }

    /**
     * Opens a model with one float input [N, H, W, C] and float logits.
     *
     * @param flatbuffer the model, direct
     * @param shape of the image with channels first, batch first
     * @param image its elements in that order
     * @throws RivalException if the library is missing or refuses the model
     */
    public static TensorFlowLite open(ByteBuffer flatbuffer, int threads, int[] shape, float[] image) {
        Deque<Pointer> owned = new ArrayDeque<>();
        try {
            BytePointer bytes = own(owned, new BytePointer(flatbuffer));
            FlatBufferModel model = FlatBufferModel.BuildFromBuffer(bytes, flatbuffer.remaining());
            require(model != null && !model.isNull(), "the flatbuffer is refused");
            InterpreterBuilder builder =
                    own(owned, new InterpreterBuilder(own(owned, model), own(owned, new BuiltinOpResolver())));
            builder.SetNumThreads(threads);
            Interpreter interpreter = own(owned, new Interpreter((Pointer) null));
            require(
                    builder.apply(interpreter) == OK && !interpreter.isNull(),
                    "no interpreter can be made for the graph");
            require(interpreter.AllocateTensors() == OK, "the graph cannot be prepared");
            floats(interpreter.typed_input_tensor_float(0), image.length).put(channelsLast(shape, image));
            long bytesOut = tensorflowlite.TfLiteTensorByteSize(interpreter.output_tensor(0));
            FloatBuffer logits =
                    floats(interpreter.typed_output_tensor_float(0), Math.toIntExact(bytesOut / Float.BYTES));
            return new TensorFlowLite(List.copyOf(owned), interpreter, logits);
        } catch (LinkageError | RuntimeException e) {
            owned.forEach(Pointer::close);
            throw new RivalException("TensorFlow Lite does not open the model: " + e.getMessage(), e);
        }
    }

    private static <T extends Pointer> T own(Deque<Pointer> owned, T pointer) {
        owned.push(pointer);
        return pointer;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static FloatBuffer floats(FloatPointer elements, int count) {
        return elements.capacity(count)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static float[] channelsLast(int[] shape, float[] image) {
        int channels = shape[1];
        int pixels = shape[2] * shape[3];
        float[] to = new float[image.length];
        for (int i = 0; i < image.length; i++) {
            int picture = i / (channels * pixels);
            int channel = i / pixels % channels;
            to[(picture * pixels + i % pixels) * channels + channel] = image[i];
        }
        return to;
    }

    @Override
    public void run() {
        if (interpreter.Invoke() != OK) {
            throw new RivalException("TensorFlow Lite fails to run the graph");
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
        owned.forEach(Pointer::close);
    }
}
