package dev.octavo.server.repository;

import dev.octavo.tools.json.JsonText;
import dev.octavo.tools.records.RecordException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code config.json} beside a model says; all of it is optional:
 *
 * <pre>{@code
 * {"max_batch_size": 4, "max_queue_delay_microseconds": 500, "queue_size": 256, "timeout_milliseconds": 1000,
 *  "labels": ["cat", "dog"], "preprocessing": {"mean": [123.675, 116.28, 103.53], "std": [58.4, 57.1, 57.4], "crop": 0.875},
 *  "input_range": [0, 1]}
 * }</pre>
 *
 * @param maxBatch most rows of one run, a power of two; empty to measure it
 * @param maxWait how long an idle thread waits for a batch to fill; empty to measure it
 * @param queueRows most rows that wait; empty for the server's
 * @param timeout of requests that name none; empty for the server's
 * @param labels of the classes; empty for those of the model
 * @param mean per channel, on the scale 0..255; empty for the model's
 * @param std per channel, on the scale 0..255; empty for the model's
 * @param crop the part of the shorter side that remains; empty for the model's
 * @param inputRange least and greatest value of an input that is no picture, for the conversion; empty for a picture
 */
public record ModelConfig(
        OptionalInt maxBatch,
        Optional<Duration> maxWait,
        OptionalInt queueRows,
        Optional<Duration> timeout,
        List<String> labels,
        List<Float> mean,
        List<Float> std,
        Optional<Float> crop,
        List<Float> inputRange) {
    private static final Set<String> KEYS = Set.of(
            "max_batch_size",
            "max_queue_delay_microseconds",
            "queue_size",
            "timeout_milliseconds",
            "labels",
            "preprocessing",
            "input_range");
    private static final Set<String> PREPROCESSING_KEYS = Set.of("mean", "std", "crop");

    /** Copies the lists. */
    public ModelConfig {
        labels = List.copyOf(labels);
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        inputRange = List.copyOf(inputRange);
    }

    /** Returns the configuration that says nothing. */
    public static ModelConfig none() {
        return parse(Map.of(), "");
    }

    /**
     * Reads a file; one that is not there says nothing.
     *
     * @throws RepositoryException if it cannot be read, is malformed, or has an unknown key or a value out of range
     */
    public static ModelConfig read(Path file) {
        try {
            return parse(JsonText.parse(Files.readString(file), file.toString()), file.toString());
        } catch (NoSuchFileException e) {
            return none();
        } catch (RecordException e) {
            throw new RepositoryException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new RepositoryException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static ModelConfig parse(Map<String, @Nullable Object> tree, String source) {
        check(tree, KEYS, source);
        Map<String, @Nullable Object> preprocessing = Map.of();
        if (tree.get("preprocessing") instanceof Map<?, ?> map) {
            @SuppressWarnings("unchecked")
            Map<String, @Nullable Object> typed = (Map<String, @Nullable Object>) map;
            preprocessing = typed;
            check(preprocessing, PREPROCESSING_KEYS, source);
        }
        List<Float> mean = numbers(preprocessing, "mean", source);
        List<Float> std = numbers(preprocessing, "std", source);
        List<Float> range = numbers(tree, "input_range", source);
        if (mean.size() != std.size() || (!range.isEmpty() && range.size() != 2)) {
            throw new RepositoryException(
                    source + ": mean and std need as many values, and input_range two: the least and the greatest");
        }
        return new ModelConfig(
                whole(tree, "max_batch_size", 1, 64, source),
                duration(tree, "max_queue_delay_microseconds", 1000, source),
                whole(tree, "queue_size", 1, 1_000_000, source),
                duration(tree, "timeout_milliseconds", 1_000_000, source),
                strings(tree, "labels", source),
                mean,
                std,
                preprocessing.get("crop") instanceof BigDecimal crop
                        ? Optional.of(crop.floatValue())
                        : Optional.empty(),
                range);
    }

    private static void check(Map<String, @Nullable Object> tree, Set<String> known, String source) {
        for (String key : tree.keySet()) {
            if (!known.contains(key)) {
                throw new RepositoryException(source + ": the key '" + key + "' is unknown; there are "
                        + known.stream().sorted().toList());
            }
        }
    }

    private static OptionalInt whole(
            Map<String, @Nullable Object> tree, String key, int least, int most, String source) {
        Object value = tree.get(key);
        if (value == null) {
            return OptionalInt.empty();
        }
        if (value instanceof BigDecimal number) {
            double whole = number.doubleValue();
            if (whole == Math.rint(whole) && whole >= least && whole <= most) {
                return OptionalInt.of((int) whole);
            }
        }
        throw new RepositoryException(
                source + ": '" + key + "' must be a whole number in " + least + ".." + most + ", not " + value);
    }

    private static Optional<Duration> duration(
            Map<String, @Nullable Object> tree, String key, long nanosEach, String source) {
        OptionalInt value = whole(tree, key, 0, 86_400_000, source);
        return value.isPresent() ? Optional.of(Duration.ofNanos(value.getAsInt() * nanosEach)) : Optional.empty();
    }

    private static List<Float> numbers(Map<String, @Nullable Object> tree, String key, String source) {
        Object value = tree.get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list && list.stream().allMatch(BigDecimal.class::isInstance)) {
            return list.stream()
                    .map(number -> ((BigDecimal) number).floatValue())
                    .toList();
        }
        throw new RepositoryException(source + ": '" + key + "' must be an array of numbers, not " + value);
    }

    private static List<String> strings(Map<String, @Nullable Object> tree, String key, String source) {
        Object value = tree.get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        throw new RepositoryException(source + ": '" + key + "' must be an array of strings");
    }
}
