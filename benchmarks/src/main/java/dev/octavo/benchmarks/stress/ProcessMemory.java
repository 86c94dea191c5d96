package dev.octavo.benchmarks.stress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the system says of this process's memory; Linux only.
 *
 * @param mappings entries of the memory map
 * @param codeMappings those of executable memory that is neither writable nor a file's: emitted kernels
 * @param residentMegabytes in 2^20 bytes
 */
record ProcessMemory(int mappings, int codeMappings, long residentMegabytes) {
    /** Fields of a line of the map before the path. */
    private static final int FIELDS = 5;

    static ProcessMemory now() {
        try {
            List<String> maps = Files.readAllLines(Path.of("/proc/self/maps"));
            int code = 0;
            for (String line : maps) {
                String[] fields = line.split("\\s+");
                if (fields[1].startsWith("r-x") && fields.length == FIELDS) {
                    code++;
                }
            }
            String resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .findFirst()
                    .orElseThrow();
            return new ProcessMemory(maps.size(), code, Long.parseLong(resident.replaceAll("\\D", "")) >> 10);
        } catch (IOException e) {
            throw new UncheckedIOException("the system does not tell what memory this process maps", e);
        }
    }

    @Override
    public String toString() {
        return mappings + " mappings, " + codeMappings + " of emitted code, " + residentMegabytes + " MiB resident";
    }
}
