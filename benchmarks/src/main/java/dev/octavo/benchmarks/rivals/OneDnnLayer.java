package dev.octavo.benchmarks.rivals;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.Padding;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** One convolution or fully connected layer of oneDNN with its requantization, residual and ReLU fused. */
record OneDnnLayer(primitive operation, IntMemoryMap arguments, List<Pointer> owned) implements AutoCloseable {
    /** Weights, biases and scales in the terms of oneDNN: {@code scale · acc + bias + residual · held}. */
    private record Constants(
            ConvolutionShape shape,
            Padding padding,
            MemorySegment weights,
            memory.data_type type,
            float[] bias,
            float[] scales,
            float residual,
            boolean rectified) {}

    static OneDnnLayer of(
            engine processor,
            stream queue,
            ModelDefinition model,
            OperationDefinition definition,
            memory from,
            memory to) {
        Constants constants = constants(definition);
        boolean linear = model.tensors().get(definition.inputs().getFirst()).shape().length == 2;
        int channels = constants.bias().length;
        memory.desc plain = weights(constants, linear, channels, false);
        memory.desc any = weights(constants, linear, channels, true);
        memory.desc biases = new memory.desc(new long[] {channels}, memory.data_type.f32, memory.format_tag.x);
        primitive_attr attributes = attributes(constants, definition.inputs().size() > 1, linear);
        memory.desc weights;
        primitive made;
        if (linear) {
            inner_product_forward.primitive_desc description = new inner_product_forward.primitive_desc(
                    processor,
                    dnnl.prop_kind.forward_inference,
                    from.get_desc(),
                    any,
                    biases,
                    to.get_desc(),
                    attributes,
                    false);
            weights = description.weights_desc();
            made = new inner_product_forward(description);
        } else {
            ConvolutionShape s = constants.shape();
            Padding p = constants.padding();
            convolution_forward.primitive_desc description = new convolution_forward.primitive_desc(
                    processor,
                    dnnl.prop_kind.forward_inference,
                    dnnl.algorithm.convolution_direct,
                    from.get_desc(),
                    any,
                    biases,
                    to.get_desc(),
                    new long[] {s.strideHeight(), s.strideWidth()},
                    new long[] {s.dilationHeight() - 1, s.dilationWidth() - 1},
                    new long[] {p.top(), p.left()},
                    new long[] {p.bottom(), p.right()},
                    attributes,
                    false);
            weights = description.weights_desc();
            made = new convolution_forward(description);
        }
        memory packed = new memory(weights, processor);
        try (memory stored = filled(plain, processor, constants.weights());
                reorder packing = new reorder(stored, packed)) {
            packing.execute(queue, stored, packed);
            queue._wait();
        }
        memory bias = filled(biases, processor, MemorySegment.ofArray(constants.bias()));
        memory scales = filled(
                new memory.desc(new long[] {constants.scales().length}, memory.data_type.f32, memory.format_tag.x),
                processor,
                MemorySegment.ofArray(constants.scales()));
        IntMemoryMap arguments = new IntMemoryMap()
                .put(dnnl.DNNL_ARG_SRC, from)
                .put(dnnl.DNNL_ARG_WEIGHTS, packed)
                .put(dnnl.DNNL_ARG_BIAS, bias)
                .put(dnnl.DNNL_ARG_DST, to);
        if (constants.type() == memory.data_type.s8) {
            arguments.put(dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_WEIGHTS, scales);
        }
        return new OneDnnLayer(made, arguments, List.of(packed, bias, scales));
    }

    private static Constants constants(OperationDefinition definition) {
        return switch (definition.operation()) {
            case Operation.Convolution c -> {
                float[] scales = scales(c);
                float[] bias = new float[c.bias().length];
                for (int o = 0; o < bias.length; o++) {
                    bias[o] = c.bias()[o] * scales[scales.length == 1 ? 0 : o];
                }
                yield new Constants(
                        c.shape(),
                        c.padding(),
                        c.weights(),
                        memory.data_type.s8,
                        bias,
                        scales,
                        c.residual() == null ? 0 : c.residual().value(),
                        c.epilogue() instanceof Requantization r && r.low() >= 0);
            }
            case Operation.FloatConvolution c ->
                new Constants(
                        c.shape(),
                        c.padding(),
                        c.weights(),
                        memory.data_type.f32,
                        c.bias(),
                        new float[] {1},
                        1,
                        c.low() == 0);
            default -> throw new IllegalArgumentException(definition.name() + " is no convolution");
        };
    }

    private static float[] scales(Operation.Convolution convolution) {
        return switch (convolution.epilogue()) {
            case Requantization r -> {
                float[] scales = new float[r.multipliers().size()];
                for (int o = 0; o < scales.length; o++) {
                    scales[o] = r.multipliers().get(o).value();
                }
                yield scales;
            }
            // The function itself is left out, to the rival's advantage.
            case Activation a -> a.scales();
            case Rescaling r -> r.scales();
        };
    }

    private static memory.desc weights(Constants constants, boolean linear, int channels, boolean any) {
        ConvolutionShape shape = constants.shape();
        long bytes = constants.type() == memory.data_type.s8 ? 1 : Float.BYTES;
        long inputs = constants.weights().byteSize() / bytes / channels / shape.taps();
        long groups = shape.groups();
        long height = shape.kernelHeight();
        long width = shape.kernelWidth();
        memory.format_tag tag;
        long[] extents;
        if (linear) {
            extents = new long[] {channels, inputs};
            tag = memory.format_tag.oi;
        } else if (groups > 1) {
            extents = new long[] {groups, channels / groups, inputs, height, width};
            tag = memory.format_tag.gohwi;
        } else {
            extents = new long[] {channels, inputs, height, width};
            tag = memory.format_tag.ohwi;
        }
        return new memory.desc(extents, constants.type(), any ? memory.format_tag.any : tag);
    }

    private static primitive_attr attributes(Constants constants, boolean summed, boolean linear) {
        primitive_attr attributes = new primitive_attr();
        if (constants.type() == memory.data_type.s8) {
            boolean grouped = !linear && constants.shape().groups() > 1;
            int perChannel = grouped ? 3 : 1;
            attributes.set_scales_mask(dnnl.DNNL_ARG_WEIGHTS, constants.scales().length == 1 ? 0 : perChannel);
        }
        post_ops after = new post_ops();
        if (summed) {
            after.append_sum(constants.residual(), 0, memory.data_type.undef);
        }
        if (constants.rectified()) {
            after.append_eltwise(dnnl.algorithm.eltwise_relu, 0, 0);
        }
        attributes.set_post_ops(after);
        return attributes;
    }

    private static memory filled(memory.desc description, engine processor, MemorySegment from) {
        memory filled = new memory(description, processor);
        long size = description.get_size();
        BytePointer data = new BytePointer(filled.get_data_handle()).capacity(size);
        MemorySegment.ofBuffer(data.asByteBuffer()).copyFrom(from.asSlice(0, size));
        return filled;
    }

    void run(stream queue) {
        operation.execute(queue, arguments);
    }

    @Override
    public void close() {
        arguments.close();
        operation.close();
        owned.forEach(Pointer::close);
    }
}
