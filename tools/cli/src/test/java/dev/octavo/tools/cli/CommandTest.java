package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.FloatReduction;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.ModelWriter;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.PngWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Runs commands on a network whose logits are the means of the red, the green and the blue channel. */
abstract class CommandTest {
    @TempDir
    Path folder;

    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    Path model;

    @BeforeEach
    void makeModelAndPictures() throws IOException {
        model = folder.resolve("means.octavo");
        ModelWriter.write(channelMeans(1), model);
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        PngWriter.write(plain(200, 10, 20), pictures.resolve("red.png"));
        PngWriter.write(plain(10, 200, 20), pictures.resolve("green.png"));
        PngWriter.write(plain(10, 20, 200), pictures.resolve("blue.png"));
        PngWriter.write(plain(90, 0, 100), pictures.resolve("purple.png"));
        Files.writeString(
                pictures.resolve("labels.csv"), "file,label\nred.png,0\ngreen.png,1\nblue.png,2\npurple.png,0\n");
    }

    int run(String... arguments) {
        String[] resolved = new String[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            resolved[i] = arguments[i].equals("MODEL")
                    ? model.toString()
                    : arguments[i].replaceFirst("^DIR", folder.toString());
        }
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), resolved);
    }

    /** The numbers of the object that was printed; null where there is none. */
    Map<String, Double> json() {
        Map<String, Double> numbers = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), out.toString())) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                numbers.put(name, value.isNumeric() ? Double.valueOf(parser.getDoubleValue()) : null);
            }
        }
        return numbers;
    }

    static Picture plain(int red, int green, int blue) {
        byte[] samples = new byte[10 * 9 * 3];
        for (int i = 0; i < samples.length; i += 3) {
            samples[i] = (byte) red;
            samples[i + 1] = (byte) green;
            samples[i + 2] = (byte) blue;
        }
        return Picture.of(10, 9, 3, samples);
    }

    /** A network [N, 3, 8, 8] → [N, 3]. */
    static ModelDefinition channelMeans(float std) {
        return new ModelDefinition(
                new ModelMetadata(
                        "means",
                        List.of("red", "green", "blue"),
                        new ModelMetadata.Preprocessing(List.of(0f, 0f, 0f), List.of(std, std, std), 1),
                        Map.of()),
                List.of(TensorDefinition.ofFloat("x", 1, 3, 8, 8), TensorDefinition.ofFloat("y", 1, 3)),
                List.of(new OperationDefinition(
                        "mean", new Operation.Reduction(FloatReduction.Kind.MEAN, List.of(2, 3)), List.of(0), 1)),
                List.of(0),
                List.of(1),
                true);
    }
}
