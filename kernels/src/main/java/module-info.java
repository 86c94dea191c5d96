/**
 * Numbers in, numbers out: every computation that a compiled model performs, in three tiers that give the same bytes.
 *
 * <p>The scalar tier is the specification. The vector tier uses the Vector API where the JVM offers it. The machine tier emits
 * x86-64 code where the JVM grants native access; its package says how a kernel is written. This module knows no graph and no
 * file format, and depends on nothing but the JDK.
 */
module dev.octavo.kernels {
    // Absent unless the JVM is started with --add-modules jdk.incubator.vector; the scalar tier serves then.
    requires static jdk.incubator.vector;
    requires static org.jspecify;

    exports dev.octavo.kernels;
    exports dev.octavo.kernels.tiers;
    exports dev.octavo.kernels.machine to
            dev.octavo.benchmarks;
}
