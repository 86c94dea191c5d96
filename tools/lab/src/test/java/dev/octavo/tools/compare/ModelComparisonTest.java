package dev.octavo.tools.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.demo.DemoModel;
import dev.octavo.tools.demo.DrawnSigns;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.vision.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Comparisons of the demo's network with models of it. */
class ModelComparisonTest {
    private static final Graph GRAPH = OnnxReader.read(DemoModel.onnx(), "signs.onnx");
    private static final Graph FOLDED = Converter.folded(GRAPH);
    private static final LabelledData PICTURES = DrawnSigns.testSet().first(24);
    private static final Preprocessing PREPROCESSING = DemoModel.preprocessing();
    private static final ModelDefinition INTEGERS = Converter.convert(
                    GRAPH,
                    ConversionOptions.forBits(8)
                            .withNormalisation(
                                    PREPROCESSING.mean().stream()
                                            .map(Double::floatValue)
                                            .toList(),
                                    PREPROCESSING.std().stream()
                                            .map(Double::floatValue)
                                            .toList()))
            .model();

    private static Comparison compare(ModelDefinition model) {
        return ModelComparison.compare(FOLDED, model, PREPROCESSING, PICTURES, 8, done -> {});
    }

    @Test
    void aFloatModelHasNoErrors() {
        Comparison comparison = compare(Converter.inFloat(GRAPH));
        assertThat(comparison.values()).isEmpty();
        assertThat(comparison.outputs().sqnrDb()).hasValue(Double.POSITIVE_INFINITY);
    }

    @Test
    void layersExplainTheNoiseAtTheOutput() {
        Comparison comparison = compare(INTEGERS);
        assertThat(comparison.unmatched()).isEmpty();
        assertThat(comparison.outputs().images()).isEqualTo(24);
        assertThat(comparison.values().stream()
                        .mapToDouble(ValueComparison::costShare)
                        .sum())
                .isBetween(0.999, 1.001);
        double costs = comparison.values().stream()
                .mapToDouble(value -> Math.pow(10, -value.costDb() / 10))
                .sum();
        assertThat(-10 * Math.log10(costs))
                .isBetween(
                        comparison.outputs().sqnrDb().orElseThrow() - 4,
                        comparison.outputs().sqnrDb().orElseThrow() + 4);
        assertThat(comparison.values()).allSatisfy(value -> {
            assertThat(value.ownSqnrDb()).isBetween(25.0, 60.0);
            assertThat(value.cosine()).isBetween(0.99, 1.0);
            assertThat(value.histogram().reference().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(value.histogram().actual().stream()
                            .mapToLong(Long::longValue)
                            .sum());
        });
    }

    /** Without what the file says of rescaled channels, equalized layers seem to compute something else. */
    @Test
    void equalizedChannelsAreComparedInTheirOriginalScale() {
        ModelDefinition stripped = new ModelDefinition(
                INTEGERS.metadata(),
                INTEGERS.tensors().stream()
                        .map(tensor -> tensor.name().endsWith("/factors")
                                ? new TensorDefinition(
                                        "none", tensor.type(), tensor.shape(), 1, tensor.zeroCodes(), tensor.constant())
                                : tensor)
                        .toList(),
                INTEGERS.operations(),
                INTEGERS.inputs(),
                INTEGERS.outputs(),
                INTEGERS.batchable());
        assertThat(compare(stripped).values())
                .anySatisfy(value -> assertThat(value.ownSqnrDb()).isLessThan(20));
    }

    @Test
    void constantsThatNothingReadsTakeNoMemoryOfSessions() {
        ModelDefinition read = new ModelDefinition(
                INTEGERS.metadata(),
                INTEGERS.tensors().stream()
                        .takeWhile(tensor -> !tensor.name().endsWith("/factors"))
                        .toList(),
                INTEGERS.operations(),
                INTEGERS.inputs(),
                INTEGERS.outputs(),
                INTEGERS.batchable());
        assertThat(read.tensors()).hasSizeLessThan(INTEGERS.tensors().size());
        assertThat(memory(INTEGERS)).isEqualTo(memory(read));
    }

    private static long memory(ModelDefinition definition) {
        try (Model model = Model.of(definition);
                Session session = model.newSession()) {
            return session.memoryBytes();
        }
    }

    @Test
    void aDamagedLayerComesFirst() {
        for (int damaged : new int[] {1, 4}) {
            int position = convolutions().get(damaged);
            ModelDefinition model = changed(position, bias -> {
                int[] moved = bias.clone();
                for (int c = 0; c < moved.length; c++) {
                    moved[c] += 4000;
                }
                return moved;
            });
            Comparison comparison = compare(model);
            assertThat(comparison.ranked().getFirst().node())
                    .isEqualTo(INTEGERS.operations().get(position).name());
            assertThat(Math.abs(comparison.ranked().getFirst().bias())).isGreaterThan(1);
            assertThat(comparison.ranked().getFirst().costShare()).isGreaterThan(0.5);
        }
    }

    private static List<Integer> convolutions() {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < INTEGERS.operations().size(); i++) {
            if (INTEGERS.operations().get(i).operation() instanceof Operation.Convolution) {
                positions.add(i);
            }
        }
        return positions;
    }

    private static ModelDefinition changed(int position, UnaryOperator<int[]> bias) {
        List<OperationDefinition> operations = new ArrayList<>(INTEGERS.operations());
        OperationDefinition old = operations.get(position);
        Operation.Convolution convolution = (Operation.Convolution) old.operation();
        operations.set(
                position,
                new OperationDefinition(
                        old.name(),
                        new Operation.Convolution(
                                convolution.shape(),
                                convolution.padding(),
                                convolution.weights(),
                                bias.apply(convolution.bias()),
                                convolution.epilogue(),
                                convolution.residual()),
                        old.inputs(),
                        old.output()));
        return new ModelDefinition(
                INTEGERS.metadata(),
                INTEGERS.tensors(),
                operations,
                INTEGERS.inputs(),
                INTEGERS.outputs(),
                INTEGERS.batchable());
    }

    @Test
    void aModelOfAnotherNetworkIsRefused() {
        Graph other = Graph.create("other")
                .input("x", 1, 3, 32, 32)
                .output("y")
                .node(new Node("n", new Op.Reshape(), List.of("x"), "y"), 1, 3072)
                .build();
        assertThatThrownBy(() -> ModelComparison.compare(other, INTEGERS, PREPROCESSING, PICTURES, 1, done -> {}))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("does not compute 'y', an output of other");
    }
}
