package dev.octavo.tools.vision;

/**
 * Antialiased resizing with a triangle filter: bilinear interpolation when a picture grows, and when it shrinks a triangle
 * as wide as the scale in both directions, so that every pixel of the source counts. It is what image libraries call
 * "bilinear with antialiasing". Both passes work in float and one rounding, to nearest, ends them.
 */
public final class Resize {
    private Resize() {}

    /** The picture at another size; the same picture if it already has that size. */
    public static Picture triangle(Picture picture, int width, int height) {
        if (width == picture.width() && height == picture.height()) {
            return picture;
        }
        int channels = picture.channels();
        Taps vertical = Taps.of(picture.height(), height);
        Taps horizontal = Taps.of(picture.width(), width);
        float[] row = new float[picture.width() * channels];
        byte[] resized = new byte[width * height * channels];
        for (int y = 0; y < height; y++) {
            sumRows(picture.array(), vertical, y, row);
            sumColumns(row, horizontal, channels, resized, y * width * channels);
        }
        return Picture.owning(width, height, channels, resized);
    }

    private static void sumRows(byte[] source, Taps taps, int y, float[] row) {
        int first = taps.first[y] * row.length;
        float weight = taps.weights[y * taps.most];
        for (int i = 0; i < row.length; i++) {
            row[i] = weight * (source[first + i] & 0xff);
        }
        for (int tap = 1; tap < taps.count[y]; tap++) {
            addRow(source, first + tap * row.length, taps.weights[y * taps.most + tap], row);
        }
    }

    private static void addRow(byte[] source, int offset, float weight, float[] row) {
        for (int i = 0; i < row.length; i++) {
            row[i] += weight * (source[offset + i] & 0xff);
        }
    }

    private static void sumColumns(float[] row, Taps taps, int channels, byte[] resized, int offset) {
        for (int x = 0; x < taps.first.length; x++) {
            int from = taps.first[x] * channels;
            for (int c = 0; c < channels; c++) {
                float sum = 0;
                for (int tap = 0; tap < taps.count[x]; tap++) {
                    sum += taps.weights[x * taps.most + tap] * row[from + tap * channels + c];
                }
                resized[offset + x * channels + c] = (byte) Math.clamp((int) (sum + 0.5f), 0, 255);
            }
        }
    }

    /**
     * The filter at each place of the output: {@code count[i]} neighbouring places of the input from {@code first[i]} on,
     * with {@code weights[i · most ...]}, whose sum is 1. Beyond the edge the filter is cut off and its rest scaled up.
     */
    private static final class Taps {
        final int[] first;
        final int[] count;
        final int most;
        final float[] weights;

        private Taps(int places, int most) {
            this.first = new int[places];
            this.count = new int[places];
            this.most = most;
            this.weights = new float[places * most];
        }

        static Taps of(int from, int to) {
            double scale = (double) from / to;
            double support = Math.max(scale, 1);
            Taps taps = new Taps(to, (int) Math.ceil(support) * 2 + 1);
            double[] triangle = new double[taps.most];
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * scale;
                int first = Math.max(0, (int) Math.floor(centre - support + 0.5));
                int end = Math.min(from, (int) Math.floor(centre + support + 0.5));
                double sum = 0;
                for (int at = first; at < end; at++) {
                    triangle[at - first] = Math.max(0, 1 - Math.abs(at + 0.5 - centre) / support);
                    sum += triangle[at - first];
                }
                for (int tap = 0; tap < end - first; tap++) {
                    taps.weights[i * taps.most + tap] = (float) (triangle[tap] / sum);
                }
                taps.first[i] = first;
                taps.count[i] = end - first;
            }
            return taps;
        }
    }
}
