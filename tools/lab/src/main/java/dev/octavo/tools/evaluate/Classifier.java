package dev.octavo.tools.evaluate;

import dev.octavo.tools.vision.Picture;

/** A model that gives a picture one score per class. Used by one thread at a time. */
public interface Classifier extends AutoCloseable {
    /** Number of classes. */
    int classes();

    /**
     * The raw scores of a picture, which is cropped, resized and normalised as the model wants.
     *
     * @return {@link #classes()} logits; the caller may keep the array
     */
    float[] logits(Picture picture);

    @Override
    void close();
}
