package dev.octavo.benchmarks.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps the current thread, and those that it starts from now on, on some CPUs. Works on Linux with util-linux's
 * {@code taskset}; elsewhere threads stay where the system puts them.
 */
public final class CpuAffinity {
    private CpuAffinity() {}

    /**
     * Restricts the current thread.
     *
     * @param cpus a list such as {@code 1} or {@code 0-1}
     * @return whether it worked
     */
    public static boolean pin(String cpus) {
        try {
            String thread = Files.readSymbolicLink(Path.of("/proc/thread-self"))
                    .getFileName()
                    .toString();
            Process taskset = new ProcessBuilder("taskset", "-cp", cpus, thread)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return taskset.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
