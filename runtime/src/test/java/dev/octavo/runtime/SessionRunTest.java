package dev.octavo.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.format.ModelDefinition;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SessionRunTest {
    static Stream<Arguments> modelsAndTiers() {
        return KernelSets.usable().stream()
                .flatMap(kernels -> Stream.of(
                        Arguments.of("int8", kernels.name(), RandomModels.quantized(7, 8), kernels),
                        Arguments.of("float", kernels.name(), RandomModels.floating(7, 8), kernels)));
    }

    @ParameterizedTest(name = "{0} with {1} kernels")
    @MethodSource("modelsAndTiers")
    void warmRunsAllocateNothing(String name, String tier, ModelDefinition definition, KernelSet kernels) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int sessionThreads = 1; sessionThreads <= 2; sessionThreads++) {
            SessionOptions options =
                    SessionOptions.defaults().withKernels(kernels).withThreads(sessionThreads);
            try (Model model = Model.of(definition);
                    Session session = model.newSession(options)) {
                List<Tensor> inputs = List.of(RandomModels.input(model.inputs().getFirst(), 1, 1));
                long allocated = Long.MAX_VALUE;
                // The compiler decides when a run is warm.
                for (int round = 0; round < 60 && allocated != 0; round++) {
                    long before = threads.getCurrentThreadAllocatedBytes();
                    for (int run = 0; run < 1_000; run++) {
                        session.run(inputs);
                    }
                    allocated = threads.getCurrentThreadAllocatedBytes() - before;
                }
                assertThat(allocated).isZero();
            }
        }
    }
}
