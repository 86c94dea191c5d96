package dev.octavo.server.protocol;

import java.time.Duration;
import java.util.List;

/**
 * A request for inference.
 *
 * @param id that the answer repeats; empty for none
 * @param timeout of the request; zero for none
 * @param priority 1 (first) to 3; 0 for the default
 * @param inputs in the order of the request
 * @param outputs that are asked for; empty for all
 * @param binary whether outputs follow the JSON as bytes unless they say otherwise
 */
public record InferRequest(
        String id,
        Duration timeout,
        int priority,
        List<InputTensor> inputs,
        List<OutputRequest> outputs,
        boolean binary) {
    /** Copies the lists. */
    public InferRequest {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
