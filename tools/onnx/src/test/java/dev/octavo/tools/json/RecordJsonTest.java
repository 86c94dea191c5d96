package dev.octavo.tools.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.tools.records.RecordVariants;
import dev.octavo.tools.records.Records;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RecordJsonTest {
    private sealed interface Shape {
        record Circle(double radius) implements Shape {}

        record Nothing() implements Shape {}

        sealed interface Polygon extends Shape {
            record RightTriangle(float a, float b) implements Polygon {}
        }
    }

    private enum Colour {
        RED,
        LIGHT_BLUE
    }

    private record Everything(
            boolean truth,
            int whole,
            long large,
            float single,
            double real,
            String text,
            Path path,
            Colour colour,
            Shape shape,
            Shape.Circle circle,
            Optional<Colour> optional,
            OptionalInt optionalInt,
            OptionalDouble optionalDouble,
            List<Shape> shapes,
            Set<String> names,
            Map<String, Float> scales) {}

    private static final Everything STANDARD = new Everything(
            false,
            1,
            2,
            3,
            4,
            "text",
            Path.of("path"),
            Colour.RED,
            new Shape.Nothing(),
            new Shape.Circle(1),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalDouble.empty(),
            List.of(),
            Set.of(),
            Map.of());

    @Test
    void everyKindOfComponentComesBack() {
        assertThat(RecordJson.read(RecordJson.write(STANDARD), "x", STANDARD)).isEqualTo(STANDARD);
        for (Everything variant : RecordVariants.of(STANDARD)) {
            assertThat(RecordJson.read(RecordJson.write(variant), "x", STANDARD))
                    .isEqualTo(variant);
        }
    }

    @Test
    void numbersComeBackExactly() {
        Shape.Circle standard = new Shape.Circle(0);
        for (double value : new double[] {
            Double.MIN_VALUE, Double.MAX_VALUE, -0.1, 1e-7, 1e22, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
        }) {
            assertThat(RecordJson.read(RecordJson.write(new Shape.Circle(value)), "x", standard)
                            .radius())
                    .isEqualTo(value);
        }
    }

    @Test
    void choicesHaveTheirNames() {
        assertThat(RecordJson.read(
                        "{\"shape\": {\"type\": \"right-triangle\", \"a\": 3, \"b\": 4.5}, \"colour\": \"light-blue\"}",
                        "x",
                        STANDARD))
                .extracting(Everything::shape, Everything::colour)
                .containsExactly(new Shape.Polygon.RightTriangle(3, 4.5f), Colour.LIGHT_BLUE);
    }

    @Test
    void setsAndMapsAreWrittenInOrder() {
        Everything names =
                RecordJson.read("{\"names\": [\"b\", \"c\", \"a\"], \"scales\": {\"z\": 1, \"y\": 2}}", "x", STANDARD);
        assertThat(RecordJson.write(names))
                .contains("[ \"a\", \"b\", \"c\" ]")
                .containsSubsequence("\"y\" : 2", "\"z\" : 1");
    }

    @Test
    void settingsAreFlat() {
        assertThat(Records.settings(
                        RecordJson.read("{\"shape\": {\"type\": \"circle\", \"radius\": 2}}", "x", STANDARD)))
                .containsEntry("colour", "red")
                .containsEntry("shape", "circle")
                .containsEntry("shape.radius", "2.0")
                .doesNotContainKeys("optional", "names");
    }

    @Test
    void whatHasNoFormIsRefused() {
        record Odd(Thread thread) {}
        Odd odd = new Odd(Thread.currentThread());
        assertThatThrownBy(() -> RecordJson.write(odd)).hasMessageContaining("no form in JSON");
        assertThatThrownBy(() -> RecordJson.read("{\"thread\": 1}", "x", odd)).hasMessageContaining("no form in JSON");
    }
}
