package dev.octavo.tools.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.equalization.AbsorbHighBias;
import dev.octavo.tools.equalization.EqualizeRanges;
import dev.octavo.tools.evaluate.Classifier;
import dev.octavo.tools.evaluate.Evaluator;
import dev.octavo.tools.evaluate.ModelClassifier;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.lower.FloatLowering;
import dev.octavo.tools.lower.FoldConstants;
import dev.octavo.tools.passes.FreezeDeadChannels;
import dev.octavo.tools.passes.Pass;
import dev.octavo.tools.passes.Passes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Passes that keep the float function of trained networks, and how well. Absorption keeps it for values that normal
 * distributions rarely fall below; real ones do so more often.
 */
class RewritesTest {
    @ParameterizedTest
    @CsvSource({"resnet20, 20, 100, 100", "mobilenet_v1, 4, 60, 18"})
    void keepTheFunctionOfTrainedNetworks(String name, int pictures, double equalizedDb, double absorbedDb) {
        RealNetwork network = RealNetwork.of(name);
        Graph folded = Passes.apply(new FoldConstants().apply(network.graph()), Passes.folding());
        assertThat(sqnr(network, folded, List.of(new FreezeDeadChannels(), new EqualizeRanges()), pictures))
                .isGreaterThan(equalizedDb);
        assertThat(sqnr(
                        network,
                        folded,
                        List.of(new FreezeDeadChannels(), new EqualizeRanges(), new AbsorbHighBias()),
                        pictures))
                .isGreaterThan(absorbedDb);
    }

    private static double sqnr(RealNetwork network, Graph graph, List<Pass> passes, int pictures) {
        try (Model before = model(graph, network);
                Model after = model(Passes.apply(graph, passes), network);
                Classifier expected =
                        ModelClassifier.create(before, network.preprocessing(), SessionOptions.defaults());
                Classifier actual = ModelClassifier.create(after, network.preprocessing(), SessionOptions.defaults())) {
            return Evaluator.evaluate(
                            actual,
                            Optional.of(expected),
                            network.pictures().limit(pictures),
                            (index, picture, logits, reference) -> {})
                    .sqnrDb()
                    .orElseThrow();
        }
    }

    private static Model model(Graph graph, RealNetwork network) {
        return Model.of(FloatLowering.lower(
                graph,
                new ModelMetadata(graph.name(), List.of(), network.options(8).preprocessing(3), Map.of())));
    }
}
