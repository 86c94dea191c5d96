package dev.octavo.server.protocol;

import dev.octavo.server.protocol.InferResponse.Output;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.core.JsonGenerator;

/**
 * An answer in the protocol's REST form: JSON, and binary tensors behind it if any were asked for.
 *
 * @param bytes of the body
 * @param jsonLength bytes of the JSON; −1 if there is nothing else
 */
public record ResponseBody(byte[] bytes, int jsonLength) {
    /** Writes an answer. */
    public static ResponseBody of(InferResponse response) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(256);
        int tail = 0;
        try (JsonGenerator generator = Json.generator(json)) {
            generator.writeStartObject();
            if (!response.id().isEmpty()) {
                generator.writeStringProperty("id", response.id());
            }
            generator.writeStringProperty("model_name", response.model());
            generator.writeStringProperty("model_version", response.version());
            generator.writeArrayPropertyStart("outputs");
            for (Output output : response.outputs()) {
                tail = Math.addExact(tail, write(generator, output));
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        if (response.outputs().stream().noneMatch(Output::binary)) {
            return new ResponseBody(json.toByteArray(), -1);
        }
        ByteBuffer body = ByteBuffer.allocate(Math.addExact(json.size(), tail));
        body.put(json.toByteArray());
        for (Output output : response.outputs()) {
            if (output.binary() && output.type() == DataType.BYTES) {
                ByteStrings.write(output.strings(), body);
            } else if (output.binary()) {
                int bytes = (int) output.data().byteSize();
                MemorySegment.copy(output.data(), ValueLayout.JAVA_BYTE, 0, body.array(), body.position(), bytes);
                body.position(body.position() + bytes);
            }
        }
        return new ResponseBody(body.array(), json.size());
    }

    /** Returns the bytes that follow the JSON for the output. */
    private static int write(JsonGenerator generator, Output output) {
        generator.writeStartObject();
        generator.writeStringProperty("name", output.name());
        generator.writeStringProperty("datatype", output.type().name());
        generator.writeArrayPropertyStart("shape");
        for (long size : output.shape()) {
            generator.writeNumber(size);
        }
        generator.writeEndArray();
        int size = 0;
        if (output.binary()) {
            size = output.type() == DataType.BYTES
                    ? ByteStrings.size(output.strings())
                    : (int) output.data().byteSize();
            generator.writeObjectPropertyStart("parameters");
            generator.writeNumberProperty("binary_data_size", size);
            generator.writeEndObject();
        } else {
            generator.writeArrayPropertyStart("data");
            writeData(generator, output);
            generator.writeEndArray();
        }
        generator.writeEndObject();
        return size;
    }

    private static void writeData(JsonGenerator generator, Output output) {
        MemorySegment data = output.data();
        switch (output.type()) {
            case FP32 -> {
                for (long at = 0; at < data.byteSize(); at += Float.BYTES) {
                    generator.writeNumber(data.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at));
                }
            }
            case UINT8 -> {
                for (long at = 0; at < data.byteSize(); at++) {
                    generator.writeNumber(Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, at)));
                }
            }
            case INT8 -> {
                for (long at = 0; at < data.byteSize(); at++) {
                    generator.writeNumber((int) data.get(ValueLayout.JAVA_BYTE, at));
                }
            }
            case BYTES -> output.strings().forEach(string -> generator.writeString(text(string)));
        }
    }

    private static String text(byte[] string) {
        String text = new String(string, StandardCharsets.UTF_8);
        return text.indexOf('\uFFFD') < 0 ? text : Base64.getEncoder().encodeToString(string);
    }
}
