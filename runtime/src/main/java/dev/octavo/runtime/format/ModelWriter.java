package dev.octavo.runtime.format;

import com.google.protobuf.ByteString;
import dev.octavo.runtime.format.proto.Header;
import dev.octavo.runtime.format.proto.Metadata;
import dev.octavo.runtime.format.proto.Setting;
import dev.octavo.runtime.format.proto.Task;
import dev.octavo.runtime.format.proto.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Writes model files: the same bytes for the same definition, always. */
public final class ModelWriter {
    private ModelWriter() {}

    /**
     * Writes a model. A file that is there is replaced only once the new one is complete, so that a model that is being read
     * from it stays as it is.
     *
     * @throws ModelFormatException if the definition is inconsistent
     * @throws IOException if the file cannot be written, or is there and no regular file
     */
    public static void write(ModelDefinition definition, Path file) throws IOException {
        ModelChecks.check(definition, definition.metadata().name(), ModelLimits.defaults());
        DataSection data = new DataSection();
        byte[] header = header(definition, data).toByteArray();
        if (header.length > FileLayout.MAX_HEADER_BYTES) {
            throw new IOException(file + ": the header would take " + header.length + " bytes, more than "
                    + FileLayout.MAX_HEADER_BYTES);
        }
        FileLayout layout = new FileLayout(
                header.length, data.bytes(), FileLayout.checksum(MemorySegment.ofArray(header)), data.checksum());
        FileReplacement.write(file, channel -> {
            write(channel, ByteBuffer.wrap(layout.prologue()));
            write(channel, ByteBuffer.wrap(header));
            write(channel, ByteBuffer.allocate((int) (layout.dataOffset() - channel.position())));
            data.write(channel);
        });
    }

    private static Header header(ModelDefinition definition, DataSection data) {
        Header.Builder header = Header.newBuilder()
                .setMetadata(metadata(definition.metadata()))
                .addAllInputs(definition.inputs())
                .addAllOutputs(definition.outputs())
                .setBatchable(definition.batchable());
        for (TensorDefinition tensor : definition.tensors()) {
            header.addTensors(tensor(tensor, data));
        }
        OperationEncoder encoder = new OperationEncoder(data);
        for (OperationDefinition operation : definition.operations()) {
            header.addOperations(encoder.encode(operation));
        }
        return header.build();
    }

    private static Metadata metadata(ModelMetadata metadata) {
        Metadata.Builder builder = Metadata.newBuilder()
                .setName(metadata.name())
                .addAllLabels(metadata.labels())
                .addAllMean(metadata.preprocessing().mean())
                .addAllStd(metadata.preprocessing().std())
                .setCrop(metadata.preprocessing().crop())
                .setChannels(Enums.proto(metadata.preprocessing().channels()))
                .setFit(Enums.proto(metadata.preprocessing().fit()))
                .addAllFill(metadata.preprocessing().fill());
        if (!metadata.task().equals(ModelMetadata.Task.UNKNOWN)) {
            builder.setTask(Task.newBuilder()
                    .setKind(Enums.proto(metadata.task().kind()))
                    .setDecoder(metadata.task().decoder())
                    .addAllAnchors(metadata.task().anchors()));
        }
        metadata.settings()
                .forEach((name, value) ->
                        builder.addSettings(Setting.newBuilder().setName(name).setValue(value)));
        return builder.build();
    }

    private static Tensor tensor(TensorDefinition tensor, DataSection data) {
        Tensor.Builder builder = Tensor.newBuilder()
                .setName(tensor.name())
                .setType(Enums.proto(tensor.type()))
                .setScale(tensor.scale())
                .setZeroCodes(ByteString.copyFrom(tensor.zeroCodes()));
        for (int size : tensor.shape()) {
            builder.addShape(size);
        }
        MemorySegment constant = tensor.constant();
        if (constant != null) {
            builder.setConstant(data.add(constant));
        }
        return builder.build();
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
