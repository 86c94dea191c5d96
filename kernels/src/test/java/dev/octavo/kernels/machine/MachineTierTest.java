package dev.octavo.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.tiers.KernelSets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    @Test
    void anUnknownInstructionSetIsRefusedEveryTime() throws Exception {
        assertThat(inAnotherJvm("--enable-native-access=ALL-UNNAMED", "-Doctavo.isa=sse2", "-Drefuse=3"))
                .contains("refused octavo.isa=sse2 is none of avx512vnni, avxvnni, avx2 3 times")
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

    /** Prints the selected tier, after {@code -Drefuse} attempts that are refused. */
    static final class Selection {
        private Selection() {}

        public static void main(String[] arguments) {
            Map<String, Integer> refusals = new HashMap<>();
            for (int i = 0; i < Integer.getInteger("refuse", 0); i++) {
                try {
                    KernelSets.select();
                } catch (IllegalArgumentException e) {
                    refusals.merge(String.valueOf(e.getMessage()), 1, Integer::sum);
                }
            }
            refusals.forEach((message, times) -> System.out.println("refused " + message + " " + times + " times"));
            System.out.println("selected " + KernelSets.select().name());
        }
    }
}
