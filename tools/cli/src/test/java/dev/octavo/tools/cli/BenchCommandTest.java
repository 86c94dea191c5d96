package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@code octavo bench}. */
final class BenchCommandTest extends CommandTest {
    @Test
    void benchMeasures() {
        assertThat(run("bench", "MODEL", "--seconds", "0.05", "--batch", "2", "--kernels", "scalar", "--json"))
                .isZero();
        assertThat(json().keySet())
                .contains(
                        "medianMs",
                        "p99Ms",
                        "imagesPerSecond",
                        "kernels",
                        "gmacPerSecond",
                        "allocatedBytesPerRun",
                        "firstRunMs",
                        "loadMs");
        assertThat(out.toString()).contains("\"kernels\":\"scalar\"");
        assertThat(run("bench", "MODEL", "--seconds", "0.01")).isZero();
        assertThat(out.toString()).contains("bytes per run");
    }
}
