package dev.octavo.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.kernels.tiers.KernelSets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelSetsTest {
    @Test
    void scalarIsAlwaysUsableAndLast() {
        assertThat(KernelSets.usable().getLast().name()).isEqualTo("scalar");
    }

    @Test
    void aNameGivesItsTier() {
        for (KernelSet set : KernelSets.usable()) {
            assertThat(KernelSets.byName(set.name()).name()).isEqualTo(set.name());
        }
    }

    @Test
    void anUnknownNameIsRefused() {
        assertThatThrownBy(() -> KernelSets.byName("avx1024"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("avx1024")
                .hasMessageContaining("scalar");
    }

    @Test
    void withoutTheVectorModuleTheNextTierServesAndTheLogNamesTheFlag() throws Exception {
        assertThat(inAnotherJvm())
                .contains("selected scalar")
                .containsOnlyOnce("--add-modules jdk.incubator.vector")
                .doesNotContain("NoClassDefFoundError");
    }

    @Test
    void aForcedTierThatIsMissingFails() throws Exception {
        assertThat(inAnotherJvm("-Doctavo.kernels=vector"))
                .contains("IllegalStateException")
                .contains("--add-modules jdk.incubator.vector")
                .doesNotContain("selected");
    }

    @Test
    void thePropertyForcesATier() throws Exception {
        assertThat(inAnotherJvm("--add-modules", "jdk.incubator.vector", "-Doctavo.kernels=scalar"))
                .contains("selected scalar");
        assertThat(inAnotherJvm("--add-modules", "jdk.incubator.vector", "-Doctavo.kernels=vector"))
                .contains("selected vector");
    }

    private static String inAnotherJvm(String... flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Selection.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return text;
        }
    }

    /** Prints what {@link KernelSets#select} gives, asked twice. */
    static final class Selection {
        private Selection() {}

        public static void main(String[] arguments) {
            KernelSets.select();
            System.out.println("selected " + KernelSets.select().name());
        }
    }
}
