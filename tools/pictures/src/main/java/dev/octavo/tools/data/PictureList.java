package dev.octavo.tools.data;

import dev.octavo.tools.vision.Picture;
import java.util.List;

/** Pictures in memory. */
record PictureList(List<Picture> pictures, List<Integer> labels) implements LabelledData {
    PictureList {
        pictures = List.copyOf(pictures);
        labels = List.copyOf(labels);
        if (pictures.isEmpty() || pictures.size() != labels.size()) {
            throw new IllegalArgumentException(pictures.size() + " pictures with " + labels.size() + " labels");
        }
    }

    @Override
    public int size() {
        return pictures.size();
    }

    @Override
    public Picture picture(int index) {
        return pictures.get(index);
    }

    @Override
    public int label(int index) {
        return labels.get(index);
    }

    @Override
    public String name(int index) {
        return "picture " + index;
    }

    @Override
    public LabelledData limit(int size) {
        int kept = Math.min(size, size());
        return new PictureList(pictures.subList(0, kept), labels.subList(0, kept));
    }
}
