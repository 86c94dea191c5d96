package dev.octavo.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class MachinePeaksTest {
    @Test
    void everyLoopReturnsAndGivesAPositiveRate() {
        Optional<MachinePeaks> emitted = MachinePeaks.emit();
        assumeTrue(emitted.isPresent(), "no machine code here");
        try (MachinePeaks peaks = emitted.orElseThrow()) {
            assertThat(peaks.int8GigaMacs()).isPositive().isFinite();
            assertThat(peaks.floatGigaMacs()).isPositive().isFinite();
            assertThat(peaks.readGigaBytes(16 << 10)).isPositive().isFinite();
            // Less than one step of the loop.
            assertThat(peaks.readGigaBytes(1)).isPositive().isFinite();
            assertThat(peaks.instructionSet()).isNotEmpty();
        }
    }
}
