package dev.octavo.tools.compare;

import dev.octavo.kernels.ElementType;

/**
 * One value that a model computes, against the same value of the float network.
 *
 * @param node that computes it
 * @param value its name
 * @param kind of the node's operator
 * @param type how the model stores it
 * @param scale real value of one step; 1 in float
 * @param sqnrDb 10·log10(Σ z² / Σ (z − z')²) with all errors so far; infinite without any
 * @param ownSqnrDb the same with the error alone that this node adds: z' against what the float node makes of the
 *     model's own inputs
 * @param cosine similarity of z and z'
 * @param bias the largest mean error (z' − z) of a channel, in steps (in float: in 127ths of the largest value)
 * @param biasChannel the channel that has it
 * @param saturation part of the elements whose float value lies more than half a step beyond what can be stored
 * @param costDb ratio of the network's output to the noise that this node's own error alone causes there, in dB;
 *     infinite if it causes none
 * @param costShare this node's part of the noise that all nodes cause at the output, in [0, 1]
 */
public record ValueComparison(
        String node,
        String value,
        String kind,
        ElementType type,
        float scale,
        double sqnrDb,
        double ownSqnrDb,
        double cosine,
        double bias,
        int biasChannel,
        double saturation,
        double costDb,
        double costShare,
        Histogram histogram) {}
