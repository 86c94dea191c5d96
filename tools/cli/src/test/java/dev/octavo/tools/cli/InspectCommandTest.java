package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@code octavo inspect}. */
final class InspectCommandTest extends CommandTest {
    @Test
    void inspectListsLayers() {
        assertThat(run("inspect", "MODEL")).isZero();
        assertThat(out.toString()).contains("Reduction").contains("1×3").contains("FLOAT32 N×3×8×8");
        assertThat(run("inspect", "MODEL", "--json")).isZero();
        assertThat(out.toString()).contains("\"operation\":\"Reduction\"").contains("\"labels\":[\"red\"");
    }
}
