package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.tools.data.DataException;
import dev.octavo.tools.progress.ConversionListener;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class PassTraceTest {
    @Command
    private static final class Traced {
        @Mixin
        private final PassTrace trace = new PassTrace();
    }

    private static PassTrace trace(String... arguments) {
        Traced traced = new Traced();
        new CommandLine(traced).parseArgs(arguments);
        return traced.trace;
    }

    private static void convert(PassTrace trace) {
        ConversionListener listener = trace.over(ConversionListener.none());
        listener.rewritten("import", () -> "y = Conv[x]  # conv\nz = Relu[y]  # relu\n");
        listener.rewritten("idle", () -> "y = Conv[x]  # conv\nz = Relu[y]  # relu\n");
        listener.rewritten("fuse", () -> "z = Conv[x] clamp  # conv\n");
        listener.rewritten("quantize", () -> "z = Conv[x] clamp  # conv  in integers\n");
    }

    private static String explained(PassTrace trace) {
        StringWriter text = new StringWriter();
        trace.explain(new PrintWriter(text, true));
        return text.toString().replace(System.lineSeparator(), "\n");
    }

    @Test
    void everyPassLeavesAFile(@TempDir Path folder) throws Exception {
        convert(trace("--dump", folder.resolve("graphs").toString()));
        assertThat(folder.resolve("graphs")).isDirectoryContaining("glob:**/02-fuse.txt");
        try (var files = Files.list(folder.resolve("graphs"))) {
            assertThat(files).hasSize(4);
        }
        assertThat(folder.resolve("graphs/03-quantize.txt")).hasContent("z = Conv[x] clamp  # conv  in integers");
    }

    @Test
    void theStoryOfANodeHasThePassesThatTouchedIt() {
        PassTrace trace = trace("--explain", "conv");
        convert(trace);
        assertThat(explained(trace))
                .contains("fuse:\n  - y = Conv[x]  # conv\n  + z = Conv[x] clamp  # conv\n")
                .contains("quantize:")
                .doesNotContain("idle");
    }

    @Test
    void aNodeThatIsGoneIsSaidToBe() {
        PassTrace trace = trace("--explain", "relu");
        convert(trace);
        assertThat(explained(trace)).contains("relu is part of another node since fuse.");
    }

    @Test
    void anUnknownNodeIsRefused() {
        PassTrace trace = trace("--explain", "rule");
        convert(trace);
        assertThatThrownBy(() -> explained(trace))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'rule'");
    }
}
