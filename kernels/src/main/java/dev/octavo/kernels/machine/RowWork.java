package dev.octavo.kernels.machine;

import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.code.KernelCode;
import dev.octavo.kernels.machine.work.ConvolutionTensors;
import dev.octavo.kernels.machine.work.WorkList;
import dev.octavo.kernels.machine.work.WorkList.Item;
import java.util.List;

/** What an emitted kernel does for one convolution. */
sealed interface RowWork permits MachineConvolution, MachineDepthwise, MachineFloatDepthwise {
    /** A kernel that does nothing else. */
    static Kernel kernel(RowWork rows, ConvolutionTensors tensors, KernelCode kernel, PackingCache cache)
            throws TierUnavailableException {
        WorkList work = new WorkList();
        rows.items(tensors).forEach(work::add);
        return rows instanceof MachineConvolution dense
                ? kernel.build(rows.name(), work, cache, dense.key())
                : kernel.build(rows.name(), work);
    }

    /** The kernel's name if it does nothing else. */
    String name();

    /**
     * Items that compute a convolution, in the order that suits the caches. Their variants are added to the kernel if it has
     * not got them.
     *
     * @param part of the convolution that this was made for: all of it, or rows of one image, which are views with other extents
     */
    List<Item> items(ConvolutionTensors part);
}
