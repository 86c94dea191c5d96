package dev.octavo.runtime.format;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.octavo.runtime.format.proto.Header;
import dev.octavo.runtime.format.proto.Metadata;
import dev.octavo.runtime.format.proto.Operation;
import dev.octavo.runtime.format.proto.Setting;
import dev.octavo.runtime.format.proto.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads model files. */
public final class ModelReader {
    private ModelReader() {}

    /**
     * Reads a model file into memory, and checks all of it before anything is used. Nothing that happens to the file
     * afterwards matters.
     *
     * @param file of any file system
     * @param arena owns the memory where the weights and constants of the definition lie
     * @throws IOException if the file is missing, no regular file, or cannot be read
     * @throws ModelFormatException if the file is damaged, inconsistent, of another version, or beyond the limits; the message
     *     names it and the place
     */
    public static ModelDefinition read(Path file, ModelLimits limits, Arena arena) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new FileSystemException(file.toString(), null, "this is a folder or a device, and no model file");
        }
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            return read(new ModelSource.Channel(channel), origin(file), limits, arena);
        }
    }

    /**
     * Reads a model from a stream up to its end.
     *
     * @param origin what messages call it
     * @see #read(Path, ModelLimits, Arena)
     */
    public static ModelDefinition read(InputStream stream, String origin, ModelLimits limits, Arena arena)
            throws IOException {
        return read(new ModelSource.Stream(stream), origin, limits, arena);
    }

    /**
     * Reads a model from memory, which is copied.
     *
     * @param origin what messages call it
     * @see #read(Path, ModelLimits, Arena)
     */
    public static ModelDefinition read(MemorySegment bytes, String origin, ModelLimits limits, Arena arena) {
        try {
            return read(new ModelSource.Memory(bytes), origin, limits, arena);
        } catch (IOException e) {
            throw new AssertionError("memory is read without a file", e);
        }
    }

    private static ModelDefinition read(ModelSource source, String origin, ModelLimits limits, Arena arena)
            throws IOException {
        try {
            byte[] start = source.start(FileLayout.PROLOGUE_BYTES);
            FileLayout layout = FileLayout.readPrologue(start);
            if (layout.dataBytes() > limits.planBytes()) {
                throw new ModelFormatException(origin + ": the " + layout.dataBytes()
                        + " bytes of data exceed the limit of " + limits.planBytes() + " (ModelLimits)");
            }
            MemorySegment rest = source.rest(layout, arena);
            layout.check(rest);
            Header header = Header.parseFrom(layout.header(rest).toArray(ValueLayout.JAVA_BYTE));
            ModelChecks.counts(origin, limits, header.getTensorsCount(), header.getOperationsCount(), 0);
            ModelDefinition definition = definition(header, new OperationDecoder(layout.data(rest)));
            ModelChecks.check(definition, origin, limits);
            return definition;
        } catch (FileLayout.DamageException | FieldException e) {
            throw new ModelFormatException(origin + ": " + e.getMessage(), e);
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFormatException(origin + ": header: " + e.getMessage(), e);
        } catch (EOFException e) {
            throw new ModelFormatException(origin + ": the file became shorter while it was read", e);
        }
    }

    private static String origin(Path file) {
        boolean onnx = file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
        return file + (onnx ? " (an ONNX model is turned into a model file by `octavo convert`)" : "");
    }

    private static ModelDefinition definition(Header header, OperationDecoder decoder) throws FieldException {
        List<TensorDefinition> tensors = new ArrayList<>();
        for (Tensor tensor : header.getTensorsList()) {
            try {
                tensors.add(tensor(tensor, decoder));
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new FieldException("tensor " + tensors.size() + " \"" + tensor.getName() + "\"", e);
            }
        }
        List<OperationDefinition> operations = new ArrayList<>();
        for (Operation operation : header.getOperationsList()) {
            try {
                operations.add(new OperationDefinition(
                        operation.getName(),
                        decoder.decode(operation),
                        operation.getInputsList(),
                        operation.getOutput()));
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new FieldException("operation " + operations.size() + " \"" + operation.getName() + "\"", e);
            }
        }
        return new ModelDefinition(
                checked(header.getMetadata()),
                tensors,
                operations,
                header.getInputsList(),
                header.getOutputsList(),
                header.getBatchable());
    }

    private static ModelMetadata checked(Metadata metadata) throws FieldException {
        try {
            return metadata(metadata);
        } catch (IllegalArgumentException e) {
            throw new FieldException("metadata", e);
        }
    }

    private static ModelMetadata metadata(Metadata metadata) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (Setting setting : metadata.getSettingsList()) {
            settings.put(setting.getName(), setting.getValue());
        }
        return new ModelMetadata(
                metadata.getName(),
                metadata.getLabelsList(),
                new ModelMetadata.Preprocessing(
                        metadata.getMeanList(),
                        metadata.getStdList(),
                        metadata.getCrop(),
                        Enums.record(metadata.getChannels()),
                        Enums.record(metadata.getFit()),
                        metadata.getFillList()),
                new ModelMetadata.Task(
                        Enums.record(metadata.getTask().getKind()),
                        metadata.getTask().getDecoder(),
                        metadata.getTask().getAnchorsList()),
                settings);
    }

    private static TensorDefinition tensor(Tensor tensor, OperationDecoder decoder) {
        return new TensorDefinition(
                tensor.getName(),
                Enums.record(tensor.getType()),
                tensor.getShapeList().stream().mapToInt(Integer::intValue).toArray(),
                tensor.getScale(),
                tensor.getZeroCodes().toByteArray(),
                tensor.hasConstant() ? decoder.array(tensor.getConstant()) : null);
    }

    /** A field of the header has a value that it cannot have. */
    private static final class FieldException extends Exception {
        private static final long serialVersionUID = 1;

        FieldException(String field, RuntimeException cause) {
            super(field + ": " + cause.getMessage(), cause);
        }
    }
}
