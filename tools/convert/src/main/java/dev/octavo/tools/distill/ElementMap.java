package dev.octavo.tools.distill;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Which element of a source each element of an output is, the same for every image; channels last on both sides. */
final class ElementMap {
    /** Stands for no source. */
    static final int NONE = -1;

    private final int @Nullable [] sources;
    private final int outputs;
    private final int stride;

    private ElementMap(int @Nullable [] sources, int outputs, int stride) {
        this.sources = sources;
        this.outputs = outputs;
        this.stride = stride;
    }

    /** Each element is itself. */
    static ElementMap identity(int elements) {
        return new ElementMap(null, elements, elements);
    }

    /**
     * A map from positions to positions, both [1, C, …].
     *
     * @param position of the source for a position of the output, or an empty array for none
     * @param constant whether all images have the same source
     */
    static ElementMap of(int[] output, int[] source, boolean constant, UnaryOperator<int[]> position) {
        int elements = elements(output);
        int[] sources = new int[elements];
        for (int i = 0; i < elements; i++) {
            int[] at = position.apply(position(i, output));
            sources[offset(position(i, output), output)] = at.length < source.length ? NONE : offset(at, source);
        }
        return new ElementMap(sources, elements, constant ? 0 : elements(source));
    }

    /** By the rules of ONNX: dimensions from the last on, those of extent 1 repeated. */
    static ElementMap broadcast(int[] output, int[] source, boolean constant) {
        if (!constant && Arrays.equals(output, source)) {
            return identity(elements(output));
        }
        return of(output, source, constant, at -> {
            int[] read = new int[source.length];
            for (int d = 0; d < read.length; d++) {
                read[d] = source[d] == 1 ? 0 : at[at.length - read.length + d];
            }
            return read;
        });
    }

    /** Whether each element is itself. */
    boolean identity() {
        return sources == null;
    }

    /** The source of an element of the output, counted over all images, or {@link #NONE}. */
    int source(int element) {
        if (sources == null) {
            return element;
        }
        int source = sources[element % outputs];
        return source == NONE ? NONE : source + element / outputs * stride;
    }

    static int elements(int[] shape) {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    /** The index of each dimension of the i-th element in the order of the dimensions. */
    static int[] position(int index, int[] shape) {
        int[] position = new int[shape.length];
        int rest = index;
        for (int d = shape.length - 1; d >= 0; d--) {
            position[d] = rest % shape[d];
            rest /= shape[d];
        }
        return position;
    }

    /** Where an element stands if channels are last. */
    private static int offset(int[] position, int[] shape) {
        int offset = 0;
        for (int d = 0; d < shape.length; d++) {
            if (d != 1) {
                offset = offset * shape[d] + position[d];
            }
        }
        return shape.length > 1 ? offset * shape[1] + position[1] : offset;
    }
}
