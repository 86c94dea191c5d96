package dev.octavo.tools.quantize;

/**
 * The shape of convolution or fully connected weights stored {@code [channels][kernels][taps]} (OIHW with its spatial
 * dimensions flattened).
 *
 * @param channels output channels
 * @param kernels input channels of one group: the number of spatial kernels that one output channel sums
 * @param taps elements of one spatial kernel; 1 for pointwise convolutions and fully connected layers
 * @param groups divides {@code channels}; equal to it, with one kernel, for depthwise convolutions
 */
public record WeightShape(int channels, int kernels, int taps, int groups) {
    /** Checks that all dimensions are positive and that the groups divide the output channels. */
    public WeightShape {
        if (channels <= 0 || kernels <= 0 || taps <= 0 || groups <= 0 || channels % groups != 0) {
            throw new IllegalArgumentException("no weight shape: " + channels + " output channels, " + kernels
                    + " kernels, " + taps + " taps, " + groups + " groups");
        }
        Math.multiplyExact(Math.multiplyExact(channels, kernels), taps);
    }

    /** An ungrouped convolution. */
    public static WeightShape dense(int channels, int inputChannels, int taps) {
        return new WeightShape(channels, inputChannels, taps, 1);
    }

    /** One kernel per channel. */
    public static WeightShape depthwise(int channels, int taps) {
        return new WeightShape(channels, 1, taps, channels);
    }

    /** Channels of the input tensor. */
    public int inputChannels() {
        return kernels * groups;
    }

    /** Weights summed into one output. */
    public int weightsPerChannel() {
        return kernels * taps;
    }

    /** Number of weights. */
    public int size() {
        return channels * kernels * taps;
    }

    /** Flat index of the first tap of a kernel. */
    public int offset(int channel, int kernel) {
        return (channel * kernels + kernel) * taps;
    }

    /** The channel of the input tensor that a kernel of an output channel reads. */
    public int inputChannel(int channel, int kernel) {
        return channel / (channels / groups) * kernels + kernel;
    }

    /** Whether every output channel reads one input channel of its own. */
    public boolean isDepthwise() {
        return kernels == 1 && groups == channels && groups > 1;
    }

    void checkSize(int length) {
        if (length != size()) {
            throw new IllegalArgumentException(length + " weights do not fill " + this);
        }
    }
}
