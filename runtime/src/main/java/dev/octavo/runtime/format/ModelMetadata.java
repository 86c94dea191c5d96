package dev.octavo.runtime.format;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a model says about itself.
 *
 * @param name of the network
 * @param labels of the classes, in the order of the logits; empty if unknown
 * @param preprocessing how pictures become the float input that the original network expects
 * @param task what the outputs mean
 * @param settings how the model was quantized: option to value, in a fixed order
 */
public record ModelMetadata(
        String name, List<String> labels, Preprocessing preprocessing, Task task, Map<String, String> settings) {
    /** The channels of a model's input. A model of one channel sees luma whatever its order. */
    public enum ChannelOrder {
        /** Red, green, blue. */
        RGB,
        /** Blue, green, red. */
        BGR,
        /** Luma, in every channel. */
        GREY;

        /** Returns the name in lower case, as options have it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a picture of any size fills the input of a model. */
    public enum Fit {
        /** Its largest centred part with the proportions of the input, or a part of that, is resized to the input. */
        CROP,
        /** All of it is resized to the input, which may change its proportions. */
        STRETCH,
        /** All of it is resized with its proportions and centred; the fill colour surrounds it. */
        LETTERBOX,
        /** All of it is resized with its proportions and lies at the top left; the fill colour is right of it and below. */
        LETTERBOX_TOP_LEFT;

        /** Returns the name in lower case with hyphens, as options have it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * {@code x = (p − mean) / std} on 8-bit values p of a picture that was fitted to the input.
     *
     * @param mean per channel in the model's order, on the scale 0..255; empty if unknown
     * @param std per channel in the model's order, on the scale 0..255; empty if unknown
     * @param crop the part of the largest centred rectangle with the input's proportions that {@link Fit#CROP} keeps, in (0, 1]
     * @param channels which colours the model's channels are
     * @param fit how pictures fill the input
     * @param fill colour around a letterboxed picture, one value or one per channel in the model's order, in 0..255;
     *     empty for black
     */
    public record Preprocessing(
            List<Float> mean, List<Float> std, float crop, ChannelOrder channels, Fit fit, List<Float> fill) {
        /** Copies the lists. */
        public Preprocessing {
            mean = List.copyOf(mean);
            std = List.copyOf(std);
            fill = List.copyOf(fill);
        }

        /** Creates the preprocessing of pictures in red, green and blue that are cropped to the centre. */
        public Preprocessing(List<Float> mean, List<Float> std, float crop) {
            this(mean, std, crop, ChannelOrder.RGB, Fit.CROP, List.of());
        }
    }

    /**
     * What a network's outputs mean.
     *
     * @param kind what the network was trained for
     * @param decoder how the outputs of a detector become boxes, such as {@code yolox}; empty if there is nothing to choose
     * @param anchors what the decoder places boxes with, as its documentation has them; empty if it needs none
     */
    public record Task(Kind kind, String decoder, List<Float> anchors) {
        /** Of a network of which nothing is known. */
        public static final Task UNKNOWN = new Task(Kind.UNKNOWN, "", List.of());

        /** What networks are trained for. */
        public enum Kind {
            /** Nobody said. */
            UNKNOWN,
            /** One score per class for the whole picture. */
            CLASSIFIER,
            /** Boxes with classes and scores. */
            DETECTOR,
            /** One score per class for each pixel, or one class. */
            SEGMENTER,
            /** Coordinates of points. */
            LANDMARKS,
            /** Another picture. */
            PICTURE,
            /** One score per class for a piece of sound. */
            KEYWORDS;

            /** Returns the name in lower case, as options have it. */
            @Override
            public String toString() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        /** Copies the list. */
        public Task {
            anchors = List.copyOf(anchors);
        }

        /** Creates a task without decoder. */
        public Task(Kind kind) {
            this(kind, "", List.of());
        }
    }

    /** Copies the collections; the settings keep their order. */
    public ModelMetadata {
        labels = List.copyOf(labels);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /** Creates what is known of a network whose task is not. */
    public ModelMetadata(String name, List<String> labels, Preprocessing preprocessing, Map<String, String> settings) {
        this(name, labels, preprocessing, Task.UNKNOWN, settings);
    }
}
