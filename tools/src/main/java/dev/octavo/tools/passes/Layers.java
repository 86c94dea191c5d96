package dev.octavo.tools.passes;

import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.quantize.ClippedNormals;
import dev.octavo.tools.quantize.WeightShape;

/** Layers of a graph in the terms of quantization. */
final class Layers {
    private Layers() {}

    static WeightShape weightShape(Op.Layer layer) {
        return new WeightShape(layer.outputs(), layer.inputsPerGroup(), layer.taps(), layer.groups());
    }

    static ClippedNormals clip(ClippedNormals normals, Clamp clamp) {
        double[] high = new double[normals.channels()];
        for (int c = 0; c < high.length; c++) {
            high[c] = clamp.high(c);
        }
        return normals.clip(clamp.low(), high);
    }

    /** Outputs per input position: a layer that strides reads, and disturbs, fewer. */
    static double stride(Op.Layer layer) {
        return layer instanceof Op.Convolution convolution
                ? convolution.window().shape().strideHeight()
                        * convolution.window().shape().strideWidth()
                : 1;
    }
}
