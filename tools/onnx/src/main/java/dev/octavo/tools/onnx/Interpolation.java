package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphException;
import java.util.function.DoubleUnaryOperator;

/** How Resize computes the elements along one dimension from those of its input: the rows of a matrix. */
final class Interpolation {
    /** A larger matrix is no resampling of feature maps. */
    private static final long MAX_ELEMENTS = 1 << 24;

    private final String mode;
    private final String coordinates;
    private final String nearest;
    private final boolean antialias;
    private final boolean excludeOutside;
    private final double cubic;

    /** Opset 10 and Upsample had no attributes for coordinates. */
    Interpolation(OnnxNode node) {
        boolean modern = node.opset() >= 11;
        mode = node.text("mode", "nearest");
        coordinates = modern ? node.text("coordinate_transformation_mode", "half_pixel") : "asymmetric";
        nearest = modern ? node.text("nearest_mode", "round_prefer_floor") : "floor";
        antialias = node.flag("antialias", false);
        excludeOutside = node.flag("exclude_outside", false);
        cubic = node.real("cubic_coeff_a", -0.75f);
    }

    /**
     * The matrix [output, input] of one dimension.
     *
     * @param factor of the extents, which {@code output} may have been rounded from
     */
    float[] matrix(int input, int output, double factor) {
        if ((long) input * output > MAX_ELEMENTS) {
            throw new GraphException("it resamples " + input + " elements to " + output + ", which is too much");
        }
        float[] matrix = new float[input * output];
        for (int o = 0; o < output; o++) {
            double x = position(o, input, factor);
            switch (mode) {
                case "nearest" -> matrix[o * input + Math.clamp((long) nearest(x), 0, input - 1)] = 1;
                case "linear", "bilinear" -> spread(matrix, o, input, x, factor, 1, d -> Math.max(0, 1 - Math.abs(d)));
                case "cubic" -> spread(matrix, o, input, x, factor, 2, this::cubic);
                default -> throw new GraphException("its mode '" + mode + "' is not supported");
            }
        }
        return matrix;
    }

    /** Where an element of the output lies on the scale of the input. */
    private double position(int o, int input, double factor) {
        double extent = factor * input;
        double centre = (o + 0.5) / factor - 0.5;
        return switch (coordinates) {
            case "half_pixel" -> centre;
            case "half_pixel_symmetric" -> input / 2.0 * (1 - Math.floor(extent) / extent) + centre;
            case "pytorch_half_pixel" -> extent > 1 ? centre : -0.5;
            case "tf_half_pixel_for_nn" -> centre + 0.5;
            case "asymmetric" -> o / factor;
            case "align_corners" -> extent > 1 ? o * (input - 1) / (extent - 1) : 0;
            default -> throw new GraphException("its coordinates '" + coordinates + "' are not supported");
        };
    }

    private double nearest(double x) {
        return switch (nearest) {
            case "floor" -> Math.floor(x);
            case "ceil" -> Math.ceil(x);
            case "round_prefer_floor" -> Math.ceil(x - 0.5);
            case "round_prefer_ceil" -> Math.floor(x + 0.5);
            default -> throw new GraphException("its nearest_mode '" + nearest + "' is not supported");
        };
    }

    /** Adds a kernel around a position, normalised to a sum of 1; what falls outside goes to the edge, or nowhere. */
    private void spread(
            float[] matrix, int row, int input, double x, double factor, int radius, DoubleUnaryOperator kernel) {
        double density = antialias ? Math.min(1, factor) : 1;
        int first = (int) Math.floor(x - radius / density) + 1;
        int last = (int) Math.ceil(x + radius / density) - 1;
        double sum = 0;
        for (int i = first; i <= last; i++) {
            sum += excludeOutside && (i < 0 || i >= input) ? 0 : kernel.applyAsDouble((i - x) * density);
        }
        for (int i = first; i <= last; i++) {
            if (!excludeOutside || (i >= 0 && i < input)) {
                matrix[row * input + Math.clamp(i, 0, input - 1)] +=
                        (float) (kernel.applyAsDouble((i - x) * density) / sum);
            }
        }
    }

    /** Keys, IEEE Trans. ASSP 29(6), 1981, equation 4 with its parameter a. */
    private double cubic(double distance) {
        double d = Math.abs(distance);
        if (d <= 1) {
            return ((cubic + 2) * d - (cubic + 3)) * d * d + 1;
        }
        return d < 2 ? ((cubic * d - 5 * cubic) * d + 8 * cubic) * d - 4 * cubic : 0;
    }
}
