package dev.octavo.tools.quantize;

/**
 * What codes of 0 other than the byte 0 add to biases, so that convolutions need not know of them. An input that is stored as
 * q + z adds z · Σw to every accumulator; a result that is to be stored as q + z wants z units of the output more.
 */
public final class ZeroPoints {
    private ZeroPoints() {}

    /**
     * Returns what the bias of an output channel gains from the code of 0 of the input.
     *
     * @param weights sum of the integer weights of the channel
     * @param zero in [0, 255]
     */
    public static long ofInput(long weights, int zero) {
        return -zero * weights;
    }

    /**
     * Returns what a bias gains from the code of 0 of the output, less what the residual brings along, to the nearest integer.
     *
     * @param multiplier steps of the output per unit of the accumulator, positive
     * @param zero of the output, in [0, 255]
     * @param residualMultiplier steps of the output per step of the residual
     * @param residualZero of the residual, in [0, 255]
     */
    public static long ofOutput(double multiplier, int zero, double residualMultiplier, int residualZero) {
        return Math.round((zero - residualZero * residualMultiplier) / multiplier);
    }
}
