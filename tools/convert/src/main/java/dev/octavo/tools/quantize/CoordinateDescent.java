package dev.octavo.tools.quantize;

import java.util.Arrays;

/**
 * Improves rounded weights by coordinate descent on the expected squared error of a layer's output,
 * {@code ½·δᵀ(C + εI)δ} with the rounding errors δ and the covariance C of the inputs. Weights move by whole steps and stay
 * within one and a half steps of their real value. The mean of the inputs is left to {@link BiasCorrection}.
 */
final class CoordinateDescent {
    private static final int SWEEPS = 30;
    private static final double FARTHEST = 1.5;
    private static final double DAMPING = 0.01;

    private final InputCovariance covariance;
    private final IntegerRange range;
    private final double[] damping;
    private final float[] gradient;
    private final double[] x;

    CoordinateDescent(InputCovariance covariance, IntegerRange range) {
        this.covariance = covariance;
        this.range = range;
        this.gradient = new float[covariance.blockSize()];
        this.x = new double[covariance.blockSize()];
        this.damping = new double[covariance.blocks().length];
        for (int b = 0; b < damping.length; b++) {
            damping[b] = DAMPING * meanOfDiagonal(covariance.blocks()[b]);
        }
    }

    /** What is added to the diagonal of a block, so that no direction is free. */
    private double meanOfDiagonal(float[] block) {
        int size = covariance.blockSize();
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += block[i * size + i];
        }
        return sum / size;
    }

    /**
     * Improves one output channel.
     *
     * @param weights all weights of the layer
     * @param scale of this channel, positive
     * @param quantized all integers of the layer, of which the channel's are changed
     * @return the error that is left, {@code scale²·δᵀ(C + εI)δ}
     */
    double improve(WeightShape shape, float[] weights, int channel, float scale, byte[] quantized) {
        int size = covariance.blockSize();
        int blocksPerChannel = shape.weightsPerChannel() / size;
        int group = channel / (shape.channels() / shape.groups());
        double error = 0;
        for (int b = 0; b < blocksPerChannel; b++) {
            int offset = shape.offset(channel, 0) + b * size;
            improve(group * blocksPerChannel + b, weights, offset, scale, quantized);
            for (int i = 0; i < size; i++) {
                error += (quantized[offset + i] - x[i]) * gradient[i];
            }
        }
        return error * scale * scale;
    }

    private void improve(int block, float[] weights, int offset, double scale, byte[] quantized) {
        float[] c = covariance.blocks()[block];
        int size = covariance.blockSize();
        Arrays.fill(gradient, 0);
        for (int i = 0; i < size; i++) {
            x[i] = weights[offset + i] / scale;
            float error = (float) (quantized[offset + i] - x[i]);
            if (error != 0) {
                addRow(c, i, error);
                gradient[i] += (float) (damping[block] * error);
            }
        }
        for (int sweep = 0; sweep < SWEEPS && damping[block] > 0; sweep++) {
            boolean changed = false;
            for (int i = 0; i < size; i++) {
                double curvature = c[i * size + i] + damping[block];
                int q = quantized[offset + i];
                int target = target(q, gradient[i] / curvature, x[i]);
                double step = target - q;
                if (step != 0 && step * gradient[i] + 0.5 * step * step * curvature < 0) {
                    quantized[offset + i] = (byte) target;
                    addRow(c, i, (float) step);
                    gradient[i] += (float) (damping[block] * step);
                    changed = true;
                }
            }
            if (!changed) {
                break;
            }
        }
    }

    /** The integer to move to: the least of the parabola, or one step towards it where that is too far from the weight. */
    private int target(int q, double newton, double weight) {
        int target = (int) Math.clamp(Math.rint(q - newton), range.low(), range.high());
        if (Math.abs(target - weight) < FARTHEST) {
            return target;
        }
        int next = (int) Math.clamp(q + Math.signum(target - q), range.low(), range.high());
        return Math.abs(next - weight) < FARTHEST ? next : q;
    }

    private void addRow(float[] c, int row, float factor) {
        int from = row * gradient.length;
        for (int j = 0; j < gradient.length; j++) {
            gradient[j] += factor * c[from + j];
        }
    }
}
