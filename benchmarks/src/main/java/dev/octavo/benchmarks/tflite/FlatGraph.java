package dev.octavo.benchmarks.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects a TensorFlow Lite model of one graph. Tables are written by the positions of their fields in version 3 of the
 * schema that the format publishes, {@code schema.fbs}.
 */
final class FlatGraph {
    private static final String IDENTIFIER = "TFL3";
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 16;

    /** Element types by their numbers in the schema. */
    enum ElementKind {
        FLOAT32(0),
        INT32(2),
        INT8(9);

        private final int code;

        ElementKind(int code) {
            this.code = code;
        }
    }

    /** Operators by their numbers, and the numbers of their tables of options in the union of all. */
    enum Operator {
        ADD(0, 11),
        AVERAGE_POOL_2D(1, 5),
        CONCATENATION(2, 10),
        CONV_2D(3, 1),
        DEPTHWISE_CONV_2D(4, 2),
        DEQUANTIZE(6, 0),
        FULLY_CONNECTED(9, 8),
        MAX_POOL_2D(17, 5),
        RESHAPE(22, 0),
        MEAN(40, 27),
        QUANTIZE(114, 0);

        private final int code;
        private final int options;

        Operator(int code, int options) {
            this.code = code;
            this.options = options;
        }
    }

    /** Activations that are part of other operators, by their numbers. */
    enum Activation {
        NONE(0),
        RELU(1),
        RELU6(3);

        private final int code;

        Activation(int code) {
            this.code = code;
        }

        /** The field of options at a position. */
        Field at(int position) {
            return Field.ofByte(position, code);
        }
    }

    /** A field of a table of options. */
    record Field(int position, int value, boolean word) {
        static Field ofByte(int position, int value) {
            return new Field(position, value, false);
        }

        static Field ofInt(int position, int value) {
            return new Field(position, value, true);
        }
    }

    /**
     * {@code real = scale · (code − zeroPoint)}.
     *
     * @param scales one, or one per index of {@code axis}
     */
    record Encoding(float[] scales, int zeroPoint, int axis) {
        static Encoding of(float scale, int zeroPoint) {
            return new Encoding(new float[] {scale}, zeroPoint, 0);
        }
    }

    private final FlatBufferBuilder builder;
    private final Map<Operator, Integer> codes = new EnumMap<>(Operator.class);
    private final List<Integer> buffers = new ArrayList<>();
    private final List<Integer> tensors = new ArrayList<>();
    private final List<Integer> operators = new ArrayList<>();

    /**
     * An empty graph.
     *
     * @param bytes that its constants take, so that the buffer need not grow
     */
    FlatGraph(long bytes) {
        int capacity = Math.toIntExact((bytes + (2 << 20)) / ALIGNMENT * ALIGNMENT);
        builder = new FlatBufferBuilder(capacity, DirectBuffers.INSTANCE);
        // Some defaults of the schema are not 0.
        builder.forceDefaults(true);
        builder.startTable(0);
        buffers.add(builder.endTable());
    }

    private static final class DirectBuffers extends FlatBufferBuilder.ByteBufferFactory {
        private static final DirectBuffers INSTANCE = new DirectBuffers();

        @Override
        public ByteBuffer newByteBuffer(int capacity) {
            return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Adds a tensor that the graph takes or computes, and returns its number. */
    int tensor(String name, ElementKind type, int[] shape, @Nullable Encoding encoding) {
        return tensor(name, type, shape, encoding, 0);
    }

    /** Adds a constant tensor, and returns its number. {@code elements} puts {@code bytes} bytes, little-endian. */
    int constant(
            String name,
            ElementKind type,
            int[] shape,
            @Nullable Encoding encoding,
            int bytes,
            Consumer<ByteBuffer> elements) {
        elements.accept(builder.createUnintializedVector(1, bytes, ALIGNMENT));
        int data = builder.endVector();
        builder.startTable(1);
        builder.addOffset(0, data, 0);
        buffers.add(builder.endTable());
        return tensor(name, type, shape, encoding, buffers.size() - 1);
    }

    /** Adds a constant vector of int32. */
    int integers(String name, int... values) {
        return constant(
                name,
                ElementKind.INT32,
                new int[] {values.length},
                null,
                Integer.BYTES * values.length,
                to -> to.asIntBuffer().put(values));
    }

    private int tensor(String name, ElementKind type, int[] shape, @Nullable Encoding encoding, int buffer) {
        int shapes = ints(shape);
        int label = builder.createString(name);
        int encodings = encoding == null ? 0 : encoding(encoding);
        builder.startTable(5);
        builder.addOffset(0, shapes, 0);
        builder.addByte(1, (byte) type.code, 0);
        builder.addInt(2, buffer, 0);
        builder.addOffset(3, label, 0);
        if (encoding != null) {
            builder.addOffset(4, encodings, 0);
        }
        tensors.add(builder.endTable());
        return tensors.size() - 1;
    }

    private int encoding(Encoding encoding) {
        float[] scales = encoding.scales();
        builder.startVector(Float.BYTES, scales.length, Float.BYTES);
        for (int i = scales.length - 1; i >= 0; i--) {
            builder.addFloat(scales[i]);
        }
        int scale = builder.endVector();
        builder.startVector(Long.BYTES, scales.length, Long.BYTES);
        for (int i = 0; i < scales.length; i++) {
            builder.addLong(encoding.zeroPoint());
        }
        int zeroPoint = builder.endVector();
        builder.startTable(7);
        builder.addOffset(2, scale, 0);
        builder.addOffset(3, zeroPoint, 0);
        builder.addInt(6, encoding.axis(), 0);
        return builder.endTable();
    }

    private int ints(int... values) {
        builder.startVector(Integer.BYTES, values.length, Integer.BYTES);
        for (int i = values.length - 1; i >= 0; i--) {
            builder.addInt(values[i]);
        }
        return builder.endVector();
    }

    /** Adds an operator of one output. */
    void operator(Operator operator, int[] inputs, int output, Field... options) {
        int position = codes.computeIfAbsent(operator, o -> codes.size());
        int in = ints(inputs);
        int out = ints(output);
        int table = options(options);
        builder.startTable(5);
        builder.addInt(0, position, 0);
        builder.addOffset(1, in, 0);
        builder.addOffset(2, out, 0);
        if (options.length > 0) {
            builder.addByte(3, (byte) operator.options, 0);
            builder.addOffset(4, table, 0);
        }
        operators.add(builder.endTable());
    }

    private int options(Field... fields) {
        builder.startTable(Arrays.stream(fields).mapToInt(Field::position).max().orElse(-1) + 1);
        for (Field field : fields) {
            if (field.word()) {
                builder.addInt(field.position(), field.value(), 0);
            } else {
                builder.addByte(field.position(), (byte) field.value(), 0);
            }
        }
        return builder.endTable();
    }

    /** The finished model in a direct buffer. */
    ByteBuffer finish(String name, int input, int output) {
        List<Integer> operatorCodes = new ArrayList<>();
        codes.entrySet().stream().sorted(Map.Entry.comparingByValue()).forEach(entry -> {
            builder.startTable(4);
            builder.addByte(0, (byte) entry.getKey().code, 0);
            builder.addInt(2, 1, 0);
            builder.addInt(3, entry.getKey().code, 0);
            operatorCodes.add(builder.endTable());
        });
        int label = builder.createString(name);
        int allTensors = tables(tensors);
        int inputs = ints(input);
        int outputs = ints(output);
        int allOperators = tables(operators);
        builder.startTable(5);
        builder.addOffset(0, allTensors, 0);
        builder.addOffset(1, inputs, 0);
        builder.addOffset(2, outputs, 0);
        builder.addOffset(3, allOperators, 0);
        builder.addOffset(4, label, 0);
        int graphs = tables(List.of(builder.endTable()));
        int allCodes = tables(operatorCodes);
        int allBuffers = tables(buffers);
        builder.startTable(5);
        builder.addInt(0, VERSION, 0);
        builder.addOffset(1, allCodes, 0);
        builder.addOffset(2, graphs, 0);
        builder.addOffset(3, label, 0);
        builder.addOffset(4, allBuffers, 0);
        builder.finish(builder.endTable(), IDENTIFIER);
        return builder.dataBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private int tables(List<Integer> offsets) {
        return builder.createVectorOfTables(
                offsets.stream().mapToInt(Integer::intValue).toArray());
    }
}
