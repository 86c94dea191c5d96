package dev.octavo.tools.records;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into trees of maps, lists, strings, numbers, booleans and null. Maps and sets come out in the order of
 * their keys, so that equal records always give equal trees.
 */
final class RecordWriter {
    private RecordWriter() {}

    static Map<String, @Nullable Object> tree(Record value) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            tree.put(component.getName(), node(read(component, value)));
        }
        return tree;
    }

    /** The value of a component. */
    static Object read(RecordComponent component, Record value) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(value);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalArgumentException("cannot read " + component + " of " + value.getClass(), e);
        }
    }

    private static @Nullable Object node(Object value) {
        return switch (value) {
            case Boolean truth -> truth;
            case String text -> text;
            case Integer number -> BigDecimal.valueOf(number);
            case Long number -> BigDecimal.valueOf(number);
            case Float number -> real(number, number);
            case Double number -> real(number, number);
            case Path path -> path.toString();
            case Enum<?> constant -> Names.of(constant);
            case Optional<?> optional -> optional.map(RecordWriter::node).orElse(null);
            case OptionalInt optional -> optional.isPresent() ? node(optional.getAsInt()) : null;
            case OptionalDouble optional -> optional.isPresent() ? node(optional.getAsDouble()) : null;
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> sorted = new TreeMap<>();
                map.forEach((key, element) -> sorted.put(key.toString(), node(element)));
                yield sorted;
            }
            case Set<?> set -> list(set.stream().sorted().toList());
            case List<?> list -> list(list);
            case Record record -> named(record);
            default -> throw new IllegalArgumentException(value.getClass() + " has no form in JSON");
        };
    }

    private static Map<String, @Nullable Object> named(Record value) {
        if (!Names.isNamed(value.getClass())) {
            return tree(value);
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put(Names.TYPE, Names.of(value.getClass()));
        tree.putAll(tree(value));
        return tree;
    }

    private static List<@Nullable Object> list(Collection<?> values) {
        List<@Nullable Object> list = new ArrayList<>();
        values.forEach(value -> list.add(node(value)));
        return list;
    }

    /** The shortest decimal that reads back as the same number; text where JSON has no number. */
    private static Object real(Object number, double value) {
        return Double.isFinite(value) ? new BigDecimal(number.toString()) : number.toString();
    }
}
