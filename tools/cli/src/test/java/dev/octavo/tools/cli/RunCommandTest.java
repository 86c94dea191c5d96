package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@code octavo run}. */
final class RunCommandTest extends CommandTest {
    @Test
    void runNamesTheBestClasses() {
        assertThat(run("run", "MODEL", "DIR/pictures/green.png", "--top", "2")).isZero();
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("green.png"),
                        line -> assertThat(line).contains("100.00 %").endsWith("green (1)"),
                        line -> assertThat(line).contains("0.00 %").endsWith("blue (2)"));
    }
}
