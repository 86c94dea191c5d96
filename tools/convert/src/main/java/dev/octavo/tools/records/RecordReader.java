package dev.octavo.tools.records;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes records of trees as {@link RecordWriter} gives them; what a tree leaves out comes from a record that is given. */
final class RecordReader {
    private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

    private final String source;

    RecordReader(String source) {
        this.source = source;
    }

    /** A record; absent keys take the values of {@code defaults}. */
    <T extends Record> T read(Map<?, ?> tree, T defaults) {
        Class<T> type = typeOf(defaults);
        return type.cast(record(type, tree, defaults, ""));
    }

    @SuppressWarnings("unchecked")
    private static <T> Class<T> typeOf(T value) {
        return (Class<T>) value.getClass();
    }

    private Object value(Type type, @Nullable Object node, @Nullable Object defaults, String key) {
        if (type instanceof ParameterizedType generic) {
            return container(generic, node, key);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == OptionalInt.class) {
            return node == null ? OptionalInt.empty() : OptionalInt.of(number(node, key, BigDecimal::intValueExact));
        }
        if (plain == OptionalDouble.class) {
            return node == null
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(real(node, key).doubleValue());
        }
        if (plain.isRecord() || plain.isSealed()) {
            return choice(plain, object(node, key), defaults, key);
        }
        return scalar(plain, node, key);
    }

    private Object scalar(Class<?> type, @Nullable Object node, String key) {
        if (type == boolean.class || type == Boolean.class) {
            if (node instanceof Boolean truth) {
                return truth;
            }
            throw rejection(key, "true or false", node);
        }
        if (type == int.class || type == Integer.class) {
            return number(node, key, BigDecimal::intValueExact);
        }
        if (type == long.class || type == Long.class) {
            return number(node, key, BigDecimal::longValueExact);
        }
        if (type == float.class || type == Float.class) {
            return real(node, key).floatValue();
        }
        if (type == double.class || type == Double.class) {
            return real(node, key).doubleValue();
        }
        if (type.isEnum()) {
            return constant(type, node, key);
        }
        if (type != String.class && type != Path.class) {
            throw new IllegalArgumentException(type + " has no form in JSON");
        }
        if (!(node instanceof String text)) {
            throw rejection(key, "a text in quotes", node);
        }
        try {
            return type == Path.class ? Path.of(text) : text;
        } catch (InvalidPathException e) {
            throw new RecordException(source + ": " + key + " is no path: " + e.getMessage(), e);
        }
    }

    private Object container(ParameterizedType type, @Nullable Object node, String key) {
        Type[] arguments = type.getActualTypeArguments();
        Type element = arguments[arguments.length - 1];
        if (type.getRawType() == Optional.class) {
            return Optional.ofNullable(node).map(present -> value(element, present, null, key));
        }
        if (type.getRawType() == List.class || type.getRawType() == Set.class) {
            if (!(node instanceof List<?> nodes)) {
                throw rejection(key, "a list in brackets", node);
            }
            Collection<Object> elements = type.getRawType() == Set.class ? new LinkedHashSet<>() : new ArrayList<>();
            for (int i = 0; i < nodes.size(); i++) {
                elements.add(value(element, nodes.get(i), null, key + "[" + i + "]"));
            }
            return elements;
        }
        if (type.getRawType() == Map.class && arguments[0] == String.class) {
            Map<Object, Object> elements = new LinkedHashMap<>();
            object(node, key)
                    .forEach((name, present) -> elements.put(name, value(element, present, null, key + "." + name)));
            return elements;
        }
        throw new IllegalArgumentException(type + " has no form in JSON");
    }

    private Object choice(Class<?> declared, Map<?, ?> tree, @Nullable Object defaults, String key) {
        if (declared.isRecord() && !Names.isNamed(declared)) {
            return record(declared, tree, defaults, key);
        }
        Map<String, Class<?>> records = Names.records(declared);
        Map<Object, @Nullable Object> rest = new LinkedHashMap<>(tree);
        Object name = rest.remove(Names.TYPE);
        Class<?> type = name instanceof String text ? records.get(text) : null;
        if (type == null) {
            throw rejection(key + "." + Names.TYPE, "one of " + String.join(", ", records.keySet()), name);
        }
        return record(type, rest, type.isInstance(defaults) ? defaults : null, key);
    }

    private Object record(Class<?> type, Map<?, ?> tree, @Nullable Object defaults, String key) {
        RecordComponent[] components = type.getRecordComponents();
        List<String> known =
                Arrays.stream(components).map(RecordComponent::getName).toList();
        for (Object name : tree.keySet()) {
            if (!known.contains(name)) {
                throw new RecordException(source + ": there is no key \"" + inner(key, name) + "\"; "
                        + (key.isEmpty() ? "the file" : key) + " has "
                        + (known.isEmpty() ? "none" : String.join(", ", known)));
            }
        }
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            RecordComponent component = components[i];
            Object standard = defaults == null ? null : RecordWriter.read(component, (Record) defaults);
            if (tree.containsKey(component.getName())) {
                values[i] = value(
                        component.getGenericType(),
                        tree.get(component.getName()),
                        standard,
                        inner(key, component.getName()));
            } else if (standard != null) {
                values[i] = standard;
            } else {
                throw new RecordException(source + ": " + inner(key, component.getName()) + " is missing");
            }
        }
        return construct(type, components, values, key);
    }

    private Object construct(Class<?> type, RecordComponent[] components, Object[] values, String key) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getTargetException();
            throw new RecordException(source + ": " + (key.isEmpty() ? "" : key + ": ") + cause.getMessage(), cause);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " cannot be made", e);
        }
    }

    private Object constant(Class<?> type, @Nullable Object node, String key) {
        Enum<?>[] constants = (Enum<?>[]) type.getEnumConstants();
        for (Enum<?> constant : constants) {
            if (Names.of(constant).equals(node)) {
                return constant;
            }
        }
        throw rejection(
                key, "one of " + Arrays.stream(constants).map(Names::of).collect(Collectors.joining(", ")), node);
    }

    private <T> T number(@Nullable Object node, String key, Function<BigDecimal, T> exact) {
        if (node instanceof BigDecimal number) {
            try {
                return exact.apply(number);
            } catch (ArithmeticException e) {
                throw rejection(key, "a whole number within range", node);
            }
        }
        throw rejection(key, "a whole number", node);
    }

    private Number real(@Nullable Object node, String key) {
        return switch (node) {
            case BigDecimal number -> number;
            case String text when NOT_FINITE.contains(text) -> Double.valueOf(text);
            case null, default -> throw rejection(key, "a number", node);
        };
    }

    private Map<?, ?> object(@Nullable Object node, String key) {
        if (node instanceof Map<?, ?> map) {
            return map;
        }
        throw rejection(key, "an object in braces", node);
    }

    private RecordException rejection(String key, String expected, @Nullable Object found) {
        return new RecordException(
                source + ": " + key + " must be " + expected + (found == null ? "" : ", not " + Records.text(found)));
    }

    private static String inner(String key, Object name) {
        return key.isEmpty() ? name.toString() : key + "." + name;
    }
}
