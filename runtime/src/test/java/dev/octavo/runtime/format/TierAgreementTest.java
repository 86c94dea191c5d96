package dev.octavo.runtime.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.RandomModels;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file that the reader accepts gives the same bytes on every tier, or the same refusal, whatever was done to it. */
@Timeout(300)
class TierAgreementTest {
    private static final int ROUNDS = Integer.getInteger("octavo.rounds", 600);

    /** What a run of a mutated model may take, so that many can run. */
    private static final ModelLimits LIMITS =
            ModelLimits.defaults().withMultiplications(1 << 20).withPlanBytes(1 << 22);

    @TempDir
    private Path folder;

    private byte[] file(ModelDefinition definition) throws Exception {
        Path file = folder.resolve("model.octavo");
        ModelWriter.write(definition, file);
        return Files.readAllBytes(file);
    }

    @Test
    void mutatedFilesAreRefusedOrGiveTheSameBytesOnEveryTier() throws Exception {
        List<byte[]> files = new ArrayList<>(List.of(file(FormatModels.everyOperation())));
        for (int seed = 0; seed < 12; seed++) {
            files.add(file(RandomModels.quantized(seed, 3 + seed)));
            files.add(file(RandomModels.floating(seed, 3 + seed)));
        }
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            ModelMutator mutator = new ModelMutator(round);
            byte[] file = mutator.mutate(files.get(round % files.size()), 1 + round % 3);
            if (agree(file, round)) {
                accepted++;
            }
        }
        // Neither a mutator that breaks everything nor one that changes nothing.
        assertThat(accepted).isBetween(ROUNDS / 50, ROUNDS - ROUNDS / 50);
    }

    private static boolean agree(byte[] file, int round) {
        ModelDefinition definition;
        try (Arena arena = Arena.ofShared()) {
            definition = ModelReader.read(MemorySegment.ofArray(file), "mutated", LIMITS, arena);
            try (Model model = Model.of(definition)) {
                List<byte[]> expected = null;
                boolean first = true;
                for (KernelSet kernels : KernelSets.usable().reversed()) {
                    List<byte[]> found = run(model, kernels, round);
                    if (!first) {
                        assertThat(found == null)
                                .as("round %d is refused by %s kernels", round, kernels.name())
                                .isEqualTo(expected == null);
                        if (found != null) {
                            assertThat(found)
                                    .as("round %d on %s kernels", round, kernels.name())
                                    .usingElementComparator((a, b) -> java.util.Arrays.compare(a, b))
                                    .isEqualTo(expected);
                        }
                    }
                    expected = found;
                    first = false;
                }
                return expected != null;
            }
        } catch (ModelFormatException e) {
            assertThat(e).hasMessageStartingWith("mutated: ");
            return false;
        }
    }

    private static @org.jspecify.annotations.Nullable List<byte[]> run(Model model, KernelSet kernels, int round) {
        try (Session session = model.newSession(SessionOptions.defaults().withKernels(kernels))) {
            List<Tensor> inputs = new ArrayList<>();
            for (var spec : model.inputs()) {
                inputs.add(RandomModels.input(spec, 1, round + inputs.size()));
            }
            return session.run(inputs).stream().map(TierAgreementTest::bytes).toList();
        } catch (ModelFormatException e) {
            return null;
        }
    }

    /** The bytes of a tensor, all NaNs alike. */
    private static byte[] bytes(Tensor tensor) {
        if (tensor.type() != ElementType.FLOAT32) {
            return tensor.segment().toArray(ValueLayout.JAVA_BYTE);
        }
        float[] values = tensor.toFloatArray();
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(values[i]);
        }
        return MemorySegment.ofArray(bits).toArray(ValueLayout.JAVA_BYTE);
    }
}
