package dev.octavo.kernels;

/**
 * One operation under test.
 *
 * @param name the operation and the seed that gives it again
 * @param memory holds its tensors
 */
record KernelCase(String name, KernelSpec spec, TestMemory memory) {
    /** Whether it is quick enough to be run many thousand times. */
    boolean small() {
        long work = switch (spec) {
            case Pooling pooling ->
                pooling.output().elements() * pooling.window().taps();
            case FloatReduction reduction -> reduction.input().elements();
            case FloatSoftmax softmax -> 10 * softmax.output().elements();
            default -> Math.max(spec.macs(), spec.output().elements());
        };
        return work < 3_000;
    }

    @Override
    public String toString() {
        return name + " " + spec;
    }
}
