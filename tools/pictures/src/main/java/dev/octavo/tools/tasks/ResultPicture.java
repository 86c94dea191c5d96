package dev.octavo.tools.tasks;

import dev.octavo.tools.vision.Picture;
import java.util.List;

/**
 * Reads a picture from the last output that is one: [1, C, H, W] or [1, H, W, C] with 1 or 3 channels. Its scale is told by
 * its values: 0..255, 0..1, or −1..1.
 */
public final class ResultPicture {
    private ResultPicture() {}

    /**
     * Returns the picture.
     *
     * @param reversed whether the channels are blue, green, red
     * @throws IllegalArgumentException if no output is a picture
     */
    public static Picture of(List<ModelOutput> outputs, boolean reversed) {
        ModelOutput output = outputs.reversed().stream()
                .filter(candidate -> candidate.rank() == 4 && (first(candidate) || last(candidate)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no output is a picture: " + outputs));
        boolean planes = first(output);
        int channels = output.size(planes ? 1 : 3);
        int height = output.size(planes ? 2 : 1);
        int width = output.size(planes ? 3 : 2);
        // A picture of 0..1 may overshoot a little, one of 0..255 always has samples beyond 2.
        double scale = output.greatest() > 2 ? 1 : 255;
        double shift = scale == 255 && output.least() < -0.5 ? 1 : 0;
        byte[] samples = new byte[width * height * channels];
        for (int i = 0; i < width * height; i++) {
            for (int c = 0; c < channels; c++) {
                int source = reversed ? channels - 1 - c : c;
                float value = output.get(planes ? source * width * height + i : i * channels + source);
                double sample = (value + shift) * scale / (1 + shift);
                samples[i * channels + c] = (byte) Math.clamp(Math.round(sample), 0, 255);
            }
        }
        return Picture.of(width, height, channels, samples);
    }

    private static boolean first(ModelOutput output) {
        return output.size(1) == 3 || output.size(1) == 1;
    }

    private static boolean last(ModelOutput output) {
        return output.size(3) == 3 || output.size(3) == 1;
    }
}
