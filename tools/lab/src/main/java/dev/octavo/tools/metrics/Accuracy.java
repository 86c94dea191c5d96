package dev.octavo.tools.metrics;

import java.util.ArrayList;
import java.util.List;

/** The part of the samples whose class is right. */
public final class Accuracy implements Measure {
    private final List<Boolean> right = new ArrayList<>();

    /** Counts a sample. */
    public void add(boolean isRight) {
        right.add(isRight);
    }

    @Override
    public List<String> names() {
        return List.of("top-1");
    }

    @Override
    public int pictures() {
        return right.size();
    }

    @Override
    public double[] values(int[] times) {
        long sum = 0;
        for (int i = 0; i < times.length; i++) {
            sum += right.get(i) ? times[i] : 0;
        }
        return new double[] {(double) sum / times.length};
    }
}
