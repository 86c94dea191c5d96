package dev.octavo.tools.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.tools.convert.Conversion;
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
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.quantize.WeightScope;
import dev.octavo.tools.quantizer.QuantizedGraph;
import dev.octavo.tools.simulate.FakeQuantization;
import dev.octavo.tools.study.ArithmeticGap.LayerGap;
import dev.octavo.tools.vision.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fake quantization and studies of the demo's network. */
class StudyTest {
    private static final Graph GRAPH = OnnxReader.read(DemoModel.onnx(), "signs.onnx");
    private static final Preprocessing PREPROCESSING = DemoModel.preprocessing();
    private static final LabelledData DATA = DrawnSigns.testSet().first(40);
    private static final ConversionOptions BASE = ConversionOptions.forBits(8)
            .withNormalisation(
                    PREPROCESSING.mean().stream().map(Double::floatValue).toList(),
                    PREPROCESSING.std().stream().map(Double::floatValue).toList());
    private static final StudyPictures PICTURES = StudyPictures.of(Converter.folded(GRAPH), PREPROCESSING, DATA);
    private static final Networks NETWORKS = new Networks(Converter.folded(GRAPH), PREPROCESSING, PICTURES);

    private static Conversion convert(QuantizationOptions options) {
        return Converter.convert(GRAPH, BASE.with(options));
    }

    private static Stream<QuantizationOptions> options() {
        return Stream.of(
                QuantizationOptions.forBits(8),
                QuantizationOptions.forBits(4),
                QuantizationOptions.forBits(3, 8),
                QuantizationOptions.forBits(8).withSignedActivations(true),
                QuantizationOptions.forBits(6).withScope(WeightScope.CHANNEL));
    }

    @ParameterizedTest
    @MethodSource("options")
    void fakeQuantizationEqualsIntegersUpToTheirMultipliers(QuantizationOptions options) {
        Conversion conversion = convert(options);
        assertThat(NETWORKS.layerGaps(conversion.graph(), conversion.model(), 8))
                .isNotEmpty()
                .allSatisfy(
                        layer -> assertThat(layer.differing()).as(layer.layer()).isLessThan(1e-3));
        Measurement gap = gap(conversion.graph(), conversion);
        assertThat(gap.agreement()).isEqualTo(1);
        assertThat(gap.sqnrDb()).isGreaterThan(45);
    }

    private static Measurement gap(QuantizedGraph quantized, Conversion conversion) {
        return Measurement.of(
                NETWORKS.integers(conversion.model()),
                NETWORKS.fake(FakeQuantization.of(quantized), quantized),
                PICTURES.labels());
    }

    @Test
    void layersInFloatStayInFloat() {
        String first = convert(QuantizationOptions.forBits(8)).layers().get(1).name();
        Conversion conversion = convert(QuantizationOptions.forBits(8).withFloatLayers(Set.of(first)));
        assertThat(gap(conversion.graph(), conversion).sqnrDb()).isGreaterThan(45);
    }

    @Test
    void anotherNetworkIsSeen() {
        Conversion one = convert(QuantizationOptions.forBits(8));
        Conversion other = convert(QuantizationOptions.forBits(8).withSignedActivations(true));
        assertThat(gap(other.graph(), one).sqnrDb()).isLessThan(40);
        assertThat(NETWORKS.layerGaps(one.graph(), one.model(), 2))
                .extracting(LayerGap::layer)
                .hasSizeGreaterThan(5);
    }

    @Test
    void fewerBitsOfBiasesCostMore() {
        QuantizedGraph quantized = convert(QuantizationOptions.forBits(8)).graph();
        FakeQuantization fake = FakeQuantization.of(quantized);
        float[][] expected = NETWORKS.fake(fake, quantized);
        double eight = sqnr(fake.withBiasBits(8), quantized, expected);
        double sixteen = sqnr(fake.withBiasBits(16), quantized, expected);
        assertThat(sixteen).isGreaterThan(eight + 2);
        assertThat(eight).isBetween(15.0, 60.0);
        assertThatThrownBy(() -> fake.withBiasBits(1)).hasMessageContaining("2 to 24 bits, not 1");
    }

    @Test
    void activationsInFloatCostNothing() {
        QuantizedGraph quantized = convert(QuantizationOptions.forBits(8, 3)).graph();
        FakeQuantization fake = FakeQuantization.of(quantized);
        float[][] reference = NETWORKS.reference();
        assertThat(sqnr(fake.withFloatActivations(), quantized, reference))
                .isGreaterThan(sqnr(fake, quantized, reference) + 10);
    }

    private static double sqnr(FakeQuantization fake, QuantizedGraph quantized, float[][] expected) {
        return Measurement.of(NETWORKS.fake(fake, quantized), expected, PICTURES.labels())
                .sqnrDb();
    }

    @Test
    void standardErrorsArePaired() {
        float[][] reference = {{1, 0}, {1, 0}, {1, 0}, {0, 1}, {0, 1}};
        float[][] actual = {{1, 0}, {0, 1}, {1, 0}, {0, 1}, {1, 0}};
        Measurement measured = Measurement.of(actual, reference, new int[] {0, 0, 1, 1, 0});
        // Rightly by the reference: 0, 1 and 3; by the other 0, 3 and 4. One lost, one won.
        assertThat(measured.top1()).isEqualTo(0.6);
        assertThat(measured.loss()).isEqualTo(0);
        assertThat(measured.lossError()).isCloseTo(Math.sqrt(0.4 / 4), within(1e-12));
        assertThat(measured.agreement()).isEqualTo(0.6);
        assertThat(measured.agreementError()).isCloseTo(Math.sqrt(0.24 / 4), within(1e-12));
        assertThat(measured.sqnrDb()).isCloseTo(10 * Math.log10(5.0 / 4), within(1e-9));
    }

    @Test
    void aStudyHasARowForEveryExperiment() {
        List<String> begun = new ArrayList<>();
        StudyResult study = Study.run(GRAPH, BASE, PREPROCESSING, DATA.limit(12), false, begun::add);
        assertThat(begun).hasSize(Study.experiments(false));
        assertThat(study.images()).isEqualTo(12);
        assertThat(study.tables()).extracting(table -> table.rows().size()).containsExactly(19, 12, 24);
        assertThat(study.tables().getFirst().rows())
                .filteredOn(row ->
                        row.recipe().startsWith("Octavo") && row.arithmetic().startsWith("W8A8"))
                .allSatisfy(row -> assertThat(row.measured().sqnrDb()).isGreaterThan(25));
        assertThat(study.tables().get(1).rows())
                .filteredOn(row -> row.arithmetic().equals("W3 fake"))
                .extracting(row -> row.measured().sqnrDb())
                .satisfies(sqnr -> assertThat(sqnr.getLast()).isGreaterThan(sqnr.getFirst()));
        assertThat(study.gaps())
                .allSatisfy(gap -> assertThat(gap.exactSums().sqnrDb()).isGreaterThan(45));
    }

    @Test
    void whatIsNoClassifierOfPicturesIsRefused() {
        Graph vector = Graph.create("vector")
                .input("x", 1, 8)
                .output("y")
                .node(new Node("n", new Op.Reshape(), List.of("x"), "y"), 1, 8)
                .build();
        assertThatThrownBy(() -> Study.run(vector, BASE, PREPROCESSING, DATA, false, name -> {}))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("vector is no classifier of pictures");
    }
}
