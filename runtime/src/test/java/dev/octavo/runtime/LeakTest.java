package dev.octavo.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.ConvolutionChain;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelLimits;
import dev.octavo.runtime.format.ModelWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever fails, and whoever forgets to close, nothing stays behind. */
@Timeout(120)
class LeakTest {
    private static final ModelDefinition DEFINITION = RandomModels.quantized(3, 6);
    private static final Path MAPS = Path.of("/proc/self/maps");

    @TempDir
    private Path folder;

    static List<KernelSet> tiers() {
        return KernelSets.usable();
    }

    @ParameterizedTest
    @MethodSource("tiers")
    void aFailureOfAnyRequestForMemoryOrThreadsLeavesNothing(KernelSet kernels) throws Exception {
        Path file = folder.resolve("model.octavo");
        ModelWriter.write(DEFINITION, file);
        SessionOptions options =
                SessionOptions.defaults().withKernels(kernels).withThreads(3).withBatch(2);
        use(file, options, new FailingResources(-1).resources());
        int mappings = codeMappings();
        int requests = Integer.MAX_VALUE;
        for (int failure = 0; failure < requests; failure++) {
            FailingResources resources = new FailingResources(failure);
            try {
                use(file, options, resources.resources());
                requests = resources.requests();
            } catch (OutOfMemoryError e) {
                assertThat(e).hasMessageStartingWith("injected");
            }
            assertThat(resources.openArenas())
                    .as("arenas after failure %d", failure)
                    .isZero();
            for (Thread thread : resources.threads()) {
                thread.join(10_000);
                assertThat(thread.isAlive())
                        .as("worker after failure %d", failure)
                        .isFalse();
            }
            assertThat(codeMappings()).as("code after failure %d", failure).isEqualTo(mappings);
        }
        assertThat(requests).isBetween(10, 10_000);
    }

    /** Loads, runs in a session and in a pool, and closes. */
    private static void use(Path file, SessionOptions options, Resources resources) throws IOException {
        try (Model model = Model.load(file, ModelLimits.defaults(), resources)) {
            List<Tensor> inputs = List.of(RandomModels.input(model.inputs().getFirst(), 2, 1));
            try (Session session = model.newSession(options)) {
                session.run(inputs);
            }
            try (SessionPool pool = model.newPool(options, 2)) {
                pool.run(inputs);
            }
        }
    }

    /** Fails when it is to prepare a kernel. */
    private record FailingKernels(KernelSet kernels, int[] left) implements KernelSet {
        @Override
        public String name() {
            return kernels.name();
        }

        @Override
        public Optional<Kernel> prepare(KernelSpec spec, PackingCache weights, Arena arena) {
            Optional<Kernel> kernel = kernels.prepare(spec, weights, arena);
            if (left[0]-- == 0) {
                throw new OutOfMemoryError("injected: no kernel");
            }
            return kernel;
        }

        @Override
        public Optional<Kernel> prepare(ConvolutionChain chain, PackingCache weights, Arena arena) {
            return kernels.prepare(chain, weights, arena);
        }

        @Override
        public long stripBytes() {
            return kernels.stripBytes();
        }
    }

    @ParameterizedTest
    @MethodSource("tiers")
    void aKernelThatCannotBePreparedLeavesNothingAndTheModelStaysUsable(KernelSet kernels) throws IOException {
        int mappings = codeMappings();
        boolean failed = true;
        for (int failure = 0; failed; failure++) {
            FailingResources resources = new FailingResources(-1);
            try (Model model = Model.of(DEFINITION, resources.resources())) {
                SessionOptions options = SessionOptions.defaults()
                        .withKernels(new FailingKernels(kernels, new int[] {failure}))
                        .withThreads(2);
                int before = resources.openArenas();
                try (Session session = model.newSession(options)) {
                    failed = false;
                    assertThat(session.memoryBytes()).isPositive();
                } catch (OutOfMemoryError e) {
                    assertThat(resources.openArenas()).isEqualTo(before);
                }
                try (Session session = model.newSession(SessionOptions.defaults())) {
                    session.run(List.of(RandomModels.input(model.inputs().getFirst(), 1, 1)));
                }
            }
            assertThat(resources.openArenas()).isZero();
            assertThat(codeMappings()).isEqualTo(mappings);
        }
    }

    @Test
    void forgottenSessionsPoolsAndModelsAreFreedWithOneWarning() throws Exception {
        List<LogRecord> warnings = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public synchronized void publish(LogRecord warning) {
                // Those without a trace are of other tests.
                if (warning.getThrown() != null) {
                    warnings.add(warning);
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(Leaks.class.getName());
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        System.setProperty(Leaks.PROPERTY, "trace");
        FailingResources resources = new FailingResources(-1);
        try {
            forget(resources.resources());
            while (resources.openArenas() > 0) {
                System.gc();
                Thread.sleep(10);
            }
        } finally {
            System.clearProperty(Leaks.PROPERTY);
            logger.setUseParentHandlers(true);
            logger.removeHandler(handler);
        }
        for (Thread thread : resources.threads()) {
            thread.join(10_000);
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(warnings).isNotEmpty().allSatisfy(warning -> {
            assertThat(warning.getMessage()).contains("random was not closed");
            assertThat(warning.getThrown().getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("forget"));
        });
    }

    private static void forget(Resources resources) {
        Model model = Model.of(DEFINITION, resources);
        model.newSession(SessionOptions.defaults().withThreads(2));
        model.newPool(SessionOptions.defaults(), 2);
        model.newSession().close();
    }

    @Test
    void aSessionKeepsItsModelOpen() throws InterruptedException {
        Session session = Model.of(DEFINITION).newSession();
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(10);
        }
        try (session) {
            assertThat(session.run(List.of(RandomModels.input(DEFINITION, 1, 1))))
                    .hasSize(2);
        }
    }

    private static int codeMappings() throws IOException {
        if (!Files.exists(MAPS)) {
            return 0;
        }
        // Of the JVM's own code, which comes and goes, areas are readable and writable too.
        return (int) Files.readAllLines(MAPS).stream()
                .map(line -> line.split("\\s+"))
                .filter(fields -> fields[1].equals("r-xp") && fields.length == 5)
                .count();
    }
}
