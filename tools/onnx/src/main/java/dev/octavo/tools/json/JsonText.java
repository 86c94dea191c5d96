package dev.octavo.tools.json;

import dev.octavo.tools.records.RecordException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** Reads and writes JSON text of trees of maps, lists, strings, {@link BigDecimal}s, booleans and null. */
public final class JsonText {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final ObjectWriteContext INDENTED = new ObjectWriteContext.Base() {
        @Override
        public PrettyPrinter getPrettyPrinter() {
            return new DefaultPrettyPrinter();
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    };

    private JsonText() {}

    /**
     * Reads one object.
     *
     * @param source what messages call the text
     * @throws RecordException if the text is malformed, no object, nested too deeply, or has a key twice
     */
    public static Map<String, @Nullable Object> parse(String text, String source) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new RecordException(source + ": is no JSON object; it must begin with {");
            }
            Map<String, @Nullable Object> object = object(parser);
            if (parser.nextToken() != null) {
                throw new RecordException(source + ": goes on after its last }");
            }
            return object;
        } catch (JacksonException e) {
            // A limit that is passed, as of nested values, has no location.
            String place = e.getLocation() == null
                    ? ""
                    : "line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ": ";
            throw new RecordException(source + ": is no JSON: " + place + e.getOriginalMessage(), e);
        }
    }

    private static Map<String, @Nullable Object> object(JsonParser parser) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            object.put(name, value(parser));
        }
        return object;
    }

    private static @Nullable Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getString();
        };
    }

    /** Over several lines, with a line feed at the end. */
    static String indented(Map<String, @Nullable Object> tree) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(INDENTED, text)) {
            write(json, tree);
        }
        return text + "\n";
    }

    private static void write(JsonGenerator json, @Nullable Object node) {
        switch (node) {
            case null -> json.writeNull();
            case Boolean truth -> json.writeBoolean(truth);
            case BigDecimal number -> json.writeNumber(number);
            case Map<?, ?> map -> {
                json.writeStartObject();
                map.forEach((name, value) -> {
                    json.writeName(name.toString());
                    write(json, value);
                });
                json.writeEndObject();
            }
            case List<?> list -> {
                json.writeStartArray();
                list.forEach(value -> write(json, value));
                json.writeEndArray();
            }
            default -> json.writeString(node.toString());
        }
    }
}
