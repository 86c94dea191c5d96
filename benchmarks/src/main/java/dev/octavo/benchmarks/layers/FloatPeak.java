package dev.octavo.benchmarks.layers;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The most multiply-adds that a core can do in single precision: twelve independent chains in registers. */
public final class FloatPeak implements Runnable {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 12;
    private static final int STEPS = 100_000;

    private float result;

    /** Multiply-adds in one run. */
    public static long macs() {
        return (long) STEPS * CHAINS * SPECIES.length();
    }

    /** What the last run computed, so that it cannot be left out. */
    public float result() {
        return result;
    }

    @Override
    public void run() {
        FloatVector x = FloatVector.broadcast(SPECIES, 1.25f);
        FloatVector y = FloatVector.broadcast(SPECIES, 0.5f);
        FloatVector a = x;
        FloatVector b = x;
        FloatVector c = x;
        FloatVector d = x;
        FloatVector e = x;
        FloatVector f = x;
        FloatVector g = x;
        FloatVector h = x;
        FloatVector i = x;
        FloatVector j = x;
        FloatVector k = x;
        FloatVector l = x;
        for (int step = 0; step < STEPS; step++) {
            a = a.fma(y, x);
            b = b.fma(y, x);
            c = c.fma(y, x);
            d = d.fma(y, x);
            e = e.fma(y, x);
            f = f.fma(y, x);
            g = g.fma(y, x);
            h = h.fma(y, x);
            i = i.fma(y, x);
            j = j.fma(y, x);
            k = k.fma(y, x);
            l = l.fma(y, x);
        }
        FloatVector sum = a.add(b)
                .add(c)
                .add(d)
                .add(e)
                .add(f)
                .add(g)
                .add(h)
                .add(i)
                .add(j)
                .add(k)
                .add(l);
        result = sum.reduceLanes(VectorOperators.ADD);
    }
}
