package dev.octavo.kernels.machine;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.code.CodeFamily;
import dev.octavo.kernels.machine.x86.InstructionSet;
import dev.octavo.kernels.machine.x86.X86Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The machine tier for instruction sets below the best one of this CPU, which tests would not see otherwise. */
public final class LowerSets {
    private LowerSets() {}

    /** Returns the kernels of each such set that can run here. */
    public static List<KernelSet> usable() {
        List<KernelSet> sets = new ArrayList<>();
        for (InstructionSet set : InstructionSet.values()) {
            if (set != InstructionSet.AVX512_VNNI) {
                family(set).ifPresent(family -> sets.add(MachineKernels.of(family)));
            }
        }
        return sets;
    }

    private static Optional<CodeFamily> family(InstructionSet set) {
        try {
            return Optional.of(X86Family.of(set));
        } catch (TierUnavailableException e) {
            return Optional.empty();
        }
    }
}
