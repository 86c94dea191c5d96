package dev.octavo.kernels.tiers;

import dev.octavo.kernels.ConvolutionChain;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.MachineKernels;
import dev.octavo.kernels.scalar.ScalarKernels;
import dev.octavo.kernels.vector.VectorKernels;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Selects among the tiers that this JVM can use. Each set that is handed out is complete: what its tier lacks comes from
 * the next tier down.
 */
public final class KernelSets {
    /** System property that forces a tier by its name. */
    public static final String PROPERTY = "octavo.kernels";

    private static final AtomicBoolean LOGGED = new AtomicBoolean();

    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    private static final List<Tier> TIERS = List.of(
            new Tier("machine", () -> MachineKernels.create(new ScalarKernels())),
            new Tier("vector", KernelSets::vector),
            new Tier("scalar", ScalarKernels::new));

    private KernelSets() {}

    /**
     * Returns the tier that property {@value #PROPERTY} names, or else the best usable one.
     *
     * @throws IllegalArgumentException if the property names no tier
     * @throws IllegalStateException if the tier it names cannot be used, with the reason
     */
    public static KernelSet select() {
        String forced = System.getProperty(PROPERTY);
        if (forced != null) {
            return byName(forced);
        }
        KernelSet best = best(0);
        logChoice(best.name());
        return best;
    }

    /** Logs once which tier was chosen and why, unless it is the best: a logger takes a starting JVM 30 ms. */
    private static void logChoice(String chosen) {
        if (chosen.equals(TIERS.getFirst().name()) || LOGGED.getAndSet(true)) {
            return;
        }
        String reasons = TIERS.stream()
                .takeWhile(tier -> !tier.name().equals(chosen))
                .map(tier -> "the " + tier.name() + " kernels cannot be used (" + tier.refusal() + ")")
                .collect(Collectors.joining(", and "));
        System.getLogger(KernelSets.class.getName())
                .log(Level.WARNING, "The {0} kernels are used, since {1}", chosen, reasons);
    }

    /** Returns every usable tier, best first; the last one is {@code scalar}. */
    public static List<KernelSet> usable() {
        List<KernelSet> sets = new ArrayList<>();
        for (int i = 0; i < TIERS.size(); i++) {
            KernelSet set = best(i);
            if (TIERS.get(i).set().isPresent()) {
                sets.add(set);
            }
        }
        return List.copyOf(sets);
    }

    /**
     * Returns the tier of a name.
     *
     * @throws IllegalArgumentException if there is no such tier
     * @throws IllegalStateException if it cannot be used, with the reason
     */
    public static KernelSet byName(String name) {
        for (int i = 0; i < TIERS.size(); i++) {
            Tier tier = TIERS.get(i);
            if (tier.name().equals(name)) {
                if (tier.set().isEmpty()) {
                    throw new IllegalStateException("kernels \"" + name + "\" cannot be used: " + tier.refusal());
                }
                return best(i);
            }
        }
        String names = TIERS.stream().map(Tier::name).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("there are no kernels \"" + name + "\" (" + PROPERTY + "), only " + names);
    }

    /** The first usable tier from an index on; those below are opened when it lacks something. */
    private static KernelSet best(int from) {
        for (int i = from; i < TIERS.size(); i++) {
            Optional<KernelSet> set = TIERS.get(i).set();
            if (set.isPresent()) {
                return i + 1 < TIERS.size() ? new Chain(set.get(), i + 1) : set.get();
            }
        }
        throw new IllegalStateException("no tier can be used, not even scalar");
    }

    /** Touches no class that needs the Vector API before it is known to be there. */
    private static KernelSet vector() throws TierUnavailableException {
        Optional<Module> module = ModuleLayer.boot().findModule(VECTOR_MODULE);
        if (module.isEmpty() || !KernelSets.class.getModule().canRead(module.get())) {
            throw new TierUnavailableException(
                    "module " + VECTOR_MODULE + " is absent: start the JVM with --add-modules " + VECTOR_MODULE);
        }
        String mode = System.getProperty("java.vm.info", "");
        if (mode.contains("interpreted") || mode.contains("emulated-client")) {
            throw new TierUnavailableException(
                    "the optimizing compiler is off (" + mode + "): remove -Xint or -XX:TieredStopAtLevel");
        }
        return VectorKernels.create();
    }

    /** Makes the kernels of a tier. */
    private interface Opener {
        KernelSet open() throws TierUnavailableException;
    }

    /** A tier that is opened, and refused, at most once. */
    private static final class Tier {
        private final String name;
        private final Opener opener;
        private Optional<KernelSet> set = Optional.empty();
        private String refusal = "";
        private boolean opened;

        Tier(String name, Opener opener) {
            this.name = name;
            this.opener = opener;
        }

        String name() {
            return name;
        }

        synchronized Optional<KernelSet> set() {
            if (!opened) {
                try {
                    set = Optional.of(opener.open());
                } catch (TierUnavailableException e) {
                    refusal = String.valueOf(e.getMessage());
                }
                // Not reached by other exceptions, such as that of a mistyped property, which every call throws again.
                opened = true;
            }
            return set;
        }

        synchronized String refusal() {
            return refusal;
        }
    }

    /**
     * A tier, and what serves the cases that it lacks.
     *
     * @param next index of the best tier that may
     */
    private record Chain(KernelSet first, int next) implements KernelSet {
        // Spelled out: linking a record's own takes a starting JVM a millisecond.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Chain chain && first.equals(chain.first) && next == chain.next;
        }

        @Override
        public int hashCode() {
            return 31 * first.hashCode() + next;
        }

        @Override
        public String name() {
            return first.name();
        }

        @Override
        public Optional<Kernel> prepare(KernelSpec spec, PackingCache weights, Arena arena) {
            return first.prepare(spec, weights, arena).or(() -> best(next).prepare(spec, weights, arena));
        }

        @Override
        public Optional<Kernel> prepare(ConvolutionChain chain, PackingCache weights, Arena arena) {
            return first.prepare(chain, weights, arena);
        }

        @Override
        public long stripBytes() {
            return first.stripBytes();
        }
    }
}
