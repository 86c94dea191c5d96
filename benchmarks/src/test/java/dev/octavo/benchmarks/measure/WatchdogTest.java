package dev.octavo.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WatchdogTest {
    private static final Path SLEEP = Path.of("/bin/sleep");

    @Test
    void aSilentProcessIsKilled() throws Exception {
        Process process = sleep("50");
        try (Watchdog dog = new Watchdog(process, Duration.ofMillis(100))) {
            assertThat(process.waitFor()).isNotZero();
            assertThat(dog.expired()).isTrue();
        }
    }

    @Test
    void aProcessThatIsHeardOfEndsByItself() throws Exception {
        Process process = sleep("1");
        try (Watchdog dog = new Watchdog(process, Duration.ofSeconds(20))) {
            dog.heard();
            assertThat(process.waitFor()).isZero();
            assertThat(dog.expired()).isFalse();
        }
    }

    private static Process sleep(String seconds) throws IOException {
        assumeTrue(Files.isExecutable(SLEEP), "there is no " + SLEEP);
        return new ProcessBuilder(SLEEP.toString(), seconds).start();
    }
}
