package dev.octavo.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The memory of one operation under test: tensors at odd places, with gaps between pixels, rows and tensors, all of it
 * random, so that a byte that is written where it must not be shows.
 */
final class TestMemory {
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int ALIGNMENT = 64;

    private final RandomGenerator random;
    private final long seed;
    private final List<Tensor> tensors = new ArrayList<>();
    private long end = KernelSet.SLACK_BYTES;

    private record Tensor(TensorView view, Contents contents) {}

    TestMemory(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    /** The source of this operation's random choices. */
    RandomGenerator random() {
        return random;
    }

    /** One of the given values. */
    int pick(int... values) {
        return values[random.nextInt(values.length)];
    }

    /** Whether something happens that does so once in {@code n} times. */
    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    /** INT8 or UINT8. */
    ElementType quantizedType() {
        return random.nextBoolean() ? ElementType.INT8 : ElementType.UINT8;
    }

    /** A new feature map in NHWC order. */
    TensorView featureMap(ElementType type, Contents contents, int n, int c, int h, int w) {
        long pixel = (long) type.bytes() * (c + gap());
        long row = pixel * (w + gap());
        long image = row * (h + gap());
        return add(type, contents, new int[] {n, c, h, w}, new long[] {image, type.bytes(), row, pixel}, image * n);
    }

    /** Puts zeros around a feature map, inside of it. */
    void zero(TensorView view, Border border) {
        int height = view.height();
        int width = view.width();
        zero(view, 0, 0, border.top(), width);
        zero(view, height - border.bottom(), 0, border.bottom(), width);
        zero(view, 0, 0, height, border.left());
        zero(view, 0, width - border.right(), height, border.right());
    }

    private void zero(TensorView view, int y, int x, int height, int width) {
        if (height > 0 && width > 0) {
            int[] start = {0, 0, y, x};
            int[] size = {view.batch(), view.channels(), height, width};
            tensors.add(new Tensor(view.window(start, size), Contents.ZEROS));
        }
    }

    /** A new tensor whose dimensions lie in memory in random order, possibly with gaps. */
    TensorView tensor(ElementType type, Contents contents, int... shape) {
        List<Integer> order = new ArrayList<>();
        for (int d = 0; d < shape.length; d++) {
            order.add(oneIn(2) ? d : 0, d);
        }
        long[] strides = new long[shape.length];
        long stride = type.bytes() * (oneIn(4) ? 2L : 1);
        for (int d : order.reversed()) {
            strides[d] = stride;
            stride *= shape[d] + gap();
        }
        return add(type, contents, shape, strides, stride);
    }

    private int gap() {
        return oneIn(2) ? 0 : random.nextInt(1, 21);
    }

    private TensorView add(ElementType type, Contents contents, int[] shape, long[] strides, long bytes) {
        long offset = end + (long) type.bytes() * random.nextInt(40);
        TensorView view = TensorView.of(type, offset, shape, strides);
        end = offset + bytes + ALIGNMENT - (offset + bytes) % ALIGNMENT;
        tensors.add(new Tensor(view, contents));
        return view;
    }

    /** Where scratch memory begins. */
    long scratch() {
        return end + KernelSet.SLACK_BYTES + ALIGNMENT - (end + KernelSet.SLACK_BYTES) % ALIGNMENT;
    }

    /** The memory with its content, which is the same each time. */
    MemorySegment allocate(Arena arena, long scratchBytes) {
        SplittableRandom bytes = new SplittableRandom(~seed);
        MemorySegment memory = arena.allocate(scratch() + scratchBytes + KernelSet.SLACK_BYTES, ALIGNMENT);
        for (long i = 0; i < memory.byteSize(); i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) bytes.nextInt());
        }
        for (Tensor tensor : tensors) {
            fill(memory, tensor, tensor.view().offset(), 0, bytes);
        }
        return memory;
    }

    private static void fill(MemorySegment memory, Tensor tensor, long offset, int dimension, RandomGenerator random) {
        TensorView view = tensor.view();
        if (dimension < view.rank()) {
            for (int i = 0; i < view.size(dimension); i++) {
                fill(memory, tensor, offset + i * view.stride(dimension), dimension + 1, random);
            }
        } else if (view.type() == ElementType.FLOAT32) {
            memory.set(FLOAT, offset, tensor.contents().real(random));
        } else {
            int value = tensor.contents().quantized(view.type(), random);
            memory.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
        }
    }
}
