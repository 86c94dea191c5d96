package dev.octavo.tools.records;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into trees of maps, lists, strings, {@link java.math.BigDecimal}s, booleans and null, and such trees into
 * records. A component may be a boolean, int, long, float, double, {@link String}, {@link java.nio.file.Path}, enum, record,
 * sealed interface of records, {@link java.util.Optional}, {@link java.util.OptionalInt}, {@link java.util.OptionalDouble},
 * {@link List}, {@link java.util.Set}, or {@link Map} from strings. A record of a sealed interface has its name under
 * {@code type}.
 */
public final class Records {
    private Records() {}

    /** Returns the tree of a record. Equal records give equal trees, whose maps have the same order. */
    public static Map<String, @Nullable Object> tree(Record value) {
        return RecordWriter.tree(value);
    }

    /**
     * Reads a record from a tree.
     *
     * @param source what messages call the tree
     * @param defaults supplies what the tree leaves out
     * @throws RecordException if the tree has a key that the record does not have, or a value that it does not take
     */
    public static <T extends Record> T read(Map<String, ? extends @Nullable Object> tree, String source, T defaults) {
        return new RecordReader(source).read(tree, defaults);
    }

    /**
     * Returns a record as flat settings, in the order of its components: the path of each value, such as {@code
     * quantization.ranges.count}, to the value. Names of records stand at the path of the record. What is empty is left out.
     */
    public static Map<String, String> settings(Record value) {
        Map<String, String> settings = new LinkedHashMap<>();
        flatten("", RecordWriter.tree(value), settings);
        return settings;
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
                .map(node -> node instanceof String name ? name : text(node))
                .collect(Collectors.joining(","));
    }

    /** Returns part of a tree on one line, as a message shows it. */
    static String text(@Nullable Object node) {
        return switch (node) {
            case String string -> '"' + string + '"';
            case List<?> list -> list.stream().map(Records::text).collect(Collectors.joining(",", "[", "]"));
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(entry -> text(entry.getKey()) + ":" + text(entry.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
            case null, default -> String.valueOf(node);
        };
    }

    private static boolean empty(@Nullable Object node) {
        return node == null || (node instanceof List<?> list && list.isEmpty());
    }
}
