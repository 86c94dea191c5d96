package dev.octavo.benchmarks.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.benchmarks.rivals.SmallModel;
import dev.octavo.runtime.format.ModelWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class StressTest {
    @Test
    @EnabledOnOs(OS.LINUX)
    void openingRunningAndClosingRace(@TempDir Path folder) throws Exception {
        List<Path> files = List.of(folder.resolve("a.octavo"), folder.resolve("b.octavo"));
        for (Path file : files) {
            ModelWriter.write(SmallModel.build(), file);
        }
        List<String> log = new ArrayList<>();
        Stress.Outcome outcome = new Stress(files, log::add).run(8, 4, 2);
        assertThat(outcome.failures()).as(String.join("\n", log)).isEmpty();
        assertThat(outcome.runs()).isPositive();
        assertThat(outcome.sessions()).isPositive();
        assertThat(outcome.refusals()).isPositive();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPoolServesManyThreadsWhileItIsReplaced(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("model.octavo");
        ModelWriter.write(SmallModel.build(), file);
        List<String> log = new ArrayList<>();
        assertThat(new PoolSoak(file, 2).run(8, 50, 3, 6, log::add))
                .as(String.join("\n", log))
                .isEmpty();
    }
}
