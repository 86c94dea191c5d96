package dev.octavo.benchmarks.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * JVMs with the options and classes of this one, each on some CPUs from its start, so that all threads that it will ever
 * have stay there. Works on Linux with util-linux's {@code taskset}; elsewhere threads stay where the system puts them.
 */
public final class JavaProcess {
    private static final Path TASKSET = Path.of("/usr/bin/taskset");

    private JavaProcess() {}

    /**
     * Prepares a process.
     *
     * @param cpus a list such as {@code 1} or {@code 0-1}
     * @param threads of libraries that use OpenMP
     * @param options of the JVM, beyond those that this one has
     * @param program main class and arguments
     */
    public static ProcessBuilder on(String cpus, int threads, List<String> options, List<String> program) {
        List<String> command = new ArrayList<>();
        if (canPin()) {
            command.addAll(List.of(TASKSET.toString(), "-c", cpus));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-agentlib") && !option.startsWith("-Doctavo.terminal"))
                .forEach(command::add);
        command.addAll(options);
        command.addAll(program);
        ProcessBuilder builder = new ProcessBuilder(command);
        // Not an argument: ONNX Runtime 1.29 crashes where the command line is longer than 4 KiB.
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        return builder;
    }

    /** Whether processes stay on the CPUs that they are given. */
    public static boolean canPin() {
        return Files.isExecutable(TASKSET);
    }

    /** Waits for the end of a process, and kills it if the thread is interrupted. */
    public static int end(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
