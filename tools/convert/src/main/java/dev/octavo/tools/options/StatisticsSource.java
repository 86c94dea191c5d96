package dev.octavo.tools.options;

import java.nio.file.Path;

/** From where a conversion knows what activations look like. */
public sealed interface StatisticsSource {
    /** From the batch normalizations alone, propagated as moments: no forward pass. */
    record Analytic() implements StatisticsSource {}

    /**
     * From a forward pass of pictures that are computed, in which every normalized layer is brought back to the statistics
     * that its normalization knows.
     *
     * @param seed of the pictures
     * @param images number of pictures; 0 for as many as suit the size of the network
     */
    record Synthetic(long seed, int images) implements StatisticsSource {
        /** Checks the number. */
        public Synthetic {
            if (images < 0) {
                throw new IllegalArgumentException(images + " images");
            }
        }
    }

    /**
     * From pictures that the network may see.
     *
     * @param path a folder of pictures, or a data set
     * @param images how many of them at most, evenly spread
     */
    record Calibration(Path path, int images) implements StatisticsSource {
        /** How many pictures suit most networks. */
        public static final int IMAGES = 128;

        /** Checks the number. */
        public Calibration {
            if (images < 1) {
                throw new IllegalArgumentException("calibration needs at least one picture, not " + images);
            }
        }
    }

    /**
     * From images distilled from the batch normalizations of the network, by descent along gradients.
     *
     * @param images number of images
     * @param iterations at most; 0 for as many as were published
     * @param seed of the noise that the descent begins with
     */
    record Distilled(DistillationRecipe recipe, int images, int iterations, long seed) implements StatisticsSource {
        /** How many images suit most networks. */
        public static final int IMAGES = 16;

        /** Checks the numbers. */
        public Distilled {
            if (images < 1 || iterations < 0) {
                throw new IllegalArgumentException("no images in " + iterations + " iterations: " + images);
            }
        }
    }
}
