package dev.octavo.tools.json;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as JSON and reads them again. A component may be a boolean, int, long, float, double, {@link String},
 * {@link java.nio.file.Path}, enum, record, sealed interface of records, {@link java.util.Optional}, {@link
 * java.util.OptionalInt}, {@link java.util.OptionalDouble}, {@link List}, {@link java.util.Set}, or {@link Map} from
 * strings. A record of a sealed interface has its name under {@code type}.
 */
public final class RecordJson {
    private RecordJson() {}

    /** A record as text over several lines. Equal records give equal texts. */
    public static String write(Record value) {
        return JsonText.indented(RecordWriter.tree(value));
    }

    /**
     * A record as flat settings, in the order of its components: the path of each value, such as {@code
     * quantization.ranges.count}, to the value. Names of records stand at the path of the record. What is empty is left out.
     */
    public static Map<String, String> settings(Record value) {
        Map<String, String> settings = new LinkedHashMap<>();
        flatten("", RecordWriter.tree(value), settings);
        return settings;
    }

    /**
     * Reads a record.
     *
     * @param source what messages call the text
     * @param defaults what the text may leave out
     * @throws JsonException if the text is malformed, has a key that the record does not have, or a value that it does not
     *     take
     */
    public static <T extends Record> T read(String text, String source, T defaults) {
        return new RecordReader(source).read(JsonText.parse(text, source), defaults);
    }

    private static void flatten(String path, Map<?, ?> tree, Map<String, String> settings) {
        tree.forEach((name, node) -> {
            String key = path.isEmpty() ? name.toString() : name.equals(Names.TYPE) ? path : path + "." + name;
            if (node instanceof Map<?, ?> inner) {
                flatten(key, inner, settings);
            } else if (!empty(node)) {
                settings.put(key, node instanceof List<?> list ? joined(list) : node.toString());
            }
        });
    }

    private static String joined(List<?> list) {
        return list.stream()
                .map(node ->
                        node instanceof String || node instanceof BigDecimal ? node.toString() : JsonText.compact(node))
                .collect(Collectors.joining(","));
    }

    private static boolean empty(@Nullable Object node) {
        return node == null || (node instanceof List<?> list && list.isEmpty());
    }
}
