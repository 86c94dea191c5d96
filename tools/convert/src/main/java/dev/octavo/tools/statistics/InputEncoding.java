package dev.octavo.tools.statistics;

import dev.octavo.tools.draw.InputKind;
import dev.octavo.tools.passes.FoldNormalization;
import dev.octavo.tools.quantize.ClippedNormals;
import dev.octavo.tools.quantize.PixelInput;
import java.util.Arrays;

/** How the input of a network is given to its integer model. */
public sealed interface InputEncoding {
    /** What is assumed of the input's values after {@link FoldNormalization}. */
    ClippedNormals model(int channels);

    /**
     * As 8-bit pictures; the normalisation moves into the first layer. Pixels are assumed to have the mean and deviation
     * that natural pictures have.
     */
    record Pixels(PixelInput normalisation) implements InputEncoding {
        private static final double MEAN = 117;
        private static final double DEVIATION = 64;

        /** The real numbers that the network expects where its first layer cannot take the normalisation. */
        public Reals normalised() {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < normalisation.channels(); c++) {
                low = Math.min(low, normalisation.normalise(0, c));
                high = Math.max(high, normalisation.normalise(255, c));
            }
            return new Reals(low, high, InputKind.PICTURE);
        }

        @Override
        public ClippedNormals model(int channels) {
            double[] mean = new double[channels];
            double[] deviation = new double[channels];
            double[] high = new double[channels];
            double low = 0;
            for (int c = 0; c < channels; c++) {
                int pad = normalisation.padPixel(c);
                mean[c] = MEAN - pad;
                deviation[c] = DEVIATION;
                high[c] = 255 - pad;
                low = Math.min(low, -pad);
            }
            return ClippedNormals.of(mean, deviation).clip(low, high);
        }
    }

    /**
     * As real numbers of a known range, which a first step quantizes.
     *
     * @param kind what they stand for
     */
    record Reals(double low, double high, InputKind kind) implements InputEncoding {
        /** Creates the encoding of numbers of which only the range is known. */
        public Reals(double low, double high) {
            this(low, high, InputKind.ANY);
        }

        /** Checks that the range is not empty. */
        public Reals {
            if (!(low < high && Double.isFinite(high - low))) {
                throw new IllegalArgumentException("no range of inputs: [" + low + ", " + high + "]");
            }
        }

        @Override
        public ClippedNormals model(int channels) {
            double[] mean = new double[channels];
            double[] deviation = new double[channels];
            Arrays.fill(mean, 0.5 * (low + high));
            Arrays.fill(deviation, 0.25 * (high - low));
            return ClippedNormals.of(mean, deviation).clip(low, high);
        }
    }
}
