package dev.octavo.tools.records;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** Records that differ from a given one in one component, however deep: every value of every choice, and others of numbers. */
public final class RecordVariants {
    private RecordVariants() {}

    /**
     * The variants of a record.
     *
     * @throws AssertionError if a component has no other value that the record accepts by itself
     */
    public static <T extends Record> List<T> of(T record) {
        List<T> variants = new ArrayList<>();
        RecordComponent[] components = record.getClass().getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            Object standard = RecordWriter.read(components[i], record);
            List<Object> values = components[i].getType().isRecord()
                    ? List.copyOf(of((Record) standard))
                    : samples(components[i].getGenericType());
            int before = variants.size();
            for (Object value : values) {
                if (!value.equals(standard)) {
                    with(record, i, value).ifPresent(variants::add);
                }
            }
            if (variants.size() == before && !pairs(record, i, variants)) {
                throw new AssertionError(components[i] + " of " + record + " can be nothing else");
            }
        }
        return variants;
    }

    /** Two components of the same type may have to change together, such as means and deviations. */
    private static <T extends Record> boolean pairs(T record, int index, List<T> variants) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        int before = variants.size();
        for (int other = 0; other < components.length; other++) {
            if (other != index && components[other].getGenericType().equals(components[index].getGenericType())) {
                for (Object value : samples(components[index].getGenericType())) {
                    int second = other;
                    with(record, index, value, second, value).ifPresent(variants::add);
                }
            }
        }
        return variants.size() > before;
    }

    private static <T extends Record> Optional<T> with(T record, Object... changes) {
        Object[] values = Arrays.stream(record.getClass().getRecordComponents())
                .map(component -> RecordWriter.read(component, record))
                .toArray();
        for (int i = 0; i < changes.length; i += 2) {
            values[(int) changes[i]] = changes[i + 1];
        }
        @SuppressWarnings("unchecked")
        Class<T> type = (Class<T>) record.getClass();
        return make(type, values);
    }

    private static <T> Optional<T> make(Class<T> type, Object... values) {
        try {
            var constructor = type.getDeclaredConstructor(Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return Optional.of(constructor.newInstance(values));
        } catch (InvocationTargetException e) {
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type + " cannot be made", e);
        }
    }

    private static List<Object> samples(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type element = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            return samples(element).stream()
                    .map(value -> generic.getRawType() == Optional.class
                            ? Optional.of(value)
                            : generic.getRawType() == Map.class
                                    ? Map.of("key", value)
                                    : generic.getRawType() == Set.class ? Set.of(value) : List.of(value))
                    .toList();
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isEnum()) {
            return List.of(plain.getEnumConstants());
        }
        if (plain.isSealed()) {
            return Names.records(plain).values().stream()
                    .flatMap(record -> samples(record).stream())
                    .toList();
        }
        if (plain.isRecord()) {
            List<Object> records = combinations(plain).toList();
            if (records.isEmpty()) {
                throw new AssertionError("no sample makes a " + plain);
            }
            return records;
        }
        return scalars(plain);
    }

    private static List<Object> scalars(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "boolean", "Boolean" -> List.of(false, true);
            case "int", "Integer" -> List.of(2, 5, 100);
            case "long", "Long" -> List.of(2L, 1L << 40);
            case "float", "Float" -> List.of(0.1f, 3f, 99.9f);
            case "double", "Double" -> List.of(0.1, 3.0, 99.9);
            case "String" -> List.of("two words \"and\" ünï\n");
            case "Path" -> List.of(Path.of("a", "b c.json"));
            case "OptionalInt" -> List.of(OptionalInt.of(7));
            case "OptionalDouble" -> List.of(OptionalDouble.of(0.3), OptionalDouble.of(5.5));
            default -> throw new AssertionError("no samples of " + type);
        };
    }

    /** All records whose components are samples; the first few samples of each. */
    private static Stream<Object> combinations(Class<?> type) {
        Stream<List<Object>> values = Stream.of(List.of());
        for (RecordComponent component : type.getRecordComponents()) {
            List<Object> samples = samples(component.getGenericType());
            values = values.flatMap(list -> samples.stream().map(sample -> {
                List<Object> longer = new ArrayList<>(list);
                longer.add(sample);
                return longer;
            }));
        }
        return values.limit(200).flatMap(list -> make(type, list.toArray()).stream());
    }
}
