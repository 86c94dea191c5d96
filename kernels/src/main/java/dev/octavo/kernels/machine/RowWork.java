package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.machine.WorkList.Item;
import java.util.List;

/** What an emitted kernel does for one convolution. */
sealed interface RowWork permits MachineConvolution, MachineDepthwise {
    /** The kernel's name if it does nothing else. */
    String name();

    /**
     * Items that compute a convolution, in the order that suits the caches. Their variants are added to the kernel if it has
     * not got them.
     *
     * @param part the convolution that this was made for, or rows of one image of it: views with other extents
     */
    List<Item> items(Convolution part);
}
