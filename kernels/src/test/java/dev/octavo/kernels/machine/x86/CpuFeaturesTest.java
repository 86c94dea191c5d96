package dev.octavo.kernels.machine.x86;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.octavo.kernels.TierUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuFeaturesTest {
    @Test
    void theyAgreeWithTheSystem() throws IOException {
        CpuFeatures features = features();
        List<String> flags = List.of(Files.readString(Path.of("/proc/cpuinfo")).split("\\s+"));
        assertThat(features.instructionSets().contains(InstructionSet.AVX2)).isEqualTo(flags.contains("avx2"));
        assertThat(features.instructionSets().contains(InstructionSet.AVX_VNNI))
                .isEqualTo(flags.contains("avx_vnni") || flags.contains("avx512_vnni"));
        assertThat(features.instructionSets().contains(InstructionSet.AVX512_VNNI))
                .isEqualTo(flags.contains("avx512_vnni"));
        assertThat(features.permutesBytes()).isEqualTo(flags.contains("avx512vbmi"));
        assertThat(features.level1Bytes()).isBetween(8 << 10, 1 << 20);
        assertThat(features.level2Bytes()).isBetween(128 << 10, 64 << 20);
    }

    private static CpuFeatures features() {
        try {
            return CpuFeatures.detect();
        } catch (TierUnavailableException e) {
            return abort(e.getMessage());
        }
    }
}
