package dev.octavo.tools.demo.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.tools.demo.DrawnSigns;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class SignTrainingTest {
    private static final String TARGET = "octavo.demo.train";

    /**
     * Trains the model of the demonstration again and writes it, eight minutes of a core with AVX-512:
     *
     * <pre>{@code
     * mvn test -pl tools -am -Dtest=SignTrainingTest -Dsurefire.failIfNoSpecifiedTests=false \
     *     -Doctavo.demo.train=src/main/resources/dev/octavo/tools/demo/signs.onnx
     * }</pre>
     */
    @Test
    @EnabledIfSystemProperty(named = TARGET, matches = ".+", disabledReason = "trains for minutes")
    void writesTheStoredModel() throws Exception {
        SignNetwork network = SignTraining.train(SignTraining.STEPS, SignTraining.BATCH);
        Files.write(Path.of(System.getProperty(TARGET)), network.toOnnx().toByteArray());
        assertThat(network.accuracy(DrawnSigns.testSet(), 4000)).isBetween(0.95, 0.995);
    }

    @Test
    void theSameStepsLearnTheSameWeights() {
        byte[] model = SignTraining.train(2, 4).toOnnx().toByteArray();
        assertThat(SignTraining.train(2, 4).toOnnx().toByteArray()).isEqualTo(model);
        assertThat(SignTraining.train(1, 4).toOnnx().toByteArray()).isNotEqualTo(model);
    }
}
