package dev.octavo.tools.demo;

import dev.octavo.tools.vision.Preprocessing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The float model that ships with the tools: a residual network with batch normalization, trained on {@link DrawnSigns}.
 * Its input {@code input} is N × 3 × 32 × 32, normalised as {@link #preprocessing} says; its output {@code logits} is N ×
 * 20, in the order of {@link #labels}.
 */
public final class DemoModel {
    private static final String RESOURCE = "signs.onnx";

    private DemoModel() {}

    /** The bytes of the ONNX file. */
    public static byte[] onnx() {
        try (InputStream stream = DemoModel.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException(RESOURCE + " is not packed with the tools; build them again");
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the classes. */
    public static List<String> labels() {
        return DrawnSigns.classes();
    }

    /** What the model expects; the mean is whole, so that padding with zeros is padding with a pixel value. */
    public static Preprocessing preprocessing() {
        return new Preprocessing(List.of(116.0, 116.0, 114.0), List.of(61.0, 61.0, 61.0), 1);
    }
}
