package dev.octavo.tools.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.tools.demo.DrawnSigns.Split;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrawnSignsTest {
    /** Moves whenever a single byte of the pictures does; then the stored model must be trained again. */
    private static final String FIRST_200_OF_THE_TEST_SET =
            "ae42c579c7e9c8b3e4c312a51240adcfb19fcfff023f0d2ffe603d999691efe8";

    @Test
    void everyMachineDrawsTheSamePictures() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < 200; i++) {
            digest.update(DrawnSigns.testSet().picture(i));
        }
        assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(FIRST_200_OF_THE_TEST_SET);
    }

    @Test
    void aPictureDependsOnItsIndexOnly() {
        byte[] before = DrawnSigns.testSet().picture(77);
        DrawnSigns.testSet().picture(3);
        assertThat(DrawnSigns.testSet().picture(77)).isEqualTo(before).hasSize(DrawnSigns.PICTURE_BYTES);
    }

    @Test
    void classesAreBalanced() {
        int[] count = new int[DrawnSigns.classes().size()];
        for (int i = 1000; i < 1000 + 50 * count.length; i++) {
            count[DrawnSigns.testSet().label(i)]++;
        }
        assertThat(count).containsOnly(50);
    }

    @Test
    void splitsSeedsAndIndicesGiveDifferentPictures() {
        Set<Integer> seen = new HashSet<>();
        int drawn = 0;
        for (Split split : Split.values()) {
            for (long seed = 0; seed < 4; seed++) {
                for (int i = 0; i < 50; i++) {
                    seen.add(Arrays.hashCode(new DrawnSigns(split, seed).picture(i)));
                    drawn++;
                }
            }
        }
        assertThat(seen).hasSize(drawn);
    }

    @Test
    void picturesUseTheWholeRangeWithoutSaturating() {
        long extreme = 0;
        double sum = 0;
        int pictures = 400;
        for (int i = 0; i < pictures; i++) {
            for (byte value : DrawnSigns.testSet().picture(i)) {
                int level = Byte.toUnsignedInt(value);
                sum += level;
                extreme += level == 0 || level == 255 ? 1 : 0;
            }
        }
        double bytes = (double) pictures * DrawnSigns.PICTURE_BYTES;
        assertThat(sum / bytes).isBetween(100.0, 140.0);
        assertThat(extreme / bytes).isLessThan(0.08);
    }
}
