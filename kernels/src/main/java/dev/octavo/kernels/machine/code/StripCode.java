package dev.octavo.kernels.machine.code;

import dev.octavo.kernels.machine.work.WorkList.Item;

/** Makes items that copy or clear consecutive bytes; each at least {@link CodeFamily#vectorBytes} long. */
public interface StripCode {
    /**
     * Returns an item that copies from the first byte to the last.
     *
     * @param from offset in memory, at least a vector behind {@code to}
     * @param to offset in memory
     */
    Item copy(long from, long to, long bytes);

    /**
     * Returns an item that writes zeros.
     *
     * @param to offset in memory
     */
    Item clear(long to, long bytes);
}
