package dev.octavo.kernels;

import java.util.Arrays;

/** Cases of the operations on floats, apart from convolution and pooling. */
final class FloatCases {
    private FloatCases() {}

    static KernelSpec unary(TestMemory memory) {
        FloatUnary.Function[] functions = FloatUnary.Function.values();
        FloatUnary.Function function = functions[memory.random().nextInt(functions.length)];
        TensorView input = ElementwiseCases.tensor(
                memory, ElementType.FLOAT32, ElementwiseCases.contents(memory), ElementwiseCases.shape(memory));
        TensorView output = ElementwiseCases.output(memory, ElementType.FLOAT32, input);
        boolean clip = function == FloatUnary.Function.CLIP;
        float alpha = clip ? memory.pick(0, 0, -1) : 0.2f;
        float beta = !clip ? 0.5f : memory.oneIn(2) ? Float.POSITIVE_INFINITY : 6;
        return new FloatUnary(function, alpha, beta, input, output);
    }

    static KernelSpec binary(TestMemory memory) {
        FloatBinary.Function[] functions = FloatBinary.Function.values();
        FloatBinary.Function function = functions[memory.random().nextInt(functions.length)];
        int[] shape = ElementwiseCases.shape(memory);
        TensorView left =
                ElementwiseCases.operand(memory, ElementType.FLOAT32, ElementwiseCases.contents(memory), shape);
        TensorView right =
                ElementwiseCases.operand(memory, ElementType.FLOAT32, ElementwiseCases.contents(memory), shape);
        TensorView output = ElementwiseCases.output(memory, ElementType.FLOAT32, memory.oneIn(2) ? left : right);
        return new FloatBinary(function, left, right, output);
    }

    static KernelSpec matMul(TestMemory memory) {
        int m = memory.pick(1, 3, 8, 17);
        int k = memory.pick(1, 5, 33);
        int n = memory.pick(1, 4, 17, 40);
        int[] leading = new int[memory.pick(0, 1, 2)];
        for (int d = 0; d < leading.length; d++) {
            leading[d] = memory.pick(1, 2, 3);
        }
        TensorView left = factor(memory, leading, m, k);
        TensorView right = factor(memory, leading, k, n);
        TensorView output = memory.tensor(ElementType.FLOAT32, Contents.ANY, matrix(leading, m, n));
        return new FloatMatMul(left, right, output);
    }

    private static TensorView factor(TestMemory memory, int[] leading, int rows, int columns) {
        int[] own = leading.clone();
        if (memory.oneIn(3) && own.length > 0) {
            own[0] = 1;
        }
        return memory.tensor(ElementType.FLOAT32, Contents.ANY, matrix(own, rows, columns))
                .broadcast(matrix(leading, rows, columns));
    }

    private static int[] matrix(int[] leading, int rows, int columns) {
        int[] shape = Arrays.copyOf(leading, leading.length + 2);
        shape[leading.length] = rows;
        shape[leading.length + 1] = columns;
        return shape;
    }

    static KernelSpec softmax(TestMemory memory) {
        int[] shape = new int[memory.pick(1, 2, 3, 4)];
        for (int d = 0; d < shape.length; d++) {
            shape[d] = memory.pick(1, 2, 10, 17);
        }
        TensorView input = memory.tensor(ElementType.FLOAT32, Contents.ANY, shape);
        TensorView output = memory.tensor(ElementType.FLOAT32, Contents.ANY, shape);
        return new FloatSoftmax(input, output, memory.random().nextInt(shape.length));
    }

    private static <T> T any(TestMemory memory, T[] values) {
        return values[memory.random().nextInt(values.length)];
    }

    static KernelSpec reduction(TestMemory memory) {
        int[] shape = ElementwiseCases.shape(memory);
        int[] reduced = shape.clone();
        for (int d = 0; d < shape.length; d++) {
            reduced[d] = memory.oneIn(2) ? 1 : shape[d];
        }
        TensorView input = ElementwiseCases.tensor(memory, ElementType.FLOAT32, Contents.ANY, shape);
        TensorView output = ElementwiseCases.tensor(memory, ElementType.FLOAT32, Contents.ANY, reduced);
        return new FloatReduction(any(memory, FloatReduction.Kind.values()), input, output);
    }

    static KernelSpec select(TestMemory memory) {
        int[] shape = ElementwiseCases.shape(memory);
        TensorView condition = ElementwiseCases.operand(memory, ElementType.FLOAT32, Contents.ZEROS, shape);
        TensorView left = ElementwiseCases.operand(memory, ElementType.FLOAT32, Contents.ANY, shape);
        TensorView right = ElementwiseCases.operand(memory, ElementType.FLOAT32, Contents.ANY, shape);
        TensorView output = ElementwiseCases.tensor(memory, ElementType.FLOAT32, Contents.ANY, shape);
        return new FloatSelect(memory.oneIn(2) ? condition : left, left, right, output);
    }

    private static int[] lines(TestMemory memory) {
        int[] shape = new int[memory.pick(1, 2, 3, 4)];
        for (int d = 0; d < shape.length; d++) {
            shape[d] = memory.pick(1, 2, 5, 17);
        }
        return shape;
    }

    static KernelSpec argExtreme(TestMemory memory) {
        int[] shape = lines(memory);
        int axis = memory.random().nextInt(shape.length);
        int[] one = shape.clone();
        one[axis] = 1;
        return new FloatArgExtreme(
                memory.tensor(ElementType.FLOAT32, Contents.ANY, shape),
                memory.tensor(ElementType.FLOAT32, Contents.ANY, one),
                axis,
                memory.oneIn(2),
                memory.oneIn(2));
    }

    static KernelSpec topK(TestMemory memory) {
        int[] shape = lines(memory);
        int axis = memory.random().nextInt(shape.length);
        int[] some = shape.clone();
        some[axis] = 1 + memory.random().nextInt(shape[axis]);
        return new FloatTopK(
                memory.tensor(ElementType.FLOAT32, Contents.ANY, shape),
                memory.tensor(ElementType.FLOAT32, Contents.ANY, some),
                axis,
                memory.oneIn(2),
                memory.oneIn(2));
    }

    static KernelSpec gather(TestMemory memory) {
        int[] shape = lines(memory);
        int extent = memory.pick(1, 3, 9);
        int[] whole = Arrays.copyOf(shape, shape.length + 1);
        whole[shape.length] = extent;
        TensorView data = memory.tensor(ElementType.FLOAT32, Contents.ANY, whole);
        TensorView first =
                TensorView.of(ElementType.FLOAT32, data.offset(), shape, Arrays.copyOf(data.strides(), shape.length));
        TensorView indices = memory.tensor(ElementType.FLOAT32, Contents.ANY, shape);
        TensorView output = memory.tensor(ElementType.FLOAT32, Contents.ANY, shape);
        return new FloatGather(first, extent, data.stride(shape.length), indices, output);
    }

    static KernelSpec scatter(TestMemory memory) {
        int[] shape = lines(memory);
        int axis = memory.random().nextInt(shape.length);
        int[] some = shape.clone();
        some[axis] = memory.pick(1, 4);
        TensorView output = memory.tensor(ElementType.FLOAT32, Contents.ANY, shape);
        long[] strides = output.strides();
        strides[axis] = 0;
        return new FloatScatter(
                any(memory, FloatScatter.Combination.values()),
                memory.tensor(ElementType.FLOAT32, Contents.ANY, some),
                memory.tensor(ElementType.FLOAT32, Contents.ANY, some),
                TensorView.of(ElementType.FLOAT32, output.offset(), some, strides),
                shape[axis],
                output.stride(axis));
    }
}
