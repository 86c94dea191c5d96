package dev.octavo.runtime.plan;

import dev.octavo.kernels.Copy;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.Quantize;
import dev.octavo.kernels.TensorView;
import dev.octavo.runtime.format.ModelMetadata.Preprocessing;
import dev.octavo.runtime.format.TensorDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A form in which a tensor passes between the caller and a plan.
 *
 * <p>The caller's tensor is contiguous. A picture of bytes is [N, H, W, C] there; everything else has its dimensions in the
 * model's order. What does not arrive in long enough runs, or in another type, goes through a contiguous stage of memory.
 *
 * @param type of the caller's elements
 * @param order the caller's dimension {@code d} is the tensor's {@code order[d]}
 * @param staged whether a kernel moves the elements between the stage and the tensor
 */
record HostForm(ElementType type, int[] order, boolean staged) {
    private static final int[] INTERLEAVED = {0, 2, 3, 1};

    /** Runs of at least so many bytes are moved without a kernel. */
    private static final long MIN_RUN_BYTES = 16;

    /** The forms of an input that lies at {@code view}, the one without conversion first. */
    static List<HostForm> ofInput(TensorDefinition tensor, TensorView view) {
        int[] inOrder = inOrder(view);
        List<HostForm> forms = new ArrayList<>();
        forms.add(direct(view, tensor.picture() ? INTERLEAVED : inOrder));
        if (view.type().quantized()) {
            forms.add(new HostForm(ElementType.FLOAT32, inOrder, true));
        }
        return forms;
    }

    /** The form of an output that lies at {@code view}. */
    static HostForm ofOutput(TensorView view) {
        return direct(view, inOrder(view));
    }

    private static HostForm direct(TensorView view, int[] order) {
        TensorView seen = view.permuted(order);
        boolean scattered = HostTransfer.runBytes(seen) < MIN_RUN_BYTES && !seen.isContiguous();
        return new HostForm(view.type(), order, scattered);
    }

    private static int[] inOrder(TensorView view) {
        return IntStream.range(0, view.rank()).toArray();
    }

    /** Shape of the caller's tensor. */
    int[] shape(TensorView view) {
        return view.permuted(order).shape();
    }

    /** Bytes of the stage; 0 without one. */
    long stageBytes(TensorView view) {
        return staged ? view.elements() * type.bytes() : 0;
    }

    /** Where the caller's bytes go to or come from. */
    HostTransfer transfer(TensorView view, long stage) {
        return HostTransfer.of(staged ? TensorView.contiguous(type, stage, shape(view)) : view.permuted(order));
    }

    /** What brings a staged input to its place. */
    KernelSpec fromStage(TensorView view, long stage, TensorDefinition tensor, Preprocessing preprocessing) {
        TensorView staging = TensorView.contiguous(type, stage, shape(view));
        TensorView place = view.permuted(order);
        if (type == view.type()) {
            return new Copy(staging, place);
        }
        boolean signed = view.type() == ElementType.INT8;
        float[] scales = {tensor.scale()};
        float[] shifts = {0};
        if (tensor.picture() && !preprocessing.std().isEmpty()) {
            int channels = view.size(1);
            scales = perChannel(preprocessing.std(), channels);
            shifts = preprocessing.mean().isEmpty() ? new float[channels] : perChannel(preprocessing.mean(), channels);
            for (int c = 0; c < channels; c++) {
                shifts[c] = -shifts[c] / scales[c];
                scales[c] = 1 / scales[c];
            }
        }
        int zero = tensor.picture() ? 0 : tensor.zeroCode();
        return new Quantize(staging, place, scales, shifts, zero, signed ? -127 : 0, signed ? 127 : 255);
    }

    /** What brings an output from its place to the stage. */
    KernelSpec toStage(TensorView view, long stage) {
        return new Copy(view.permuted(order), TensorView.contiguous(type, stage, shape(view)));
    }

    private static float[] perChannel(List<Float> values, int channels) {
        if (values.size() != 1 && values.size() != channels) {
            throw new IllegalArgumentException(
                    values.size() + " means or standard deviations for " + channels + " channels");
        }
        float[] perChannel = new float[channels];
        for (int c = 0; c < channels; c++) {
            perChannel[c] = values.get(values.size() == 1 ? 0 : c);
        }
        return perChannel;
    }
}
