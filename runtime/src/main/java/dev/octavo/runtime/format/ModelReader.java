package dev.octavo.runtime.format;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.octavo.runtime.format.proto.Header;
import dev.octavo.runtime.format.proto.Metadata;
import dev.octavo.runtime.format.proto.Operation;
import dev.octavo.runtime.format.proto.Setting;
import dev.octavo.runtime.format.proto.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads model files. */
public final class ModelReader {
    private ModelReader() {}

    /**
     * Maps a model file into memory, and checks all of it before anything is used.
     *
     * @param arena owns the mapping, where the weights and constants of the definition lie
     * @throws ModelFormatException if the file is missing, unreadable, damaged, inconsistent, or of another version; the
     *     message names it and the place
     */
    public static ModelDefinition read(Path file, Arena arena) {
        MemorySegment mapped = map(file, arena);
        try {
            FileLayout layout = FileLayout.read(mapped);
            Header header = Header.parseFrom(layout.header(mapped).toArray(ValueLayout.JAVA_BYTE));
            ModelChecks.counts(file.toString(), header.getTensorsCount(), header.getOperationsCount(), 0);
            ModelDefinition definition = definition(header, new OperationDecoder(layout.data(mapped)));
            ModelChecks.check(definition, file.toString());
            return definition;
        } catch (FileLayout.DamageException | FieldException e) {
            throw new ModelFormatException(file + ": " + e.getMessage(), e);
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFormatException(file + ": header: " + e.getMessage(), e);
        } catch (InternalError e) {
            throw new ModelFormatException(file + ": the file changed while it was read", e);
        }
    }

    private static MemorySegment map(Path file, Arena arena) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new ModelFormatException(file + ": this is not a file");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (NoSuchFileException e) {
            throw new ModelFormatException(file + ": no such file or folder", e);
        } catch (IOException e) {
            throw new ModelFormatException(file + ": the file cannot be read: " + e.getMessage(), e);
        }
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
                metadata(header.getMetadata()),
                tensors,
                operations,
                header.getInputsList(),
                header.getOutputsList(),
                header.getBatchable());
    }

    private static ModelMetadata metadata(Metadata metadata) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (Setting setting : metadata.getSettingsList()) {
            settings.put(setting.getName(), setting.getValue());
        }
        return new ModelMetadata(
                metadata.getName(),
                metadata.getLabelsList(),
                new ModelMetadata.Preprocessing(metadata.getMeanList(), metadata.getStdList(), metadata.getCrop()),
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
