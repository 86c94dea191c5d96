package dev.octavo.tools.draw;

import java.util.Arrays;
import java.util.Random;

/**
 * A picture in the making: samples on the scale 0..255, interleaved, which may leave that range until {@link #finished}.
 * Shapes scale with the canvas, as if it were a photograph taken at {@value #REFERENCE} pixels.
 */
final class Canvas {
    private static final double REFERENCE = 320;

    private final Random random;
    private final int height;
    private final int width;
    private final int channels;
    private final float[] samples;

    Canvas(Random random, int height, int width, int channels) {
        this.random = random;
        this.height = height;
        this.width = width;
        this.channels = channels;
        samples = new float[Math.multiplyExact(Math.multiplyExact(height, width), channels)];
    }

    /** What a shape looks like. */
    enum Outline {
        /** All points of an ellipse with the given half axes. */
        ELLIPSE,
        /** All points of a rectangle with the given half sides. */
        RECTANGLE
    }

    /**
     * Where a shape lies.
     *
     * @param halfWidth before it is turned
     * @param halfHeight before it is turned
     * @param angle in radians
     */
    record Place(double x, double y, double halfWidth, double halfHeight, double angle) {}

    /**
     * What fills a shape: a colour that changes linearly.
     *
     * @param colour at the centre, one sample per channel
     * @param alongX change per pixel along the shape's own first axis
     * @param alongY change per pixel along its second one
     */
    record Paint(float[] colour, double alongX, double alongY) {
        static Paint flat(float[] colour) {
            return new Paint(colour, 0, 0);
        }
    }

    Random random() {
        return random;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    int channels() {
        return channels;
    }

    float[] samples() {
        return samples;
    }

    /** Pixels per pixel of the reference. */
    double unit() {
        return Math.max(height, width) / REFERENCE;
    }

    /** Uniform between two numbers. */
    double uniform(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    /** One sample per channel, normal about a common level. */
    float[] colour(double level, double deviation) {
        float[] colour = new float[channels];
        for (int c = 0; c < channels; c++) {
            colour[c] = (float) Math.clamp(level + deviation * random.nextGaussian(), 0.0, 255.0);
        }
        return colour;
    }

    void fill(float[] colour) {
        for (int i = 0; i < samples.length; i++) {
            samples[i] = colour[i % channels];
        }
    }

    void draw(Outline outline, Place place, Paint paint) {
        double cosine = StrictMath.cos(place.angle);
        double sine = StrictMath.sin(place.angle);
        double reach = Math.sqrt(place.halfWidth * place.halfWidth + place.halfHeight * place.halfHeight) + 1;
        int top = (int) Math.clamp(place.y - reach, 0, height);
        int bottom = (int) Math.clamp(place.y + reach, -1, height - 1);
        int left = (int) Math.clamp(place.x - reach, 0, width);
        int right = (int) Math.clamp(place.x + reach, -1, width - 1);
        double across = 1 / (place.halfWidth * place.halfWidth);
        double down = 1 / (place.halfHeight * place.halfHeight);
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= right; x++) {
                double dx = (x - place.x) * cosine + (y - place.y) * sine;
                double dy = (y - place.y) * cosine - (x - place.x) * sine;
                boolean inside = outline == Outline.RECTANGLE
                        ? Math.abs(dx) < place.halfWidth && Math.abs(dy) < place.halfHeight
                        : dx * dx * across + dy * dy * down < 1;
                if (inside) {
                    paint((y * width + x) * channels, paint, paint.alongX * dx + paint.alongY * dy);
                }
            }
        }
    }

    private void paint(int pixel, Paint paint, double change) {
        for (int c = 0; c < channels; c++) {
            samples[pixel + c] = (float) (paint.colour[c] + change);
        }
    }

    /** Changes contrast about a level, of all samples. */
    void contrast(double level, double factor) {
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) (level + factor * (samples[i] - level));
        }
    }

    /**
     * Light and surface: all samples times a brightness, plus smooth noise that all channels share, plus noise of each sample.
     *
     * @param texture deviation of the smooth noise
     * @param grain deviation of the other
     */
    void expose(double brightness, double texture, double grain) {
        float[] smooth = SpectralNoise.of(random, height, width);
        for (int pixel = 0; pixel < smooth.length; pixel++) {
            for (int c = 0; c < channels; c++) {
                int i = pixel * channels + c;
                samples[i] =
                        (float) (samples[i] * brightness + smooth[pixel] * texture + grain * random.nextGaussian());
            }
        }
    }

    /** Takes the colours out. */
    void toGrey() {
        for (int from = 0; from < samples.length; from += channels) {
            double sum = 0;
            for (int c = 0; c < channels; c++) {
                sum += samples[from + c];
            }
            Arrays.fill(samples, from, from + channels, (float) (sum / channels));
        }
    }

    /** The samples as whole numbers in 0..255. */
    float[] finished() {
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) Math.rint(Math.clamp(samples[i], 0f, 255f));
        }
        return samples;
    }
}
