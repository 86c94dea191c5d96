package dev.octavo.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class JavaProcessTest {
    /** What the other JVM runs. */
    static final class Told {
        private Told() {}

        public static void main(String[] arguments) {
            System.out.println(Runtime.getRuntime().availableProcessors() + " " + System.getenv("OMP_NUM_THREADS") + " "
                    + System.getProperty("told") + " " + arguments[0]);
        }
    }

    @Test
    void aProcessHasTheClassesOfThisOneAndTheCpusThatItIsGiven() throws IOException {
        Process process = JavaProcess.on("0", 3, List.of("-Dtold=yes"), List.of(Told.class.getName(), "argument"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(JavaProcess.end(process)).isZero();
        int cpus = JavaProcess.canPin() ? 1 : Runtime.getRuntime().availableProcessors();
        assertThat(said).isEqualTo(cpus + " 3 yes argument" + System.lineSeparator());
    }
}
