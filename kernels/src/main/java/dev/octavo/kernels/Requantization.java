package dev.octavo.kernels;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How int32 accumulators become bytes: {@code q = clamp(rne(acc · multiplier), low, high)}.
 *
 * @param multipliers one, or one per output channel
 * @param low least result
 * @param high greatest result: one, or one per output channel (a ReLU6 that equalization scaled differs by channel)
 */
public record Requantization(List<FixedPointMultiplier> multipliers, int low, int[] high) implements Epilogue {
    /** Copies the arguments. */
    public Requantization {
        multipliers = List.copyOf(multipliers);
        high = high.clone();
        if (multipliers.isEmpty() || high.length == 0) {
            throw new IllegalArgumentException("no multiplier or no upper bound");
        }
        for (int h : high) {
            if (low > h) {
                throw new IllegalArgumentException("low " + low + " exceeds high " + h);
            }
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Requantization requantization
                && low == requantization.low
                && Arrays.equals(high, requantization.high)
                && multipliers.equals(requantization.multipliers);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * multipliers.hashCode() + low) + Arrays.hashCode(high);
    }

    /** Returns the requantization with one multiplier and one pair of bounds for every channel. */
    public static Requantization of(FixedPointMultiplier multiplier, int low, int high) {
        return new Requantization(List.of(multiplier), low, new int[] {high});
    }

    /** Returns the multiplier of an output channel, from 0. */
    public FixedPointMultiplier multiplier(int channel) {
        return multipliers.size() == 1 ? multipliers.getFirst() : multipliers.get(channel);
    }

    @Override
    public int scaleCount() {
        return multipliers.size();
    }

    /** {@inheritDoc} As {@link FixedPointMultiplier#value}, which is exact. */
    @Override
    public float scale(int channel) {
        return multiplier(channel).value();
    }

    /** Returns the upper bound of an output channel, from 0. */
    public int high(int channel) {
        return high.length == 1 ? high[0] : high[channel];
    }

    @Override
    public int[] high() {
        return high.clone();
    }

    /** Returns the code, as an int, for an accumulator of a channel. */
    public int apply(int accumulator, int channel) {
        return (int) Math.clamp(multiplier(channel).apply(accumulator), (long) low, high(channel));
    }

    /** Returns the code, as an int, for an accumulator of a channel and a guarded second term: {@link FixedPointMultiplier#applyGuarded}. */
    public int applyWithResidual(int accumulator, int channel, long guardedResidual) {
        long sum = multiplier(channel).applyGuarded(accumulator) + guardedResidual;
        return (int) Math.clamp(FixedPointMultiplier.withoutGuard(sum), (long) low, high(channel));
    }

    @Override
    public void check(TensorView output, boolean residual) {
        ElementType type = output.type();
        int channels = output.channels();
        if (multipliers.size() != 1 && multipliers.size() != channels) {
            throw new IllegalArgumentException(multipliers.size() + " multipliers for " + channels + " channels");
        }
        if (high.length != 1 && high.length != channels) {
            throw new IllegalArgumentException(high.length + " upper bounds for " + channels + " channels");
        }
        int least = type == ElementType.INT8 ? -128 : 0;
        int most = type == ElementType.INT8 ? 127 : 255;
        if (!type.quantized() || low < least) {
            throw new IllegalArgumentException("low " + low + " does not fit " + type);
        }
        for (int h : high) {
            if (h > most) {
                throw new IllegalArgumentException("high " + h + " does not fit " + type);
            }
        }
    }
}
