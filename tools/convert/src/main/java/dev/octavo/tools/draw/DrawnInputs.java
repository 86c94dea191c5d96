package dev.octavo.tools.draw;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Inputs of a kind and a range, which need not be pictures. The same kind, seed, range and size always give the same inputs.
 */
public final class DrawnInputs {
    private static final int PARTIALS = 6;

    private final InputKind kind;
    private final long seed;
    private final double low;
    private final double high;
    private final int height;
    private final int width;
    private final int channels;

    private DrawnInputs(InputKind kind, long seed, double low, double high, int height, int width, int channels) {
        this.kind = kind;
        this.seed = seed;
        this.low = low;
        this.high = high;
        this.height = height;
        this.width = width;
        this.channels = channels;
    }

    /**
     * Inputs of one size.
     *
     * @param low the least value
     * @param high the greatest value, above the least
     * @param height of an image, or 1
     * @param width of an image, or the length of a signal, or 1
     * @param channels at least 1
     */
    public static DrawnInputs of(
            InputKind kind, long seed, double low, double high, int height, int width, int channels) {
        if (!(low < high) || height < 1 || width < 1 || channels < 1) {
            throw new IllegalArgumentException("no input of " + height + "×" + width + "×" + channels + " in [" + low
                    + ", " + high + "] can be drawn");
        }
        return new DrawnInputs(kind, seed, low, high, height, width, channels);
    }

    /**
     * Draws an input.
     *
     * @param index at least 0; inputs may be drawn in any order
     * @return [height][width][channels], within the range
     */
    public float[] input(int index) {
        Random random = new Random(seed * 0xBF58476D1CE4E5B9L + index * 0x94D049BB133111EBL);
        float[] values = switch (kind) {
            case ANY -> any(random, index);
            case PICTURE ->
                scaled(DrawnPictures.of(seed, height, width, channels).picture(index));
            case SIGNAL -> signal(random);
            case SPECTROGRAM -> spectrogram(random);
            case UNIFORM -> uniform(random);
        };
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (low + (high - low) * Math.clamp(values[i], 0f, 1f));
        }
        return values;
    }

    private float[] any(Random random, int index) {
        return switch (index % 4) {
            case 0 -> smooth(random);
            case 1 -> independent(random);
            case 2 -> picture(PictureFamily.DEAD_LEAVES, index);
            default -> picture(PictureFamily.GRADIENT, index);
        };
    }

    private float[] picture(PictureFamily family, int index) {
        return scaled(
                DrawnPictures.of(List.of(family), seed, height, width, channels).picture(index));
    }

    /** Takes bytes to [0, 1]. */
    private static float[] scaled(float[] samples) {
        for (int i = 0; i < samples.length; i++) {
            samples[i] /= 255;
        }
        return samples;
    }

    /** Noise that falls with frequency; each channel has its own mean and spread. */
    private float[] smooth(Random random) {
        float[] values = new float[height * width * channels];
        double mean = between(random, 0.1, 0.9);
        double spread = between(random, 0.05, 0.4);
        for (int c = 0; c < channels; c++) {
            // A plane of one element has no spectrum.
            float[] plane = height * width > 1
                    ? SpectralNoise.of(random, height, width)
                    : new float[] {(float) random.nextGaussian()};
            for (int p = 0; p < plane.length; p++) {
                values[p * channels + c] = (float) (mean + spread * plane[p]);
            }
        }
        return values;
    }

    private float[] independent(Random random) {
        float[] values = new float[height * width * channels];
        double mean = between(random, 0.2, 0.8);
        double spread = between(random, 0.05, 0.3);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (mean + spread * random.nextGaussian());
        }
        return values;
    }

    private float[] uniform(Random random) {
        float[] values = new float[height * width * channels];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    /** A tone with partials that swells and decays, and noise; all positions in order are its time. */
    private float[] signal(Random random) {
        int length = height * width;
        double[] sum = new double[length];
        double frequency = StrictMath.pow(length / 4.0, between(random, 0.2, 0.9)) / length;
        double middle = between(random, 0, length);
        double duration = between(random, 0.05, 0.5) * length;
        for (int partial = 1; partial <= PARTIALS; partial++) {
            double amplitude = random.nextDouble() / partial;
            double phase = between(random, 0, 2 * Math.PI);
            for (int t = 0; t < length; t++) {
                double distance = (t - middle) / duration;
                double swell = 0.1 + 0.9 / (1 + distance * distance);
                sum[t] += amplitude * swell * StrictMath.sin(2 * Math.PI * partial * frequency * t + phase);
            }
        }
        float[] noise = SpectralNoise.of(random, 1, length);
        double hiss = between(random, 0.01, 0.3);
        double peak = 0;
        for (int t = 0; t < length; t++) {
            sum[t] += hiss * noise[t];
            peak = Math.max(peak, Math.abs(sum[t]));
        }
        double loudness = between(random, 0.05, 1) / Math.max(peak, 1e-9);
        float[] values = new float[length * channels];
        for (int c = 0; c < channels; c++) {
            double gain = 0.5 * loudness * (c == 0 ? 1 : between(random, 0.3, 1));
            for (int t = 0; t < length; t++) {
                values[t * channels + c] = (float) (0.5 + gain * sum[t]);
            }
        }
        return values;
    }

    /** Ridges of a tone and its partials with an onset, over noise whose level differs by frequency. */
    private float[] spectrogram(Random random) {
        float[] values = smooth(random);
        boolean timeDown = random.nextBoolean();
        int times = timeDown ? height : width;
        int bands = timeDown ? width : height;
        double[] level = new double[bands];
        Arrays.setAll(level, band -> 0.15 * random.nextGaussian());
        double onset = between(random, 0, 0.6 * times);
        double duration = between(random, 0.2, 0.8) * times;
        double pitch = between(random, 0.05, 0.4) * bands;
        double glide = between(random, -0.2, 0.2) * bands;
        double loudness = between(random, 0.1, 0.6);
        for (int t = 0; t < times; t++) {
            boolean sounds = t >= onset && t < onset + duration;
            double note = pitch + glide * (t - onset) / times;
            for (int band = 0; band < bands; band++) {
                double offset = Math.IEEEremainder(band, Math.max(1, note));
                double energy = level[band] + (sounds ? loudness / (1 + offset * offset) : 0);
                int p = timeDown ? t * width + band : band * width + t;
                for (int c = 0; c < channels; c++) {
                    values[p * channels + c] = (float) (values[p * channels + c] + energy);
                }
            }
        }
        return values;
    }

    private static double between(Random random, double low, double high) {
        return low + (high - low) * random.nextDouble();
    }
}
