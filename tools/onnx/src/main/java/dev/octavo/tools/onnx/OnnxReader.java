package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.Graph;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads float networks in the ONNX format, opsets 1 to 26.
 *
 * <p>Identities and dropouts vanish, and whatever depends on shapes or constants alone is computed here. A first
 * dimension that a file leaves open is the batch; the graph has it as 1.
 */
public final class OnnxReader {
    private OnnxReader() {}

    /**
     * Reads a file, and external data beside it.
     *
     * @throws dev.octavo.tools.graph.GraphException if it cannot be imported: names the file, and every offending node
     *     with its operator, opset and the reason
     */
    public static Graph read(Path file) {
        return OnnxModel.load(file).graph();
    }

    /**
     * Reads a file whose inputs have dimensions that it leaves open.
     *
     * @param inputShapes by name of the input; the empty name stands for the only input
     * @throws dev.octavo.tools.graph.GraphException as for {@link #read(Path)}
     */
    public static Graph read(Path file, Map<String, int[]> inputShapes) {
        return OnnxModel.load(file).shaped(inputShapes).graph();
    }

    /**
     * Reads the bytes of a file without external data, whose inputs have dimensions that it leaves open.
     *
     * @param source what messages call it
     * @param inputShapes by name of the input; the empty name stands for the only input
     * @throws dev.octavo.tools.graph.GraphException as for {@link #read(Path)}
     */
    public static Graph read(byte[] bytes, String source, Map<String, int[]> inputShapes) {
        return OnnxModel.parse(bytes, source).shaped(inputShapes).graph();
    }

    /**
     * Reads the bytes of a file without external data.
     *
     * @param source what messages call it
     * @throws dev.octavo.tools.graph.GraphException as for {@link #read(Path)}
     */
    public static Graph read(byte[] bytes, String source) {
        return OnnxModel.parse(bytes, source).graph();
    }

    /**
     * Reads a file that holds one tensor, as the conformance tests have them.
     *
     * @throws dev.octavo.tools.graph.GraphException if it is no tensor of numbers
     */
    public static Constant tensor(Path file) {
        return TensorDecoder.read(file);
    }
}
