package dev.octavo.runtime;

import java.lang.foreign.Arena;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/**
 * Where models and sessions get what has to be given back.
 *
 * @param arenas makes owners of memory that any thread may use and close
 * @param threads makes workers
 */
record Resources(Supplier<Arena> arenas, ThreadFactory threads) {
    /** Those of the JVM. */
    static final Resources SYSTEM = new Resources(
            Arena::ofShared,
            Thread.ofPlatform().daemon().name("octavo-worker-", 1).factory());
}
