package dev.octavo.tools.compare;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Tensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.simulate.FloatBatch;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.Preprocessing;
import java.util.List;

/** Pictures as the input of a float network. */
public final class PictureBatch {
    private PictureBatch() {}

    /**
     * Normalised pictures.
     *
     * @param graph whose only input is [1, C, H, W]
     */
    public static FloatBatch of(Graph graph, Preprocessing preprocessing, List<Picture> pictures) {
        int[] shape = graph.shape(graph.inputs().getFirst());
        Tensor tensor = Tensor.allocate(ElementType.FLOAT32, shape);
        int elements = Math.toIntExact(tensor.elements());
        float[] all = new float[Math.multiplyExact(elements, pictures.size())];
        for (int i = 0; i < pictures.size(); i++) {
            preprocessing.toFloats(pictures.get(i), shape[3], shape[2], tensor.segment(), 0);
            System.arraycopy(tensor.toFloatArray(), 0, all, i * elements, elements);
        }
        return FloatBatch.ofOrdered(pictures.size(), shape, all);
    }
}
