package dev.octavo.server.protocol;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes JSON texts. */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    static JsonGenerator generator(ByteArrayOutputStream out) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8);
    }

    /** Returns one object, of what the writer puts into it. */
    public static byte[] object(Consumer<JsonGenerator> writer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator generator = generator(out)) {
            generator.writeStartObject();
            writer.accept(generator);
            generator.writeEndObject();
        }
        return out.toByteArray();
    }

    /** Returns the protocol's form of an error. */
    public static byte[] error(String text) {
        return object(json -> json.writeStringProperty("error", text));
    }
}
