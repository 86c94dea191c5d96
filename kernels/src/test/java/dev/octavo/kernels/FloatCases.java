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

    static KernelSpec reduceMean(TestMemory memory) {
        int[] shape = ElementwiseCases.shape(memory);
        int[] reduced = shape.clone();
        for (int d = 0; d < shape.length; d++) {
            reduced[d] = memory.oneIn(2) ? 1 : shape[d];
        }
        TensorView input = ElementwiseCases.tensor(memory, ElementType.FLOAT32, Contents.ANY, shape);
        TensorView output = ElementwiseCases.tensor(memory, ElementType.FLOAT32, Contents.ANY, reduced);
        return new FloatReduceMean(input, output);
    }
}
