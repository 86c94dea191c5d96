package dev.octavo.kernels.machine.x86.assembler;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The address {@code base + index · scale + displacement}.
 *
 * @param base always present: emitted code has no absolute or RIP-relative data
 * @param index {@code null} for none; never RSP, which the encoding cannot name as an index
 * @param scale 1, 2, 4 or 8
 * @param displacement in bytes
 * @param broadcast whether one element is read and repeated in all lanes (EVEX embedded broadcast)
 * @param mask write mask when this is a destination, {@link Mask#K0} for none
 */
public record Memory(Gpr base, @Nullable Gpr index, int scale, int displacement, boolean broadcast, Mask mask)
        implements Operand {
    public Memory {
        if (index == Gpr.RSP) {
            throw new IllegalArgumentException("rsp cannot be an index");
        }
        if (scale != 1 && scale != 2 && scale != 4 && scale != 8) {
            throw new IllegalArgumentException("scale " + scale + " is not 1, 2, 4 or 8");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Memory memory
                && base == memory.base
                && index == memory.index
                && scale == memory.scale
                && displacement == memory.displacement
                && broadcast == memory.broadcast
                && mask == memory.mask;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * base.hashCode() + Objects.hashCode(index)) + displacement;
    }

    public static Memory at(Gpr base) {
        return new Memory(base, null, 1, 0, false, Mask.K0);
    }

    /** Refuses a displacement that does not fit in 32 bits. */
    public static Memory at(Gpr base, long displacement) {
        return new Memory(base, null, 1, checked(displacement), false, Mask.K0);
    }

    public static Memory at(Gpr base, Gpr index, int scale, long displacement) {
        return new Memory(base, index, scale, checked(displacement), false, Mask.K0);
    }

    /** The address {@code bytes} further on. */
    public Memory plus(long bytes) {
        return new Memory(base, index, scale, checked(displacement + bytes), broadcast, mask);
    }

    /** One element, repeated in all lanes. */
    public Memory broadcasting() {
        return new Memory(base, index, scale, displacement, true, mask);
    }

    /** As a destination of which only the elements in {@code mask} are written. */
    public Memory masked(Mask mask) {
        return new Memory(base, index, scale, displacement, broadcast, mask);
    }

    private static int checked(long displacement) {
        if ((int) displacement != displacement) {
            throw new IllegalArgumentException("displacement " + displacement + " needs more than 32 bits");
        }
        return (int) displacement;
    }
}
