package dev.octavo.benchmarks.rounding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.models.NetworkModels;
import dev.octavo.tools.quantize.WeightRounding;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RoundingCommandTest {
    @Test
    void roundingTakesLessThanThreeTimesTheMemoryOfTheWeights() {
        NetworkRounding network = NetworkRounding.of(NetworkModels.graph(Architecture.RESNET_18));
        long weightBytes = network.weights() * Float.BYTES;
        assertThat(RoundingCommand.Measurement.of(network, WeightRounding.SQUANT, 1)
                        .allocatedBytes())
                .isBetween(network.weights(), 2 * weightBytes);
    }

    @Test
    void everyLayerAndTheTotalAreShown() {
        StringWriter out = new StringWriter();
        CommandLine command = new CommandLine(new RoundingCommand()).setOut(new PrintWriter(out));
        assertThat(command.execute("--network", "mobilenet_v1", "--rounds", "2"))
                .isZero();
        assertThat(out.toString().lines().filter(line -> line.matches(".* weights +[0-9.]+ ms")))
                .hasSize(28);
        assertThat(out.toString()).contains("SQUANT of mobilenet_v1").contains("times the weights in all");
    }
}
