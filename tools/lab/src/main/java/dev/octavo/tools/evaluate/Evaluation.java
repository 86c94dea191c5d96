package dev.octavo.tools.evaluate;

import java.util.OptionalDouble;

/**
 * How a model did on labelled pictures.
 *
 * @param top1 the part of the pictures, in [0, 1], whose class has the highest score
 * @param top5 the part whose class has one of the five highest scores
 * @param agreement the part on which the model and the reference answer the same class; empty without a reference
 * @param referenceTop1 top-1 of the reference; empty without one
 * @param sqnrDb signal to quantization noise of all raw logits, 10·log10(Σ z² / Σ (z − z')²) with z the reference's;
 *     infinite if there is no difference, empty without a reference
 */
public record Evaluation(
        int images,
        double top1,
        double top5,
        OptionalDouble agreement,
        OptionalDouble referenceTop1,
        OptionalDouble sqnrDb) {}
