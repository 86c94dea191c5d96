package dev.octavo.tools.records;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What types and constants are called in JSON. */
final class Names {
    /** The key that says which record of a sealed interface an object is. */
    static final String TYPE = "type";

    private Names() {}

    /** {@code SQUANT_KERNEL} is {@code squant-kernel}. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code LeastSquares} is {@code least-squares}. */
    static String of(Class<?> type) {
        return type.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    /** Whether objects of a record carry its name: it belongs to a sealed interface. */
    static boolean isNamed(Class<?> record) {
        return Arrays.stream(record.getInterfaces()).anyMatch(Class::isSealed);
    }

    /** The records of a sealed interface and of those that it permits, by name; of a record itself. */
    static Map<String, Class<?>> records(Class<?> declared) {
        Map<String, Class<?>> records = new TreeMap<>();
        permitted(declared).forEach(type -> {
            if (records.put(of(type), type) != null) {
                throw new IllegalArgumentException(declared + " has two records named " + of(type));
            }
        });
        return records;
    }

    private static Stream<Class<?>> permitted(Class<?> declared) {
        return declared.isSealed()
                ? Arrays.stream(declared.getPermittedSubclasses()).flatMap(Names::permitted)
                : Stream.of(declared);
    }
}
