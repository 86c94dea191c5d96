package dev.octavo.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.octavo.server.grpc.proto.InferParameter;
import dev.octavo.server.grpc.proto.InferTensorContents;
import dev.octavo.server.grpc.proto.ModelInferRequest;
import dev.octavo.server.grpc.proto.ModelInferRequest.InferInputTensor;
import dev.octavo.server.grpc.proto.ModelInferResponse;
import dev.octavo.server.grpc.proto.ModelInferResponse.InferOutputTensor;
import dev.octavo.server.protocol.ByteStrings;
import dev.octavo.server.protocol.DataType;
import dev.octavo.server.protocol.InferRequest;
import dev.octavo.server.protocol.InferResponse;
import dev.octavo.server.protocol.InferResponse.Output;
import dev.octavo.server.protocol.InputTensor;
import dev.octavo.server.protocol.OutputRequest;
import dev.octavo.server.protocol.ProtocolException;
import dev.octavo.server.protocol.Texts;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Translates between the messages of gRPC and the requests and answers of the protocol. */
final class GrpcMessages {
    private static final int LARGEST_PRIORITY = 3;
    private static final long MOST_MICROSECONDS = 1_000_000L * 3600 * 24;

    private GrpcMessages() {}

    /**
     * Returns what a message asks for.
     *
     * @param deadline of the call; zero for none
     * @throws ProtocolException if it contradicts itself
     */
    static InferRequest request(ModelInferRequest message, Duration deadline) {
        int raw = message.getRawInputContentsCount();
        if (raw != 0 && raw != message.getInputsCount()) {
            throw ProtocolException.invalid("there are " + raw + " raw_input_contents for " + message.getInputsCount()
                    + " inputs; there must be one for each, or none");
        }
        List<InputTensor> inputs = new ArrayList<>();
        for (int i = 0; i < message.getInputsCount(); i++) {
            InferInputTensor input = message.getInputs(i);
            if (raw != 0 && input.hasContents()) {
                throw ProtocolException.invalid("tensor '" + Texts.shown(input.getName())
                        + "' has contents beside raw_input_contents; use one of them for all");
            }
            inputs.add(raw == 0 ? typed(input) : raw(input, message.getRawInputContents(i)));
        }
        List<OutputRequest> outputs = message.getOutputsList().stream()
                .map(output -> new OutputRequest(
                        output.getName(), true, (int) whole(output.getParametersMap(), "classification", 1 << 20)))
                .toList();
        Map<String, InferParameter> parameters = message.getParametersMap();
        Duration timeout = Duration.ofNanos(1000 * whole(parameters, "timeout", MOST_MICROSECONDS));
        boolean sooner = !deadline.isZero() && (timeout.isZero() || deadline.compareTo(timeout) < 0);
        return new InferRequest(
                message.getId(),
                sooner ? deadline : timeout,
                (int) whole(parameters, "priority", LARGEST_PRIORITY),
                inputs,
                outputs,
                true);
    }

    private static long whole(Map<String, InferParameter> parameters, String key, long most) {
        InferParameter parameter = parameters.get(key);
        if (parameter == null) {
            return 0;
        }
        long value = switch (parameter.getParameterChoiceCase()) {
            case INT64_PARAM -> parameter.getInt64Param();
            case UINT64_PARAM -> parameter.getUint64Param();
            default -> -1;
        };
        if (value < 0 || value > most) {
            throw ProtocolException.invalid("the parameter '" + key + "' must be a whole number in 0.." + most);
        }
        return value;
    }

    private static long[] shape(InferInputTensor input) {
        return input.getShapeList().stream().mapToLong(Long::longValue).toArray();
    }

    private static InputTensor raw(InferInputTensor input, ByteString data) {
        DataType type = DataType.parse(Texts.shown(input.getName()), input.getDatatype());
        if (type == DataType.BYTES) {
            return InputTensor.ofStrings(
                    input.getName(), shape(input), ByteStrings.read(input.getName(), data.asReadOnlyByteBuffer()));
        }
        return InputTensor.ofNumbers(input.getName(), type, shape(input), MemorySegment.ofArray(data.toByteArray()));
    }

    private static InputTensor typed(InferInputTensor input) {
        DataType type = DataType.parse(Texts.shown(input.getName()), input.getDatatype());
        InferTensorContents contents = input.getContents();
        long[] shape = shape(input);
        return switch (type) {
            case BYTES ->
                InputTensor.ofStrings(
                        input.getName(),
                        shape,
                        contents.getBytesContentsList().stream()
                                .map(ByteString::toByteArray)
                                .toList());
            case FP32 -> {
                float[] values = new float[contents.getFp32ContentsCount()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = contents.getFp32Contents(i);
                }
                yield InputTensor.ofNumbers(input.getName(), type, shape, MemorySegment.ofArray(values));
            }
            case UINT8 -> {
                byte[] values = new byte[contents.getUintContentsCount()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = code(input, Integer.toUnsignedLong(contents.getUintContents(i)), 0, i);
                }
                yield InputTensor.ofNumbers(input.getName(), type, shape, MemorySegment.ofArray(values));
            }
            case INT8 -> {
                byte[] values = new byte[contents.getIntContentsCount()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = code(input, contents.getIntContents(i), -128, i);
                }
                yield InputTensor.ofNumbers(input.getName(), type, shape, MemorySegment.ofArray(values));
            }
        };
    }

    private static byte code(InferInputTensor input, long value, int least, int position) {
        if (value < least || value > least + 255L) {
            throw ProtocolException.invalid("tensor '" + Texts.shown(input.getName()) + "': " + value + " at position "
                    + position + " is no " + Texts.shown(input.getDatatype()));
        }
        return (byte) value;
    }

    /** Returns the message of an answer, its tensors as raw_output_contents. */
    static ModelInferResponse response(InferResponse response) {
        ModelInferResponse.Builder message = ModelInferResponse.newBuilder()
                .setModelName(response.model())
                .setModelVersion(response.version())
                .setId(response.id());
        for (Output output : response.outputs()) {
            InferOutputTensor.Builder tensor = InferOutputTensor.newBuilder()
                    .setName(output.name())
                    .setDatatype(output.type().name());
            for (long size : output.shape()) {
                tensor.addShape(size);
            }
            message.addOutputs(tensor);
            message.addRawOutputContents(raw(output));
        }
        return message.build();
    }

    private static ByteString raw(Output output) {
        if (output.type() == DataType.BYTES) {
            ByteBuffer bytes = ByteBuffer.allocate(ByteStrings.size(output.strings()));
            ByteStrings.write(output.strings(), bytes);
            return UnsafeByteOperations.unsafeWrap(bytes.array());
        }
        return UnsafeByteOperations.unsafeWrap(output.data().toArray(ValueLayout.JAVA_BYTE));
    }
}
