package dev.octavo.tools.metrics;

import dev.octavo.tools.data.LabelledMasks;
import dev.octavo.tools.tasks.Mask;
import java.util.ArrayList;
import java.util.List;

/**
 * Mean intersection over union, over the classes that occur in the truth, and the part of the pixels whose class is right;
 * pixels of class {@link LabelledMasks#IGNORED} do not count.
 */
public final class MaskAccuracy implements Measure {
    private static final int CLASSES = 256;

    /** Of one picture and class: pixels where truth and answer agree, and where either has the class. */
    private record Counts(long[] common, long[] expected, long[] answered) {}

    private final List<Counts> counts = new ArrayList<>();

    /**
     * Counts a picture.
     *
     * @throws IllegalArgumentException if the masks differ in size
     */
    public void add(Mask expected, Mask answered) {
        if (expected.width() != answered.width() || expected.height() != answered.height()) {
            throw new IllegalArgumentException("masks of " + expected.width() + "×" + expected.height() + " and "
                    + answered.width() + "×" + answered.height() + " cannot be compared");
        }
        Counts ofPicture = new Counts(new long[CLASSES], new long[CLASSES], new long[CLASSES]);
        for (int y = 0; y < expected.height(); y++) {
            for (int x = 0; x < expected.width(); x++) {
                int truth = expected.label(x, y);
                if (truth != LabelledMasks.IGNORED) {
                    int answer = answered.label(x, y);
                    ofPicture.expected()[truth]++;
                    ofPicture.answered()[answer]++;
                    ofPicture.common()[truth] += truth == answer ? 1 : 0;
                }
            }
        }
        counts.add(ofPicture);
    }

    @Override
    public List<String> names() {
        return List.of("mIoU", "pixel accuracy");
    }

    @Override
    public int pictures() {
        return counts.size();
    }

    @Override
    public double[] values(int[] times) {
        double sum = 0;
        int occurring = 0;
        long right = 0;
        long pixels = 0;
        for (int label = 0; label < CLASSES; label++) {
            long common = 0;
            long expected = 0;
            long answered = 0;
            for (int i = 0; i < times.length; i++) {
                common += times[i] * counts.get(i).common()[label];
                expected += times[i] * counts.get(i).expected()[label];
                answered += times[i] * counts.get(i).answered()[label];
            }
            right += common;
            pixels += expected;
            if (expected > 0) {
                occurring++;
                sum += (double) common / (expected + answered - common);
            }
        }
        return new double[] {sum / occurring, (double) right / pixels};
    }
}
