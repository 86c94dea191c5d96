package dev.octavo.tools.metrics;

import dev.octavo.tools.data.LabelledBoxes.Labelled;
import dev.octavo.tools.tasks.Detection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Mean average precision as COCO's evaluation has it, without its ranges of area: detections of a class are matched to the
 * objects of a picture greedily, the best score first; precision is interpolated at 101 recalls and averaged over them,
 * over the classes that occur, and over thresholds of intersection over union.
 */
public final class AveragePrecision implements Measure {
    private static final int THRESHOLDS = 10;
    private static final double FIRST_THRESHOLD = 0.5;
    private static final double STEP = 0.05;
    private static final int RECALLS = 101;

    /** A detection, and for each threshold whether it is right (1), wrong (0) or does not count (−1). */
    private record Scored(int picture, double score, byte[] outcomes) {}

    private static final class OfClass {
        final List<Scored> detections = new ArrayList<>();
        final List<Integer> objects = new ArrayList<>();
    }

    private final SortedMap<Integer, OfClass> classes = new TreeMap<>();
    private int pictures;
    private boolean sorted;

    /** Counts a picture: what is in it, and what was found. */
    public void add(List<Labelled> objects, List<Detection> detections) {
        int picture = pictures++;
        sorted = false;
        for (Labelled object : objects) {
            if (!object.ignored()) {
                ofClass(object.label()).objects.add(picture);
            }
        }
        detections.stream().map(Detection::label).distinct().forEach(label -> {
            List<Labelled> ofLabel =
                    objects.stream().filter(object -> object.label() == label).toList();
            List<Detection> found = detections.stream()
                    .filter(detection -> detection.label() == label)
                    .sorted(Comparator.comparingDouble(Detection::score).reversed())
                    .toList();
            match(picture, ofLabel, found, ofClass(label).detections);
        });
    }

    private OfClass ofClass(int label) {
        return classes.computeIfAbsent(label, key -> new OfClass());
    }

    private static void match(int picture, List<Labelled> objects, List<Detection> found, List<Scored> scored) {
        byte[][] outcomes = new byte[found.size()][THRESHOLDS];
        for (int t = 0; t < THRESHOLDS; t++) {
            boolean[] taken = new boolean[objects.size()];
            for (int d = 0; d < found.size(); d++) {
                int match = bestMatch(found.get(d), objects, taken, FIRST_THRESHOLD + t * STEP);
                if (match >= 0) {
                    boolean ignored = objects.get(match).ignored();
                    taken[match] = !ignored;
                    outcomes[d][t] = (byte) (ignored ? -1 : 1);
                }
            }
        }
        for (int d = 0; d < found.size(); d++) {
            scored.add(new Scored(picture, found.get(d).score(), outcomes[d]));
        }
    }

    /** The object that overlaps most of those that are free, and one that is ignored only if there is no other. */
    private static int bestMatch(Detection detection, List<Labelled> objects, boolean[] taken, double threshold) {
        int best = -1;
        double largest = threshold;
        boolean bestIgnored = true;
        for (int o = 0; o < objects.size(); o++) {
            Labelled object = objects.get(o);
            if (taken[o] || (object.ignored() && !bestIgnored)) {
                continue;
            }
            // A crowd is larger than each of its members: what counts is how much of the detection lies in it.
            double overlap = object.ignored()
                    ? detection.box().intersection(object.box())
                            / detection.box().area()
                    : detection.box().overlap(object.box());
            if (overlap >= largest || (best >= 0 && bestIgnored && !object.ignored() && overlap >= threshold)) {
                best = o;
                largest = overlap;
                bestIgnored = object.ignored();
            }
        }
        return best;
    }

    @Override
    public List<String> names() {
        return List.of("mAP@0.5", "mAP@0.5:0.95");
    }

    @Override
    public int pictures() {
        return pictures;
    }

    @Override
    public double[] values(int[] times) {
        sort();
        double[] sums = new double[THRESHOLDS];
        int occurring = 0;
        for (OfClass ofClass : classes.values()) {
            long positives = ofClass.objects.stream()
                    .mapToLong(picture -> times[picture])
                    .sum();
            if (positives > 0) {
                occurring++;
                for (int t = 0; t < THRESHOLDS; t++) {
                    sums[t] += averagePrecision(ofClass.detections, t, positives, times);
                }
            }
        }
        double all = 0;
        for (double sum : sums) {
            all += sum;
        }
        return new double[] {sums[0] / occurring, all / THRESHOLDS / occurring};
    }

    private void sort() {
        if (!sorted) {
            classes.values()
                    .forEach(ofClass -> ofClass.detections.sort(
                            Comparator.comparingDouble(Scored::score).reversed()));
            sorted = true;
        }
    }

    private static double averagePrecision(List<Scored> detections, int threshold, long positives, int[] times) {
        int count = detections.size();
        double[] precision = new double[count];
        double[] recall = new double[count];
        long right = 0;
        long wrong = 0;
        for (int i = 0; i < count; i++) {
            Scored detection = detections.get(i);
            int weight = times[detection.picture()];
            right += detection.outcomes()[threshold] == 1 ? weight : 0;
            wrong += detection.outcomes()[threshold] == 0 ? weight : 0;
            recall[i] = (double) right / positives;
            precision[i] = right + wrong == 0 ? 0 : (double) right / (right + wrong);
        }
        for (int i = count - 2; i >= 0; i--) {
            precision[i] = Math.max(precision[i], precision[i + 1]);
        }
        double sum = 0;
        int at = 0;
        for (int r = 0; r < RECALLS; r++) {
            double wanted = r / (RECALLS - 1.0);
            while (at < count && recall[at] < wanted) {
                at++;
            }
            sum += at < count ? precision[at] : 0;
        }
        return sum / RECALLS;
    }
}
