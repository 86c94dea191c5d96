package dev.octavo.kernels.machine;

import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.code.KernelCode;
import dev.octavo.kernels.machine.work.ConvolutionTensors;
import dev.octavo.kernels.machine.work.WorkList;
import dev.octavo.kernels.machine.work.WorkList.Item;
import java.util.List;

/** Divides one convolution into the items of an emitted kernel. */
sealed interface RowWork permits MachineConvolution, MachineDepthwise, MachineFloatDepthwise {
    /** Returns a kernel that computes one convolution. */
    static Kernel kernel(RowWork rows, ConvolutionTensors tensors, KernelCode kernel, PackingCache cache)
            throws TierUnavailableException {
        WorkList work = new WorkList();
        rows.items(tensors).forEach(work::add);
        return rows instanceof MachineConvolution dense
                ? kernel.build(rows.name(), work, cache, dense.key())
                : kernel.build(rows.name(), work);
    }

    /** Returns the name of a kernel that computes only this convolution. */
    String name();

    /**
     * Returns items that compute a convolution, in the order that suits the caches. Their variants are added to the kernel if it has
     * not got them.
     *
     * @param part of the convolution that this was made for: all of it, or rows of one image, which are views with other extents
     */
    List<Item> items(ConvolutionTensors part);
}
