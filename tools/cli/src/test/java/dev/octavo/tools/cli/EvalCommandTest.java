package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.runtime.format.ModelWriter;
import dev.octavo.tools.vision.PngWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code octavo eval}. */
final class EvalCommandTest extends CommandTest {
    @Test
    void evalCounts() {
        assertThat(run("eval", "MODEL", "--data", "DIR/pictures", "--json")).isZero();
        assertThat(json())
                .containsEntry("images", 4.0)
                .containsEntry("top1", 0.75)
                .containsEntry("top5", 1.0)
                .containsEntry("agreement", null)
                .containsEntry("sqnrDb", null);
    }

    @Test
    void evalSaysThatPicturesAreAdapted() throws IOException {
        assertThat(run("eval", "MODEL", "--data", "DIR/pictures", "--json")).isZero();
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("red.png is 10×9 in colour")
                .contains("means.octavo takes 8×8 in colour");
        err.getBuffer().setLength(0);
        Path fitting = Files.createDirectory(folder.resolve("fitting"));
        PngWriter.write(plain(200, 10, 20).crop(1, 1, 8, 8), fitting.resolve("red.png"));
        Files.writeString(fitting.resolve("labels.csv"), "file,label\nred.png,0\n");
        assertThat(run("eval", "MODEL", "--data", "DIR/fitting", "--json")).isZero();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void evalTakesTheFirstPictures() {
        assertThat(run("eval", "MODEL", "--data", "DIR/pictures", "--limit", "3"))
                .isZero();
        assertThat(out.toString()).contains("images         3").contains("top-1   100.00 %");
    }

    @Test
    void evalComparesModels() throws IOException {
        ModelWriter.write(channelMeans(2), folder.resolve("half.octavo"));
        assertThat(run("eval", "DIR/half.octavo", "--data", "DIR/pictures", "--against", "MODEL", "--json"))
                .isZero();
        // Half of each logit is missing: a quarter of the power.
        assertThat(json()).containsEntry("agreement", 1.0);
        assertThat(json().get("sqnrDb"))
                .isNotNull()
                .satisfies(sqnr -> assertThat(sqnr).isBetween(6.02, 6.03));
    }

    @Test
    void evalTakesPreprocessingFromTheCommandLine() {
        // Less 190, blue is at most 10: the blue picture passes for green, the purple one for red.
        assertThat(run("eval", "MODEL", "--data", "DIR/pictures", "--mean", "0,0,190", "--std", "1", "--json"))
                .isZero();
        assertThat(json()).containsEntry("top1", 0.75);
        assertThat(run("run", "MODEL", "DIR/pictures/purple.png", "--mean", "0,0,190", "--top", "1"))
                .isZero();
        assertThat(out.toString().strip()).endsWith("red (0)");
    }

    @Test
    void deviationsOfAnotherScaleAreDoubted() {
        assertThat(run("run", "MODEL", "DIR/pictures/red.png", "--std", "0.229,0.224,0.225"))
                .isZero();
        assertThat(err.toString().lines()).singleElement().asString().contains("multiply them by 255");
    }
}
