package dev.octavo.runtime.plan;

import dev.octavo.kernels.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model compiled for one kernel set and one batch size: kernels in the order in which they run, on offsets of one memory.
 * Immutable, and shared by any number of sessions.
 *
 * @param setup what runs once on new memory
 * @param inputs per input of the model, the forms in which a caller may supply it, the native one first
 * @param steps between inputs and outputs
 * @param outputs per output of the model
 * @param slots every step by its {@link Step#slot}, those of setup, inputs and outputs included
 * @param memoryBytes of the memory that one session needs, without scratch; a multiple of 64. It must be zero at first
 * @param scratchBytes for each thread, from {@code memoryBytes} on; a multiple of 64
 * @param constants what memory holds from {@code constantsOffset} on, before the first run
 */
public record Plan(
        List<Step> setup,
        List<List<Input>> inputs,
        List<Step> steps,
        List<Output> outputs,
        List<Step> slots,
        long memoryBytes,
        long scratchBytes,
        MemorySegment constants,
        long constantsOffset) {
    /**
     * A form in which a caller may supply an input.
     *
     * @param shape of the caller's contiguous tensor
     * @param transfer where its bytes go
     * @param conversion what runs after the transfer, or null
     */
    public record Input(
            ElementType type,
            int[] shape,
            HostTransfer transfer,
            @Nullable Step conversion) {}

    /**
     * An output of the model.
     *
     * @param shape of the caller's contiguous tensor
     * @param constant whether it is the same for every image, so that its shape has no batch
     * @param conversion what runs before the transfer, or null
     * @param transfer where its bytes come from
     */
    public record Output(
            ElementType type,
            int[] shape,
            boolean constant,
            @Nullable Step conversion,
            HostTransfer transfer) {}
}
