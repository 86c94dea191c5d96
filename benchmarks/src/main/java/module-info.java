/** Measures Octavo's kernels and models against the machine's limits. */
module dev.octavo.benchmarks {
    requires dev.octavo.tools;
    requires static org.jspecify;
}
