package dev.octavo.kernels;

import java.util.List;

/**
 * Writes a constant: the halo around a feature map, or the frame of a padded tensor.
 *
 * @param outputs at least one, all of one type
 * @param pattern little-endian bytes of one element, or of one element per channel (dimension 1)
 */
public record Fill(List<TensorView> outputs, byte[] pattern) implements KernelSpec {
    /** Checks that everything fits together. */
    public Fill {
        outputs = List.copyOf(outputs);
        pattern = pattern.clone();
        Checks.require(!outputs.isEmpty(), "nothing to fill");
        ElementType type = outputs.getFirst().type();
        for (TensorView view : outputs) {
            Checks.type(view, type);
            Checks.output(view);
            Checks.require(
                    pattern.length == type.bytes()
                            || (view.rank() > 1 && pattern.length == type.bytes() * view.size(1)),
                    "%s bytes are neither one element nor one per channel of %s",
                    pattern.length,
                    view);
        }
    }

    @Override
    public TensorView output() {
        return outputs.getFirst();
    }

    @Override
    public byte[] pattern() {
        return pattern.clone();
    }
}
