package dev.octavo.server.protocol;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads requests for inference: JSON, alone or with binary tensors behind it (the protocol's REST form and its binary
 * tensor data extension). What it does not know, it ignores.
 */
public final class RequestJson {
    private static final int DEEPEST = 100;
    private static final int LONGEST_NAME = 1000;
    private static final int MOST_TENSORS = 100;
    private static final int LONGEST_ID = 1000;
    private static final long MOST_MICROSECONDS = 1_000_000L * 3600 * 24;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNameLength(LONGEST_NAME)
                    .maxNumberLength(LONGEST_NAME)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final byte[] body;
    private final int jsonEnd;
    private int binaryAt;

    private RequestJson(byte[] body, int offset, int jsonLength) {
        this.body = body;
        this.jsonEnd = offset + jsonLength;
        this.binaryAt = jsonEnd;
    }

    /**
     * Reads a request.
     *
     * @param body JSON, then tensors
     * @param jsonLength bytes of the JSON, within the body
     * @throws ProtocolException if it is malformed; the message says where
     */
    public static InferRequest read(byte[] body, int jsonLength) {
        RequestJson request = new RequestJson(body, 0, jsonLength);
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), body, 0, jsonLength)) {
            return request.read(parser);
        } catch (JacksonException e) {
            // A limit that is passed has no location.
            String place =
                    e.getLocation() == null ? "" : "byte " + e.getLocation().getByteOffset() + ": ";
            throw ProtocolException.invalid("the request is no JSON that is accepted: " + place
                    + Texts.shown(String.valueOf(e.getOriginalMessage())));
        }
    }

    private InferRequest read(JsonParser parser) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw ProtocolException.invalid("the request must be a JSON object");
        }
        String id = "";
        Parameters parameters = new Parameters();
        List<InputTensor> inputs = new ArrayList<>();
        List<OutputRequest> outputs = new ArrayList<>();
        List<OutputParts> asked = new ArrayList<>();
        boolean hasInputs = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (key) {
                case "id" -> id = id(parser, value);
                case "parameters" -> parameters.read(parser, value);
                case "inputs" -> {
                    hasInputs = true;
                    array(value, "inputs");
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        few(inputs.size(), "inputs");
                        inputs.add(input(parser));
                    }
                }
                case "outputs" -> {
                    array(value, "outputs");
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        few(asked.size(), "outputs");
                        asked.add(output(parser));
                    }
                }
                default -> parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw ProtocolException.invalid("the request goes on after its JSON object");
        }
        if (!hasInputs) {
            throw ProtocolException.invalid("the request has no 'inputs'");
        }
        if (binaryAt != body.length) {
            throw ProtocolException.invalid((body.length - binaryAt)
                    + " bytes follow the last tensor: the sum of 'binary_data_size' must be what follows the JSON");
        }
        for (OutputParts output : asked) {
            Boolean binary = output.parameters.binary;
            outputs.add(new OutputRequest(
                    output.name, binary == null ? parameters.binaryOutputs : binary, output.parameters.classes));
        }
        return new InferRequest(id, parameters.timeout, parameters.priority, inputs, outputs, parameters.binaryOutputs);
    }

    private static void few(int size, String what) {
        if (size >= MOST_TENSORS) {
            throw ProtocolException.invalid("more than " + MOST_TENSORS + " " + what);
        }
    }

    private static void array(JsonToken value, String key) {
        if (value != JsonToken.START_ARRAY) {
            throw ProtocolException.invalid("'" + key + "' must be an array");
        }
    }

    private static String id(JsonParser parser, JsonToken value) {
        if (!value.isScalarValue() || parser.getString().length() > LONGEST_ID) {
            throw ProtocolException.invalid("'id' must be a string of at most " + LONGEST_ID + " characters");
        }
        return value == JsonToken.VALUE_NULL ? "" : parser.getString();
    }

    private static void object(JsonParser parser, String what) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw ProtocolException.invalid("each of the " + what + " must be an object");
        }
    }

    private static String string(JsonParser parser, JsonToken value, String key) {
        if (value != JsonToken.VALUE_STRING || parser.getStringLength() > LONGEST_NAME) {
            throw ProtocolException.invalid(
                    "'" + key + "' must be a string of at most " + LONGEST_NAME + " characters");
        }
        return parser.getString();
    }

    private record OutputParts(String name, Parameters parameters) {}

    private static OutputParts output(JsonParser parser) {
        object(parser, "outputs");
        String name = null;
        Parameters parameters = new Parameters();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (key) {
                case "name" -> name = string(parser, value, "name");
                case "parameters" -> parameters.read(parser, value);
                default -> parser.skipChildren();
            }
        }
        if (name == null) {
            throw ProtocolException.invalid("an output has no 'name'");
        }
        return new OutputParts(name, parameters);
    }

    private InputTensor input(JsonParser parser) {
        object(parser, "inputs");
        String name = null;
        String type = null;
        long[] shape = null;
        Parameters parameters = new Parameters();
        NumberList numbers = null;
        List<byte[]> strings = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (key) {
                case "name" -> name = string(parser, value, "name");
                case "datatype" -> type = string(parser, value, "datatype");
                case "shape" -> shape = shape(parser, value);
                case "parameters" -> parameters.read(parser, value);
                case "data" -> {
                    numbers = new NumberList();
                    strings = new ArrayList<>();
                    data(parser, value, numbers, strings);
                }
                default -> parser.skipChildren();
            }
        }
        if (name == null || type == null || shape == null) {
            throw ProtocolException.invalid(
                    "an input lacks " + (name == null ? "'name'" : type == null ? "'datatype'" : "'shape'"));
        }
        DataType dataType = DataType.parse(Texts.shown(name), type);
        int elements = Shapes.elements(Texts.shown(name), shape);
        if (parameters.binarySize >= 0) {
            return binary(name, dataType, shape, parameters.binarySize, numbers != null);
        }
        if (numbers == null || strings == null) {
            throw ProtocolException.invalid(
                    "tensor '" + Texts.shown(name) + "' has neither 'data' nor the parameter 'binary_data_size'");
        }
        int given = dataType == DataType.BYTES ? strings.size() : numbers.size();
        if (given != elements || numbers.size() + strings.size() != given) {
            throw ProtocolException.invalid("tensor '" + Texts.shown(name) + "' has " + numbers.size() + " numbers and "
                    + strings.size() + " strings where its type and shape need " + elements + " "
                    + (dataType == DataType.BYTES ? "strings" : "numbers"));
        }
        return dataType == DataType.BYTES
                ? InputTensor.ofStrings(name, shape, strings)
                : InputTensor.ofNumbers(name, dataType, shape, numbers.toData(name, dataType));
    }

    private InputTensor binary(String name, DataType type, long[] shape, long size, boolean alsoData) {
        if (alsoData) {
            throw ProtocolException.invalid(
                    "tensor '" + Texts.shown(name) + "' has both 'data' and the parameter 'binary_data_size'");
        }
        if (size > body.length - binaryAt) {
            throw ProtocolException.invalid("tensor '" + Texts.shown(name) + "': 'binary_data_size' is " + size
                    + ", but only " + (body.length - binaryAt) + " bytes follow; is the header"
                    + " Inference-Header-Content-Length right?");
        }
        int from = binaryAt;
        binaryAt += (int) size;
        if (type == DataType.BYTES) {
            return InputTensor.ofStrings(name, shape, ByteStrings.read(name, ByteBuffer.wrap(body, from, (int) size)));
        }
        return InputTensor.ofNumbers(
                name, type, shape, MemorySegment.ofArray(body).asSlice(from, size));
    }

    private static long[] shape(JsonParser parser, JsonToken value) {
        array(value, "shape");
        List<Long> shape = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            few(shape.size(), "dimensions");
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                throw ProtocolException.invalid("'shape' must hold whole numbers");
            }
            shape.add(parser.getLongValue());
        }
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    /** Reads numbers or strings, nested or flat: the order of nested ones is that of the flat. */
    private static void data(JsonParser parser, JsonToken first, NumberList numbers, List<byte[]> strings) {
        if (first != JsonToken.START_ARRAY) {
            throw ProtocolException.invalid("'data' must be an array");
        }
        int depth = 1;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            switch (token) {
                case START_ARRAY -> depth++;
                case END_ARRAY -> depth--;
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> numbers.add(parser.getDoubleValue());
                case VALUE_STRING -> strings.add(bytes(parser.getString()));
                case null -> throw ProtocolException.invalid("'data' has no end");
                default -> throw ProtocolException.invalid("'data' must hold numbers or strings");
            }
        }
    }

    /** A picture in JSON is base64, as bytes are in this format; a string that is none stands for its UTF-8. */
    private static byte[] bytes(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** What the parameters of a request, an input or an output say, as far as it means anything here. */
    private static final class Parameters {
        private Duration timeout = Duration.ZERO;
        private int priority;
        private boolean binaryOutputs;
        private @Nullable Boolean binary;
        private int classes;
        private long binarySize = -1;

        void read(JsonParser parser, JsonToken first) {
            if (first == JsonToken.VALUE_NULL) {
                return;
            }
            if (first != JsonToken.START_OBJECT) {
                throw ProtocolException.invalid("'parameters' must be an object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (key) {
                    case "timeout" -> timeout = Duration.ofNanos(1000 * whole(parser, value, key, MOST_MICROSECONDS));
                    case "priority" -> priority = (int) whole(parser, value, key, 3);
                    case "binary_data_output" -> binaryOutputs = truth(value, key);
                    case "binary_data" -> binary = truth(value, key);
                    case "classification" -> classes = (int) whole(parser, value, key, Integer.MAX_VALUE);
                    case "binary_data_size" -> binarySize = whole(parser, value, key, Integer.MAX_VALUE);
                    default -> parser.skipChildren();
                }
            }
        }

        private static long whole(JsonParser parser, JsonToken value, String key, long most) {
            if (value == JsonToken.VALUE_NUMBER_INT) {
                double number = parser.getDoubleValue();
                if (number >= 0 && number <= most) {
                    return (long) number;
                }
            }
            throw ProtocolException.invalid("the parameter '" + key + "' must be a whole number in 0.." + most);
        }

        private static boolean truth(JsonToken value, String key) {
            if (value == JsonToken.VALUE_TRUE || value == JsonToken.VALUE_FALSE) {
                return value == JsonToken.VALUE_TRUE;
            }
            throw ProtocolException.invalid("the parameter '" + key + "' must be true or false");
        }
    }
}
