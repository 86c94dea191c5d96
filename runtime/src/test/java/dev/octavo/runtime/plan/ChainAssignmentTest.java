package dev.octavo.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.ConvolutionChain;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.MachineKernels;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.RandomChains;
import dev.octavo.runtime.RandomModels;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelLimits;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChainAssignmentTest {
    private static final KernelSet SCALAR = KernelSets.byName("scalar");
    private static final List<KernelSet> MACHINES = new ArrayList<>();

    /** Kernels that want strips of another size than the caches suggest; what they lack the scalar tier has. */
    private record Strips(KernelSet kernels, long stripBytes) implements KernelSet {
        @Override
        public String name() {
            return kernels.name();
        }

        @Override
        public Optional<Kernel> prepare(KernelSpec spec, PackingCache weights, Arena arena) {
            return kernels.prepare(spec, weights, arena).or(() -> SCALAR.prepare(spec, weights, arena));
        }

        @Override
        public Optional<Kernel> prepare(ConvolutionChain chain, PackingCache weights, Arena arena) {
            return kernels.prepare(chain, weights, arena);
        }
    }

    /** One for each instruction set that the CPU has. */
    @BeforeAll
    static void openMachineTiers() {
        String selected = System.getProperty(MachineKernels.INSTRUCTION_SET);
        for (String set : List.of("avx512vnni", "avxvnni", "avx2")) {
            System.setProperty(MachineKernels.INSTRUCTION_SET, set);
            try {
                MACHINES.add(MachineKernels.create(SCALAR));
            } catch (TierUnavailableException e) {
                assertThat(e).hasMessageContaining("lacks");
            } finally {
                if (selected == null) {
                    System.clearProperty(MachineKernels.INSTRUCTION_SET);
                } else {
                    System.setProperty(MachineKernels.INSTRUCTION_SET, selected);
                }
            }
        }
    }

    @AfterAll
    static void forget() {
        MACHINES.clear();
    }

    static LongStream seeds() {
        return LongStream.range(0, 40);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void chainsChangeNoByte(long seed) {
        ModelDefinition model = RandomChains.of(seed);
        int batch = 1 + (int) (seed % 2);
        Tensor input = RandomModels.input(model, batch, seed);
        byte[][] expected = PlanRuns.run(model, SCALAR, batch, false, input);
        for (KernelSet kernels : MACHINES) {
            for (int threads = 1; threads <= 3; threads++) {
                KernelSet chained = new Strips(kernels, 1L << (seed + 3L * threads) % 13);
                assertThat(PlanRuns.run(model, chained, batch, true, input, threads))
                        .as("%d threads", threads)
                        .isDeepEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void modelsOfAnyStructureMayHoldChains(long seed) {
        ModelDefinition model = RandomModels.quantized(seed, 20);
        Tensor input = RandomModels.input(model, 2, seed);
        byte[][] expected = PlanRuns.run(model, SCALAR, 2, false, input);
        for (KernelSet kernels : MACHINES) {
            assertThat(PlanRuns.run(model, new Strips(kernels, 1), 2, true, input, 2))
                    .isDeepEqualTo(expected);
        }
    }

    @Test
    void chainsAreOneStepAndTakeLessMemory() {
        int chained = 0;
        long bytesTogether = 0;
        long bytesApart = 0;
        for (KernelSet kernels : MACHINES) {
            for (long seed = 0; seed < 10; seed++) {
                ModelDefinition model = RandomChains.of(seed);
                try (Arena arena = Arena.ofConfined()) {
                    PackingCache weights = new PackingCache(arena);
                    Plan apart = PlanCompiler.compile(
                            "t", model, ModelLimits.defaults(), new Strips(kernels, 0), 1, 1, weights, arena);
                    Plan together = PlanCompiler.compile(
                            "t", model, ModelLimits.defaults(), new Strips(kernels, 1), 1, 1, weights, arena);
                    assertThat(apart.steps()).hasSize(model.operations().size());
                    bytesTogether += together.memoryBytes();
                    bytesApart += apart.memoryBytes();
                    chained += apart.steps().size() - together.steps().size();
                    assertThat(macs(together)).isEqualTo(macs(apart));
                }
            }
        }
        assertThat(chained).isGreaterThanOrEqualTo(20 * MACHINES.size());
        assertThat(bytesTogether).isLessThanOrEqualTo(bytesApart);
    }

    private static long macs(Plan plan) {
        return plan.steps().stream().mapToLong(Step::macs).sum();
    }
}
