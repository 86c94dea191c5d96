package dev.octavo.tools.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.tools.TestData;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.lower.FoldConstants;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.options.DistillationRecipe;
import dev.octavo.tools.passes.Passes;
import dev.octavo.tools.simulate.FloatBatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images distilled from a trained network. */
class DistillationTest {
    private static Graph resnet20() {
        return new FoldConstants().apply(OnnxReader.read(TestData.require("models/cifar10_resnet20.onnx")));
    }

    @ParameterizedTest
    @CsvSource({"ZEROQ, 0.75", "DFQ, 0.35"})
    void theLossFalls(DistillationRecipe recipe, double share) {
        List<Double> losses = new ArrayList<>();
        Distillation distillation = new Distillation(resnet20(), recipe, -2, 2.5);
        FloatBatch images = distillation.images(2, 3, 15, (iteration, loss) -> losses.add(loss));
        assertThat(losses).hasSize(15);
        assertThat(losses.getLast()).isLessThan(share * losses.getFirst());
        assertThat(images.values()).hasSize(2 * 3 * 32 * 32);
        if (recipe == DistillationRecipe.DFQ) {
            for (float value : images.values()) {
                assertThat(value).isBetween(-2f, 2.5f);
            }
        }
        assertThat(distillation.images(2, 3, 15, (iteration, loss) -> {}).values())
                .as("the same seed gives the same images")
                .isEqualTo(images.values());
    }

    @Test
    void refusesNetworksWhoseNormalizationsAreGone() {
        Graph folded = Passes.apply(resnet20(), Passes.folding());
        Distillation distillation = new Distillation(folded, DistillationRecipe.ZEROQ, 0, 1);
        assertThatThrownBy(() -> distillation.images(1, 1, 1, (iteration, loss) -> {}))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("no batch normalization");
    }
}
