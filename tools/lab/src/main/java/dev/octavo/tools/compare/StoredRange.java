package dev.octavo.tools.compare;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Requantization;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.TensorDefinition;
import java.util.Arrays;

/**
 * The steps from 0 that a tensor can hold, by what computes it.
 *
 * @param low least
 * @param high greatest, one for all channels or one for each
 */
record StoredRange(int low, int[] high) {
    static StoredRange of(TensorDefinition tensor, Operation producer) {
        int zero = tensor.zeroCode();
        StoredRange codes = switch (producer) {
            case Operation.Convolution c
            when c.epilogue() instanceof Requantization r -> new StoredRange(r.low(), r.high());
            case Operation.Convolution c
            when c.epilogue() instanceof Activation a -> new StoredRange(a.low(), new int[] {a.high()});
            case Operation.Quantize q -> new StoredRange(q.low(), new int[] {q.high()});
            case Operation.Add a -> new StoredRange(a.low(), new int[] {a.high()});
            case Operation.Multiply m -> new StoredRange(m.low(), new int[] {m.high()});
            default ->
                tensor.type() == ElementType.UINT8
                        ? new StoredRange(0, new int[] {255})
                        : new StoredRange(-127, new int[] {127});
        };
        return new StoredRange(
                codes.low - zero,
                Arrays.stream(codes.high).map(high -> high - zero).toArray());
    }

    int high(int channel) {
        return high.length == 1 ? high[0] : high[channel];
    }

    int highest() {
        int highest = high[0];
        for (int h : high) {
            highest = Math.max(highest, h);
        }
        return highest;
    }
}
