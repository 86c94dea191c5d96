package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.tools.vision.PictureReader;
import org.junit.jupiter.api.Test;

/** {@code octavo demo}. */
final class DemoCommandTest extends CommandTest {
    @Test
    void demoComparesFloatAndIntegers() {
        assertThat(run("demo", "--pictures", "60", "-o", "DIR/demo")).isZero();
        assertThat(out.toString()).contains("top-1").contains("agreement").contains("signs.png");
        assertThat(PictureReader.read(folder.resolve("demo/signs.png")).width()).isGreaterThan(600);
        assertThat(run("run", "DIR/demo/signs.octavo", "DIR/demo/signs.png")).isZero();
    }
}
