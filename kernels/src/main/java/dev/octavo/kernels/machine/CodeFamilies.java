package dev.octavo.kernels.machine;

import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.code.CodeFamily;
import dev.octavo.kernels.machine.x86.InstructionSet;
import dev.octavo.kernels.machine.x86.X86Family;

/** Chooses the code family of this CPU: the only place that names one. */
final class CodeFamilies {
    private CodeFamilies() {}

    /**
     * Returns the best family that can run here.
     *
     * @throws TierUnavailableException if none can, with the reason
     */
    static CodeFamily best() throws TierUnavailableException {
        return X86Family.best();
    }

    /**
     * Returns the family of an instruction set.
     *
     * @param label as the property {@code octavo.isa} has it
     * @throws IllegalArgumentException if there is no such instruction set
     * @throws TierUnavailableException if it cannot run here, with the reason
     */
    static CodeFamily of(String label) throws TierUnavailableException {
        return X86Family.of(InstructionSet.of(label));
    }
}
