package dev.octavo.tools.simulate;

import dev.octavo.tools.statistics.InputEncoding;
import java.util.stream.Stream;

/** Images to observe a network on. */
public interface ImageSource {
    /** How many images there are. */
    int count();

    /**
     * All images in batches, the same each time.
     *
     * @param shape of the network's input for one image
     * @param encoding how the network is given its input
     */
    Stream<FloatBatch> batches(int[] shape, InputEncoding encoding);
}
