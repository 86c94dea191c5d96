package dev.octavo.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.KernelSets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineTierTest {
    @Test
    void withoutNativeAccessAnotherTierServesAndTheLogNamesTheFlag() throws Exception {
        assertThat(inAnotherJvm()).contains("selected scalar").containsOnlyOnce("--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void forcedWithoutNativeAccessItFails() throws Exception {
        assertThat(inAnotherJvm("-Doctavo.kernels=machine"))
                .contains("IllegalStateException")
                .contains("--enable-native-access=ALL-UNNAMED")
                .doesNotContain("selected");
    }

    @Test
    void anUnknownInstructionSetIsRefused() throws Exception {
        assertThat(inAnotherJvm("--enable-native-access=ALL-UNNAMED", "-Doctavo.isa=sse2"))
                .contains("octavo.isa=sse2")
                .doesNotContain("selected");
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

    /** Prints the selected tier. */
    static final class Selection {
        private Selection() {}

        public static void main(String[] arguments) {
            System.out.println("selected " + KernelSets.select().name());
        }
    }
}
