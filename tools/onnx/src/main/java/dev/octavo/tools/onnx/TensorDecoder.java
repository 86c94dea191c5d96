package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.NumberType;
import dev.octavo.tools.graph.ShapeInference;
import dev.octavo.tools.onnx.proto.StringStringEntryProto;
import dev.octavo.tools.onnx.proto.TensorProto;
import dev.octavo.tools.onnx.proto.TensorProto.DataLocation;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tensors of the format to arrays. Nothing is allocated before the data that must fill it has been seen, so that a file
 * costs memory in proportion to its own size.
 */
final class TensorDecoder {
    /** As many dimensions as any network has. */
    private static final int MAX_RANK = 16;

    private final @Nullable Path folder;

    /** Weak, so that a decoder keeps no weights which its graphs have dropped. */
    private final Map<Range, WeakReference<Constant>> external = new ConcurrentHashMap<>();

    /** Elements of a type in a file from a byte on. */
    private record Range(Path file, long offset, DataType type, int elements) {}

    private TensorDecoder(@Nullable Path folder) {
        this.folder = folder;
    }

    /** For the tensors of a file, whose external data lies beside it. */
    static TensorDecoder of(Path file) {
        return new TensorDecoder(file.toAbsolutePath().getParent());
    }

    /** For tensors that come from no file, and so have no external data. */
    static TensorDecoder inMemory() {
        return new TensorDecoder(null);
    }

    /**
     * Reads a file that holds one tensor, as the conformance tests have them.
     *
     * @throws GraphException if it is no tensor of numbers
     */
    static Constant read(Path file) {
        byte[] bytes = Protobuf.bytes(file);
        TensorProto tensor = Protobuf.parse(bytes, TensorProto.parser(), String.valueOf(file.getFileName()));
        return of(file).decode(tensor, "tensor of " + file.getFileName());
    }

    /** @param what how messages name the tensor */
    Constant decode(TensorProto tensor, String what) {
        DataType type = DataType.forNumber(tensor.getDataType());
        if (type == null || type == DataType.UNDEFINED) {
            throw new GraphException(what + " has the unknown element type " + tensor.getDataType());
        }
        int[] shape = shape(tensor, what);
        int bytesPerElement = switch (type) {
            case FLOAT, INT32, UINT32 -> 4;
            case DOUBLE, INT64, UINT64 -> 8;
            case FLOAT16, BFLOAT16, INT16, UINT16 -> 2;
            case INT8, UINT8, BOOL -> 1;
            default -> throw new GraphException(what + " has elements of type " + type + ", which are no real numbers");
        };
        int elements = ShapeInference.elements(shape);
        long needed = (long) elements * bytesPerElement;
        if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
            return external(tensor, type, shape, needed, what);
        }
        if (tensor.hasRawData()) {
            ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer();
            sized(bytes.remaining(), needed, type, shape, what);
            return raw(type, shape, elements, bytes.order(ByteOrder.LITTLE_ENDIAN));
        }
        return typed(tensor, type, shape, elements, what);
    }

    private static void sized(long bytes, long needed, DataType type, int[] shape, String what) {
        if (bytes != needed) {
            throw new GraphException(what + " has " + bytes + " bytes of data where " + type + " "
                    + Arrays.toString(shape) + " needs " + needed);
        }
    }

    private static int[] shape(TensorProto tensor, String what) {
        if (tensor.getDimsCount() > MAX_RANK) {
            throw new GraphException(
                    what + " has " + tensor.getDimsCount() + " dimensions; at most " + MAX_RANK + " are supported");
        }
        int[] shape = new int[tensor.getDimsCount()];
        long elements = 1;
        for (int d = 0; d < shape.length; d++) {
            long size = tensor.getDims(d);
            if (size < 0 || size > Integer.MAX_VALUE) {
                throw new GraphException(what + " has the extent " + size + " in dimension " + d);
            }
            shape[d] = (int) size;
            elements *= size;
            if (elements > Integer.MAX_VALUE) {
                throw new GraphException(
                        what + " claims the shape " + tensor.getDimsList() + ", more than 2^31 elements");
            }
        }
        return shape;
    }

    private static Constant raw(DataType type, int[] shape, int elements, ByteBuffer bytes) {
        return switch (type) {
            case FLOAT -> {
                float[] values = new float[elements];
                bytes.asFloatBuffer().get(values);
                yield new Constant.Floats(NumberType.valueOf(type.name()), shape, values);
            }
            case DOUBLE -> floats(type, shape, elements, i -> (float) bytes.getDouble(i * 8));
            case FLOAT16 -> floats(type, shape, elements, i -> Float.float16ToFloat(bytes.getShort(i * 2)));
            case BFLOAT16 -> floats(type, shape, elements, i -> Float.intBitsToFloat(bytes.getShort(i * 2) << 16));
            case INT64, UINT64 -> integers(type, shape, elements, i -> bytes.getLong(i * 8));
            case INT32 -> integers(type, shape, elements, i -> bytes.getInt(i * 4));
            case UINT32 -> integers(type, shape, elements, i -> Integer.toUnsignedLong(bytes.getInt(i * 4)));
            case INT16 -> integers(type, shape, elements, i -> bytes.getShort(i * 2));
            case UINT16 -> integers(type, shape, elements, i -> Short.toUnsignedLong(bytes.getShort(i * 2)));
            case UINT8, BOOL -> integers(type, shape, elements, i -> Byte.toUnsignedLong(bytes.get(i)));
            default -> integers(type, shape, elements, bytes::get);
        };
    }

    private static Constant typed(TensorProto tensor, DataType type, int[] shape, int elements, String what) {
        return switch (type) {
            case FLOAT -> {
                counted(tensor.getFloatDataCount(), elements, "float_data", what);
                yield floats(type, shape, elements, tensor::getFloatData);
            }
            case DOUBLE -> {
                counted(tensor.getDoubleDataCount(), elements, "double_data", what);
                yield floats(type, shape, elements, i -> (float) tensor.getDoubleData(i));
            }
            case FLOAT16, BFLOAT16 -> {
                counted(tensor.getInt32DataCount(), elements, "int32_data", what);
                yield floats(
                        type,
                        shape,
                        elements,
                        type == DataType.FLOAT16
                                ? i -> Float.float16ToFloat((short) tensor.getInt32Data(i))
                                : i -> Float.intBitsToFloat(tensor.getInt32Data(i) << 16));
            }
            case INT64 -> {
                counted(tensor.getInt64DataCount(), elements, "int64_data", what);
                yield integers(type, shape, elements, tensor::getInt64Data);
            }
            case UINT32, UINT64 -> {
                counted(tensor.getUint64DataCount(), elements, "uint64_data", what);
                yield integers(type, shape, elements, tensor::getUint64Data);
            }
            default -> {
                counted(tensor.getInt32DataCount(), elements, "int32_data", what);
                yield integers(type, shape, elements, tensor::getInt32Data);
            }
        };
    }

    private static void counted(int present, int elements, String field, String what) {
        if (present != elements) {
            throw new GraphException(
                    what + " has " + present + " values in " + field + " where its shape needs " + elements);
        }
    }

    /** A float of an element. */
    private interface IntToFloatFunction {
        float apply(int i);
    }

    private static Constant floats(DataType type, int[] shape, int elements, IntToFloatFunction element) {
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = element.apply(i);
        }
        return new Constant.Floats(NumberType.valueOf(type.name()), shape, values);
    }

    private static Constant integers(DataType type, int[] shape, int elements, IntToLongFunction element) {
        long[] values = new long[elements];
        Arrays.setAll(values, element);
        return new Constant.Integers(NumberType.valueOf(type.name()), shape, values);
    }

    /** Tensors of the same elements share them: many may lie in one range, each as large as the file. */
    private Constant external(TensorProto tensor, DataType type, int[] shape, long needed, String what) {
        String location = entry(tensor.getExternalDataList(), "location", "");
        if (folder == null) {
            throw new GraphException(what + " lies in another file, '" + location + "'; import the model from a file");
        }
        Path file = inside(folder, location, what);
        long offset = number(tensor.getExternalDataList(), "offset", 0, what);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long length = number(tensor.getExternalDataList(), "length", Math.max(0, channel.size() - offset), what);
            if (offset > channel.size() || length > channel.size() - offset || length > Integer.MAX_VALUE - 16) {
                throw new GraphException(what + " needs " + length + " bytes at offset " + offset + " of '" + location
                        + "', which has " + channel.size());
            }
            sized(length, needed, type, shape, what);
            int elements = ShapeInference.elements(shape);
            Range range = new Range(file, offset, type, elements);
            WeakReference<Constant> reference = external.get(range);
            Constant known = reference == null ? null : reference.get();
            if (known != null) {
                return known.reshaped(shape);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) length);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, offset + bytes.position()) < 0) {
                    throw new GraphException(what + ": '" + location + "' became shorter while it was read");
                }
            }
            Constant decoded = raw(type, shape, elements, bytes.flip().order(ByteOrder.LITTLE_ENDIAN));
            external.put(range, new WeakReference<>(decoded));
            return decoded;
        } catch (IOException e) {
            throw new GraphException(what + ": cannot read '" + location + "': " + e.getMessage(), e);
        }
    }

    /** The format allows relative paths only; a model must not make its reader open any other file. */
    private static Path inside(Path folder, String location, String what) {
        try {
            Path file = folder.resolve(location).normalize();
            if (!location.isEmpty()
                    && !Path.of(location).isAbsolute()
                    && file.startsWith(folder)
                    && Files.isRegularFile(file)
                    && file.toRealPath().startsWith(folder.toRealPath())) {
                return file;
            }
        } catch (InvalidPathException | IOException e) {
            throw new GraphException(what + " lies in '" + location + "', which is no readable file", e);
        }
        throw new GraphException(what + " lies in '" + location + "', which is no file inside of the model's folder");
    }

    private static String entry(List<StringStringEntryProto> entries, String key, String otherwise) {
        for (StringStringEntryProto entry : entries) {
            if (entry.getKey().equals(key)) {
                return entry.getValue();
            }
        }
        return otherwise;
    }

    private static long number(List<StringStringEntryProto> entries, String key, long otherwise, String what) {
        String text = entry(entries, key, Long.toString(otherwise));
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new GraphException(what + " has the external " + key + " '" + text + "', which is no number", e);
        }
        throw new GraphException(what + " has the external " + key + " " + text + ", which is negative");
    }
}
