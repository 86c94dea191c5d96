package dev.octavo.kernels;

import java.util.ArrayList;
import java.util.List;

/** Cases of the operations on single elements, apart from those of floats alone. */
final class ElementwiseCases {
    private ElementwiseCases() {}

    /** Ranks 0 to 4, mostly 4. */
    static int[] shape(TestMemory memory) {
        int[] shape = new int[memory.pick(0, 1, 2, 3, 4, 4, 4, 4)];
        for (int d = 0; d < shape.length; d++) {
            shape[d] = d == 1 ? memory.pick(1, 3, 16, 17, 40, 64, 130) : memory.pick(1, 1, 2, 3, 7);
        }
        return shape;
    }

    /** A tensor of a shape; mostly a feature map in NHWC order where the rank allows it. */
    static TensorView tensor(TestMemory memory, ElementType type, Contents contents, int... shape) {
        return shape.length == 4 && !memory.oneIn(4)
                ? memory.featureMap(type, contents, shape[0], shape[1], shape[2], shape[3])
                : memory.tensor(type, contents, shape);
    }

    /** A tensor that is repeated to a shape, sometimes truly. */
    static TensorView operand(TestMemory memory, ElementType type, Contents contents, int... shape) {
        int[] own = shape.clone();
        if (memory.oneIn(3)) {
            for (int d = 0; d < own.length; d++) {
                own[d] = memory.oneIn(2) ? 1 : own[d];
            }
        }
        return tensor(memory, type, contents, own).broadcast(shape);
    }

    /** The memory of an operand where that is allowed, or else new memory. */
    static TensorView output(TestMemory memory, ElementType type, TensorView operand) {
        boolean repeats = false;
        for (int d = 0; d < operand.rank(); d++) {
            repeats |= operand.stride(d) == 0 && operand.size(d) > 1;
        }
        return !repeats && operand.type() == type && memory.oneIn(3)
                ? operand
                : tensor(memory, type, Contents.ANY, operand.shape());
    }

    static KernelSpec add(TestMemory memory) {
        int[] shape = shape(memory);
        TensorView left = operand(memory, memory.quantizedType(), contents(memory), shape);
        TensorView right = operand(memory, memory.quantizedType(), contents(memory), shape);
        TensorView output = output(memory, memory.quantizedType(), memory.oneIn(2) ? left : right);
        int low = low(memory, output);
        float offset = memory.oneIn(2) ? 0 : memory.random().nextFloat(-300, 300);
        return new QuantizedAdd(
                left, multiplier(memory), right, multiplier(memory), offset, output, low, high(memory, output, low));
    }

    static KernelSpec multiply(TestMemory memory) {
        int[] shape = shape(memory);
        TensorView left = operand(memory, memory.quantizedType(), contents(memory), shape);
        TensorView right = operand(memory, memory.quantizedType(), contents(memory), shape);
        TensorView output = tensor(memory, memory.quantizedType(), Contents.ANY, shape);
        int low = low(memory, output);
        FixedPointMultiplier multiplier = FixedPointMultiplier.of(
                memory.oneIn(3) ? 0x1p-7 : memory.random().nextDouble(0.0001, 0.1));
        int bias = memory.oneIn(2) ? 0 : memory.random().nextInt(-(1 << 17), 1 << 17);
        return new QuantizedMultiply(
                left,
                zero(memory, left),
                right,
                zero(memory, right),
                bias,
                multiplier,
                output,
                low,
                high(memory, output, low));
    }

    private static int zero(TestMemory memory, TensorView operand) {
        return operand.type() == ElementType.UINT8 && memory.oneIn(2) ? memory.pick(1, 17, 128, 255) : 0;
    }

    static KernelSpec lookUp(TestMemory memory) {
        TensorView input = tensor(memory, memory.quantizedType(), Contents.ANY, shape(memory));
        byte[] table = new byte[256];
        memory.random().nextBytes(table);
        return new LookUp(input, output(memory, memory.quantizedType(), input), table);
    }

    static KernelSpec copy(TestMemory memory) {
        ElementType type = memory.oneIn(2) ? ElementType.FLOAT32 : memory.quantizedType();
        TensorView input = operand(memory, type, Contents.ANY, shape(memory));
        return new Copy(input, tensor(memory, type, Contents.ANY, input.shape()));
    }

    static KernelSpec fill(TestMemory memory) {
        ElementType type = memory.oneIn(2) ? ElementType.FLOAT32 : memory.quantizedType();
        int[] shape = shape(memory);
        boolean perChannel = shape.length > 1 && memory.oneIn(2);
        byte[] pattern = new byte[type.bytes() * (perChannel ? shape[1] : 1)];
        memory.random().nextBytes(pattern);
        List<TensorView> outputs = new ArrayList<>();
        for (int i = memory.pick(1, 1, 4); i > 0; i--) {
            outputs.add(tensor(memory, type, Contents.ANY, shape));
        }
        return new Fill(outputs, pattern);
    }

    static KernelSpec quantize(TestMemory memory) {
        int[] shape = shape(memory);
        Contents contents = memory.oneIn(6) ? Contents.NOT_FINITE : contents(memory);
        TensorView input = tensor(memory, ElementType.FLOAT32, contents, shape);
        TensorView output = tensor(memory, memory.quantizedType(), Contents.ANY, shape);
        float[] scales = new float[shape.length > 1 && memory.oneIn(2) ? shape[1] : 1];
        float[] shifts = new float[scales.length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = memory.oneIn(3) ? 1 : memory.random().nextFloat(0.01f, 1);
            shifts[i] = memory.oneIn(3) ? 0 : memory.random().nextFloat(-10, 10);
        }
        int zeroPoint = memory.oneIn(2) ? 0 : memory.random().nextInt(-128, 256);
        int low = low(memory, output);
        return new Quantize(input, output, scales, shifts, zeroPoint, low, high(memory, output, low));
    }

    static KernelSpec dequantize(TestMemory memory) {
        TensorView input = tensor(memory, memory.quantizedType(), contents(memory), shape(memory));
        TensorView output = tensor(memory, ElementType.FLOAT32, Contents.ANY, input.shape());
        return new Dequantize(
                input, zero(memory, input), output, memory.random().nextFloat(0.001f, 1));
    }

    static Contents contents(TestMemory memory) {
        return memory.oneIn(4) ? Contents.EXTREMES : Contents.ANY;
    }

    private static FixedPointMultiplier multiplier(TestMemory memory) {
        double[] edges = {63.9, 1, 0.5, 0x1p-7, 0x1p-30};
        return FixedPointMultiplier.of(
                memory.oneIn(3)
                        ? edges[memory.random().nextInt(edges.length)]
                        : memory.random().nextDouble(0.01, 2));
    }

    private static int low(TestMemory memory, TensorView output) {
        return output.type() == ElementType.INT8 ? memory.pick(-128, -127, 0, -20) : 0;
    }

    private static int high(TestMemory memory, TensorView output, int low) {
        int most = output.type() == ElementType.INT8 ? 127 : 255;
        return memory.oneIn(2) ? most : Math.max(low, memory.random().nextInt(0, most + 1));
    }
}
