package dev.octavo.runtime.plan;

import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/**
 * Moves a tensor between the caller's memory, where it is contiguous, and a plan's, in runs of bytes that lie together in
 * both.
 */
public final class HostTransfer {
    private final long runBytes;
    private final long[] offsets;

    private HostTransfer(long runBytes, long[] offsets) {
        this.runBytes = runBytes;
        this.offsets = offsets;
    }

    static HostTransfer of(TensorView view) {
        int d = view.rank() - 1;
        long runBytes = view.type().bytes();
        while (d >= 0 && (view.size(d) == 1 || view.stride(d) == runBytes)) {
            runBytes *= view.size(d);
            d--;
        }
        long runs = 1;
        for (int outer = 0; outer <= d; outer++) {
            runs *= view.size(outer);
        }
        long[] offsets = new long[Math.toIntExact(runs)];
        for (int i = 0; i < offsets.length; i++) {
            long offset = view.offset();
            int rest = i;
            for (int outer = d; outer >= 0; outer--) {
                offset += rest % view.size(outer) * view.stride(outer);
                rest /= view.size(outer);
            }
            offsets[i] = offset;
        }
        return new HostTransfer(runBytes, offsets);
    }

    /** Bytes of the caller's tensor. */
    public long bytes() {
        return offsets.length * runBytes;
    }

    /** Bytes that a transfer copies at once. */
    static long runBytes(TensorView view) {
        long runBytes = view.type().bytes();
        for (int d = view.rank() - 1; d >= 0 && (view.size(d) == 1 || view.stride(d) == runBytes); d--) {
            runBytes *= view.size(d);
        }
        return runBytes;
    }

    /** From the caller's memory, from {@code offset} on, to the plan's. */
    public void in(MemorySegment host, long offset, MemorySegment memory) {
        for (int i = 0; i < offsets.length; i++) {
            MemorySegment.copy(host, offset + i * runBytes, memory, offsets[i], runBytes);
        }
    }

    /** From the plan's memory to the caller's, from {@code offset} on. */
    public void out(MemorySegment memory, MemorySegment host, long offset) {
        for (int i = 0; i < offsets.length; i++) {
            MemorySegment.copy(memory, offsets[i], host, offset + i * runBytes, runBytes);
        }
    }
}
