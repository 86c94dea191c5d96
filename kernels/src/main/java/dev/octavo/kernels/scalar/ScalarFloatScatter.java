package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatGather;
import dev.octavo.kernels.FloatScatter;
import dev.octavo.kernels.Kernel;
import java.lang.foreign.MemorySegment;

/** {@link FloatScatter}, in one unit: updates follow each other. */
final class ScalarFloatScatter implements Kernel {
    private final FloatScatter spec;

    ScalarFloatScatter(FloatScatter spec) {
        this.spec = spec;
    }

    @Override
    public String name() {
        return "f32-scatter-scalar";
    }

    @Override
    public int units() {
        return 1;
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int row = 0; row < Rows.count(spec.updates()); row++) {
            long target = Rows.offset(spec.output(), row);
            long update = Rows.offset(spec.updates(), row);
            long indices = Rows.offset(spec.indices(), row);
            for (int i = 0; i < Rows.length(spec.updates()); i++) {
                float stated = Elements.real(memory, indices + i * Rows.step(spec.indices()));
                long place = target
                        + i * Rows.step(spec.output())
                        + FloatGather.index(stated, spec.extent()) * spec.stride();
                float x = Elements.real(memory, update + i * Rows.step(spec.updates()));
                Elements.putReal(memory, place, combined(Elements.real(memory, place), x));
            }
        }
    }

    private float combined(float old, float update) {
        return switch (spec.combination()) {
            case REPLACE -> update;
            case ADD -> old + update;
            case MULTIPLY -> old * update;
            case MINIMUM -> Math.min(old, update);
            case MAXIMUM -> Math.max(old, update);
        };
    }
}
