package dev.octavo.server.protocol;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * An answer to a request for inference.
 *
 * @param model its name
 * @param version of the model
 * @param id of the request; empty for none
 * @param outputs in the order in which they were asked for
 */
public record InferResponse(String model, String version, String id, List<Output> outputs) {
    /** Copies the list. */
    public InferResponse {
        outputs = List.copyOf(outputs);
    }

    /**
     * One output.
     *
     * @param name of the output
     * @param type of its elements
     * @param shape all extents
     * @param data the elements, little-endian; empty for {@link DataType#BYTES}
     * @param strings the elements of {@link DataType#BYTES}
     * @param binary whether it is to follow the JSON as bytes
     */
    public record Output(
            String name, DataType type, long[] shape, MemorySegment data, List<byte[]> strings, boolean binary) {}
}
