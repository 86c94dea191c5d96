package dev.octavo.benchmarks.models;

/** Extents of one feature map of one image. */
record Shape(int channels, int height, int width) {
    int pixels() {
        return height * width;
    }

    int elements() {
        return channels * pixels();
    }
}
