package dev.octavo.tools.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that states shapes of inputs, for ONNX files that leave them open. */
final class InputShapes {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--input-shape",
            paramLabel = "[NAME=]1,3,H,W",
            description = "Shape of an input of an ONNX file that leaves it open; may be given for each input.")
    private List<String> stated = new ArrayList<>();

    /** Shapes by name; the empty name stands for the only input. */
    Map<String, int[]> byName() {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        for (String text : stated) {
            int end = text.lastIndexOf('=');
            try {
                int[] shape = Arrays.stream(text.substring(end + 1).split(",", -1))
                        .mapToInt(size -> Integer.parseInt(size.strip()))
                        .toArray();
                shapes.put(text.substring(0, Math.max(0, end)), shape);
            } catch (NumberFormatException e) {
                throw new ParameterException(
                        spec.commandLine(), "--input-shape must be [NAME=]1,3,H,W, not '" + text + "'", e);
            }
        }
        return shapes;
    }
}
