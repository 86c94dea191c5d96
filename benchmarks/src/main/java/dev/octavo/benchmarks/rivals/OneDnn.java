package dev.octavo.benchmarks.rivals;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * The convolutions and fully connected layers of a network in oneDNN, one after the other, through JavaCPP: a library of
 * operations and not a runtime, so pools, additions that no convolution absorbs, and the quantization of the input are
 * missing. Codes and floats lie with channels last, weights as each primitive wants them. Its threads are OpenMP's, as many
 * as {@code OMP_NUM_THREADS} says when the process starts.
 */
public final class OneDnn implements Contender {
    /** What is computed. */
    public enum Form {
        /** The types that Octavo's tensors have. */
        U8_S8,
        /** All activations signed. */
        S8_S8,
        /** Single precision. */
        F32
    }

    private final engine processor;
    private final stream queue;
    private final ModelDefinition model;
    private final Map<Integer, memory> tensors = new HashMap<>();
    private final List<OneDnnLayer> layers = new ArrayList<>();

    private OneDnn(ModelDefinition model) {
        this.model = model;
        this.processor = new engine(org.bytedeco.dnnl.engine.kind.cpu, 0);
        this.queue = new stream(processor);
    }

    /** The version of the library that was found. */
    public static String version() {
        try {
            dnnl_version_t version = org.bytedeco.dnnl.global.dnnl.version();
            return version.major() + "." + version.minor() + "." + version.patch();
        } catch (LinkageError | RuntimeException e) {
            throw new RivalException("oneDNN does not load: " + e, e);
        }
    }

    /**
     * Makes primitives for the convolutions of a model, which is Octavo's float baseline for {@link Form#F32} and its int8
     * model otherwise.
     *
     * @throws RivalException if the library is missing or refuses a layer
     */
    public static OneDnn open(ModelDefinition model, Form form, int batch) {
        try {
            OneDnn opened = new OneDnn(model);
            for (OperationDefinition definition : model.operations()) {
                if (definition.operation() instanceof Operation.Convolution
                        || definition.operation() instanceof Operation.FloatConvolution) {
                    opened.add(definition, form, batch);
                }
            }
            return opened;
        } catch (LinkageError | RuntimeException e) {
            throw new RivalException("oneDNN does not take the network: " + e.getMessage(), e);
        }
    }

    private void add(OperationDefinition definition, Form form, int batch) {
        int input = definition.inputs().getFirst();
        memory from = tensors.computeIfAbsent(
                input, t -> new memory(descriptor(model.tensors().get(t), form, batch), processor));
        memory.desc result = descriptor(model.tensors().get(definition.output()), form, batch);
        memory to;
        if (definition.inputs().size() > 1) {
            // A sum is added to what its memory holds.
            int residual = definition.inputs().get(1);
            memory held = tensors.computeIfAbsent(
                    residual, t -> new memory(descriptor(model.tensors().get(t), form, batch), processor));
            to = new memory(result, processor, held.get_data_handle());
        } else {
            to = new memory(result, processor);
        }
        tensors.put(definition.output(), to);
        layers.add(OneDnnLayer.of(processor, queue, model, definition, from, to));
    }

    private static memory.desc descriptor(TensorDefinition tensor, Form form, int batch) {
        int[] shape = tensor.shape();
        long[] extents = new long[shape.length];
        for (int d = 0; d < shape.length; d++) {
            extents[d] = d == 0 ? batch : shape[d];
        }
        memory.data_type type = switch (tensor.type()) {
            case FLOAT32 -> memory.data_type.f32;
            case INT8 -> memory.data_type.s8;
            case UINT8 -> form == Form.S8_S8 ? memory.data_type.s8 : memory.data_type.u8;
        };
        return new memory.desc(extents, type, shape.length == 4 ? memory.format_tag.nhwc : memory.format_tag.nc);
    }

    @Override
    public void run() {
        for (OneDnnLayer layer : layers) {
            layer.run(queue);
        }
        queue._wait();
    }

    /** Replaces the bytes of a tensor that a convolution reads or adds, channels last. */
    void write(int tensor, byte[] codes) {
        bytes(tensor).put(codes);
    }

    /** The bytes of a tensor that a convolution reads or writes, channels last. */
    byte[] read(int tensor) {
        ByteBuffer from = bytes(tensor);
        byte[] codes = new byte[from.remaining()];
        from.get(codes);
        return codes;
    }

    private ByteBuffer bytes(int tensor) {
        memory held = tensors.get(tensor);
        if (held == null) {
            throw new IllegalArgumentException("no convolution uses the tensor " + tensor);
        }
        return new BytePointer(held.get_data_handle())
                .capacity(held.get_desc().get_size())
                .asByteBuffer()
                .order(ByteOrder.nativeOrder());
    }

    @Override
    public float[] output() {
        int logits = model.outputs().getFirst();
        if (model.tensors().get(logits).type() != ElementType.FLOAT32 || !tensors.containsKey(logits)) {
            return new float[0];
        }
        ByteBuffer from = bytes(logits);
        float[] values = new float[from.remaining() / Float.BYTES];
        from.asFloatBuffer().get(values);
        return values;
    }

    @Override
    public void close() {
        layers.forEach(OneDnnLayer::close);
        tensors.values().forEach(Pointer::close);
        queue.close();
        processor.close();
    }
}
