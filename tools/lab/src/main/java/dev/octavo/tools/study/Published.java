package dev.octavo.tools.study;

import dev.octavo.tools.quantize.WeightRounding;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Losses of top-1, in points, that were published of networks trained on ImageNet: SQuant's tables 1 and 2 (Guo et al.,
 * ICLR 2022), and those that the README of the open implementation of DFQ (jakc4103/DFQ) gives. Different float checkpoints
 * make accuracies themselves hard to compare; losses compare better.
 */
final class Published {
    private static final Map<Integer, Map<String, Double>> SQUANT = Map.of(
            8,
            Map.of("ResNet18", 0.00, "ResNet50", 0.03, "InceptionV3", 0.02, "SqueezeNext", 0.16, "ShuffleNet", 0.39),
            6,
            Map.of("ResNet18", 0.73, "ResNet50", 0.69, "InceptionV3", 0.51, "SqueezeNext", 2.04, "ShuffleNet", 4.82),
            4,
            Map.of("ResNet18", 5.33, "ResNet50", 6.94, "InceptionV3", 5.55, "SqueezeNext", 25.93));

    private static final Map<Integer, Map<String, Double>> ZEROQ = Map.of(
            8,
            Map.of("ResNet18", 0.04, "ResNet50", 0.09, "InceptionV3", 0.03, "SqueezeNext", 1.20, "ShuffleNet", 0.73),
            6,
            Map.of("ResNet18", 1.63, "ResNet50", 4.81, "InceptionV3", 3.87, "SqueezeNext", 52.84, "ShuffleNet", 29.86),
            4,
            Map.of("ResNet18", 52.38, "ResNet50", 69.99, "InceptionV3", 60.61, "SqueezeNext", 69.29));

    /** By recipe: MobileNetV2 and ResNet-18; negative where int8 gained. Columns: Int8**, Int8*, Int8′, Int8. */
    private static final Map<String, double[][]> DFQ = Map.of(
            "original",
            new double[][] {{71.708, 71.71, 71.748, 69.108}, {0.63, 0.67}},
            "+ReLU",
            new double[][] {{71.678, 71.684, 71.686, 69.108}, {0.63, 0.67}},
            "+ReLU+LE",
            new double[][] {{1.46, 3.00, 4.28, 3.98}, {0.56, 0.56}},
            "+BC",
            new double[][] {{14.74, 71.69, 45.56, 63.62}, {0.72, 1.20}},
            "+BC+clip_15",
            new double[][] {{6.44, 71.68, 5.85, 24.06}, {0.72, 1.20}},
            "+ReLU+LE+BC",
            new double[][] {{0.99, 3.61, 3.13, 7.00}, {0.72, 1.20}},
            "+ReLU+LE+DR",
            new double[][] {{1.31, 2.91}, {2.02, 2.01}},
            "+ReLU+LE+BC+DR",
            new double[][] {{0.88, 3.37}, {2.11, 2.14}});

    private Published() {}

    static String squant(int bits) {
        return losses("SQuant", SQUANT.get(bits));
    }

    static String zeroq(int bits) {
        return losses("ZeroQ", ZEROQ.get(bits));
    }

    static String isquant(int bits) {
        return switch (bits) {
            case 8 -> "ISQuant: about 1 or less on large networks";
            case 7 -> "ISQuant: acceptable for many networks";
            default -> "";
        };
    }

    /** ResNet-18 with weights alone in few bits. */
    static String ablation(int bits, WeightRounding rounding) {
        return bits == 3 && rounding == WeightRounding.SQUANT ? "SQuant: ResNet18 10.69" : "";
    }

    static String dfq(String recipe, int column) {
        double[][] losses = DFQ.get(recipe);
        if (losses == null) {
            return "";
        }
        Map<String, Double> known = new TreeMap<>();
        known.put("MobileNetV2", losses[0][column]);
        if (column < losses[1].length) {
            known.put("ResNet18", losses[1][column]);
        }
        return losses("DFQ", known);
    }

    private static String losses(String method, @Nullable Map<String, Double> losses) {
        return losses == null
                ? ""
                : method + ": "
                        + new TreeMap<>(losses)
                                .entrySet().stream()
                                        .map(entry -> entry.getKey() + " " + entry.getValue())
                                        .collect(Collectors.joining(", "));
    }
}
