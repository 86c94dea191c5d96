package dev.octavo.tools.quantize;

/** The scale of a layer by the simplest rule. */
final class LayerScales {
    private LayerScales() {}

    /** Maps the largest absolute weight to the largest integer. */
    static float perTensor(float[] weights, IntegerRange range) {
        var shape = WeightShape.dense(1, weights.length, 1);
        return WeightScales.of(weights, shape, WeightScope.TENSOR, new WeightRange.MinMax(), range)[0];
    }
}
