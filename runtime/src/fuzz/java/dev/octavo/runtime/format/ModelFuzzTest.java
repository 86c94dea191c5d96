package dev.octavo.runtime.format;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Coverage-guided fuzzing of the reader: whatever the bytes are, there is a model or a {@link ModelFormatException}. */
class ModelFuzzTest {
    private static final ModelLimits LIMITS =
            ModelLimits.defaults().withMultiplications(1 << 20).withPlanBytes(1 << 22);

    /** Bytes of the header; the prologue around them is right, so that checksums do not stop the fuzzer. */
    @FuzzTest(maxDuration = "10m")
    void headersAreRefusedOrRun(byte[] header) {
        byte[] file = ModelMutator.sealed(header, new byte[1024]);
        read(file);
    }

    @FuzzTest(maxDuration = "1m")
    void filesAreRefusedOrRun(byte[] file) {
        read(file);
    }

    private static void read(byte[] file) {
        try (Arena arena = Arena.ofShared()) {
            ModelDefinition definition = ModelReader.read(MemorySegment.ofArray(file), "fuzzed", LIMITS, arena);
            try (Model model = Model.of(definition);
                    Session session = model.newSession()) {
                session.memoryBytes();
            }
        } catch (ModelFormatException e) {
            // What the documentation promises.
            e.getMessage();
        }
    }
}
