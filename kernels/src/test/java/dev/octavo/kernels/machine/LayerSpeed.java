package dev.octavo.kernels.machine;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.machine.ConvolutionCase.FloatInstance;
import dev.octavo.kernels.machine.ConvolutionCase.Instance;
import dev.octavo.kernels.machine.code.PeakLoops;
import dev.octavo.kernels.scalar.ScalarKernels;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Prints the speed of single layers, and its share of the peak of this core, which is measured again before each of them, since
 * the clock of a shared core comes and goes: medians over interleaved rounds. Run it pinned:
 * {@code taskset -c 1 java -cp … dev.octavo.kernels.machine.LayerSpeed [float] [name part | mobilenetv2]}. Weights are uniform
 * unless property {@code weights} says {@code gauss,27,127} or {@code laplace,20,127}: distribution, standard deviation and
 * greatest magnitude, in codes.
 */
final class LayerSpeed {
    private static final int ROUNDS = 9;
    private static final int BATCHES = 12;
    private static final long NANOS_PER_BATCH = 1_000_000;
    private static final int PEAK_LOOPS = 5_000;

    private LayerSpeed() {}

    private record Layer(String name, ConvolutionCase shape) {}

    private record Timed(String name, String kernel, double macs, Runnable call, double[] speeds, double[] shares) {
        Timed(String name, String kernel, double macs, Runnable call) {
            this(name, kernel, macs, call, new double[ROUNDS], new double[ROUNDS]);
        }

        /** Multiplications per second of the fastest of some short batches: a shared core interrupts long ones. */
        double speed() {
            call.run();
            double most = 0;
            for (int batch = 0; batch < BATCHES; batch++) {
                long start = System.nanoTime();
                long calls = 0;
                do {
                    call.run();
                    calls++;
                } while (System.nanoTime() - start < NANOS_PER_BATCH);
                most = Math.max(most, calls * macs / ((System.nanoTime() - start) * 1e-9));
            }
            return most;
        }

        void round(int round, Timed peak) {
            double most = peak.speed();
            speeds[round] = speed();
            shares[round] = speeds[round] / most;
        }

        double seconds() {
            return macs / median(speeds);
        }

        static double median(double[] values) {
            return Arrays.stream(values).sorted().toArray()[values.length / 2];
        }
    }

    private static List<Layer> layers() {
        ConvolutionShape one = ConvolutionShape.of(1, 1);
        ConvolutionShape three = ConvolutionShape.of(3, 3);
        ConvolutionShape five = ConvolutionShape.of(5, 5);
        return List.of(
                new Layer(
                        "L1 stem 7x7s2 3-64",
                        ConvolutionCase.of(3, 229, 64, ConvolutionShape.of(7, 7).withStride(2, 2))),
                new Layer("L2 1x1 64-64@56", ConvolutionCase.of(64, 56, 64, one)),
                new Layer("L2 s8", ConvolutionCase.of(64, 56, 64, one).types(ElementType.INT8, ElementType.INT8)),
                new Layer("L3 3x3 64-64@56", ConvolutionCase.of(64, 58, 64, three)),
                new Layer("L4 1x1 64-256@56", ConvolutionCase.of(64, 56, 256, one)),
                new Layer("L4 residual", ConvolutionCase.of(64, 56, 256, one).withResidual()),
                new Layer("L5 1x1 256-128@56", ConvolutionCase.of(256, 56, 128, one)),
                new Layer("L6 3x3 128-128@28", ConvolutionCase.of(128, 30, 128, three)),
                new Layer("L6 s8", ConvolutionCase.of(128, 30, 128, three).types(ElementType.INT8, ElementType.INT8)),
                new Layer("L6s 3x3s2 128-128@56", ConvolutionCase.of(128, 57, 128, three.withStride(2, 2))),
                new Layer("L7 1x1 128-512@28", ConvolutionCase.of(128, 28, 512, one)),
                new Layer("L6d 1x1s2 256-512@56", ConvolutionCase.of(256, 55, 512, one.withStride(2, 2))),
                new Layer("L7 residual", ConvolutionCase.of(128, 28, 512, one).withResidual()),
                new Layer("L7i 1x1 512-128@28", ConvolutionCase.of(512, 28, 128, one)),
                new Layer("L8o 1x1 512-256@28", ConvolutionCase.of(512, 28, 256, one)),
                new Layer("L8s 3x3s2 256-256@28", ConvolutionCase.of(256, 29, 256, three.withStride(2, 2))),
                new Layer("L8 3x3 256-256@14", ConvolutionCase.of(256, 16, 256, three)),
                new Layer("L9 1x1 1024-256@14", ConvolutionCase.of(1024, 14, 256, one)),
                new Layer(
                        "L9r 1x1 256-1024@14 residual",
                        ConvolutionCase.of(256, 14, 1024, one).withResidual()),
                new Layer("L9 1x1 256-1024@14", ConvolutionCase.of(256, 14, 1024, one)),
                new Layer("L9d 1x1s2 512-1024@28", ConvolutionCase.of(512, 27, 1024, one.withStride(2, 2))),
                new Layer("L10o 1x1 1024-512@14", ConvolutionCase.of(1024, 14, 512, one)),
                new Layer("L10s 3x3s2 512-512@14", ConvolutionCase.of(512, 15, 512, three.withStride(2, 2))),
                new Layer("L12d 1x1s2 1024-2048@14", ConvolutionCase.of(1024, 13, 2048, one.withStride(2, 2))),
                new Layer("L12 residual", ConvolutionCase.of(512, 7, 2048, one).withResidual()),
                new Layer("L10 3x3 512-512@7", ConvolutionCase.of(512, 9, 512, three)),
                new Layer("L11 1x1 2048-512@7", ConvolutionCase.of(2048, 7, 512, one)),
                new Layer("L12 1x1 512-2048@7", ConvolutionCase.of(512, 7, 2048, one)),
                new Layer("M 1x1 16-96@112", ConvolutionCase.of(16, 112, 96, one)),
                new Layer("M 1x1 96-24@56", ConvolutionCase.of(96, 56, 24, one)),
                new Layer("M 1x1 24-144@56", ConvolutionCase.of(24, 56, 144, one)),
                new Layer("M 1x1 144-32@28", ConvolutionCase.of(144, 28, 32, one)),
                new Layer("M 1x1 192-64@14", ConvolutionCase.of(192, 14, 64, one)),
                new Layer("M 1x1 960-160@7", ConvolutionCase.of(960, 7, 160, one)),
                new Layer("M stem 3x3s2 3-32", ConvolutionCase.of(3, 225, 32, three.withStride(2, 2))),
                new Layer("DW 3x3 192@56", ConvolutionCase.of(192, 58, 192, three.withGroups(192))),
                new Layer("DW 3x3 144@56", ConvolutionCase.of(144, 58, 144, three.withGroups(144))),
                new Layer("DW 3x3 384@14", ConvolutionCase.of(384, 16, 384, three.withGroups(384))),
                new Layer(
                        "DW s8 3x3 384@14",
                        ConvolutionCase.of(384, 16, 384, three.withGroups(384))
                                .types(ElementType.INT8, ElementType.INT8)),
                new Layer(
                        "DW 3x3s2 96@112",
                        ConvolutionCase.of(96, 113, 96, three.withGroups(96).withStride(2, 2))),
                new Layer("DW 5x5 240@28", ConvolutionCase.of(240, 32, 240, five.withGroups(240))),
                new Layer(
                        "FC 2048-1000",
                        ConvolutionCase.of(2048, 1, 1000, one).types(ElementType.UINT8, ElementType.FLOAT32)));
    }

    /** The convolutions of MobileNetV2 at 224×224, each block once per repetition (Sandler et al. 2018, table 2). */
    private static List<Layer> mobileNet() {
        ConvolutionShape one = ConvolutionShape.of(1, 1);
        ConvolutionShape three = ConvolutionShape.of(3, 3);
        int[][] stages = {
            {1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}
        };
        List<Layer> layers = new ArrayList<>();
        layers.add(new Layer("stem", ConvolutionCase.of(3, 225, 32, three.withStride(2, 2))));
        int channels = 32;
        int size = 112;
        for (int[] stage : stages) {
            for (int i = 0; i < stage[2]; i++) {
                int stride = i == 0 ? stage[3] : 1;
                int inner = channels * stage[0];
                if (stage[0] > 1) {
                    layers.add(new Layer("expand", ConvolutionCase.of(channels, size, inner, one)));
                }
                ConvolutionShape window = three.withGroups(inner).withStride(stride, stride);
                layers.add(new Layer("depthwise", ConvolutionCase.of(inner, size + 3 - stride, inner, window)));
                size /= stride;
                ConvolutionCase project =
                        ConvolutionCase.of(inner, size, stage[1], one).types(ElementType.UINT8, ElementType.INT8);
                layers.add(new Layer("project", i == 0 ? project : project.withResidual()));
                channels = stage[1];
            }
        }
        layers.add(new Layer("head", ConvolutionCase.of(320, 7, 1280, one)));
        layers.add(new Layer(
                "classifier", ConvolutionCase.of(1280, 1, 1000, one).types(ElementType.UINT8, ElementType.FLOAT32)));
        return layers;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        boolean floats = arguments.length > 0 && arguments[0].equals("float");
        String part = arguments.length > (floats ? 1 : 0) ? arguments[arguments.length - 1] : "";
        try (Arena arena = Arena.ofConfined()) {
            MachineKernels kernels = MachineKernels.create(new ScalarKernels());
            List<Timed> timed = new ArrayList<>();
            String label = System.getProperty(MachineKernels.INSTRUCTION_SET);
            PeakLoops peaks = (label == null ? CodeFamilies.best() : CodeFamilies.of(label)).peaks();
            timed.add(
                    floats
                            ? new Timed(
                                    "peak",
                                    "floats",
                                    (double) PEAK_LOOPS * peaks.floatMacs(),
                                    () -> peaks.multiplyFloats(PEAK_LOOPS))
                            : new Timed(
                                    "peak",
                                    "bytes",
                                    (double) PEAK_LOOPS * peaks.byteMacs(),
                                    () -> peaks.multiplyBytes(PEAK_LOOPS)));
            boolean network = part.equals("mobilenetv2");
            for (Layer layer : network ? mobileNet() : layers()) {
                if (network || layer.name.contains(part)) {
                    timed.add(
                            floats
                                    ? timed(layer, kernels, layer.shape.floatInstance(arena, 1), arena)
                                    : timed(layer, kernels, layer.shape.instance(arena, 1), arena));
                }
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (Timed entry : timed) {
                    entry.round(round, timed.getFirst());
                }
            }
            double total = -timed.getFirst().seconds();
            for (Timed entry : timed) {
                total += entry.seconds();
                out.printf(
                        "%-30s %-40s %8.1f us %7.1f GMAC/s %5.1f %%%n",
                        entry.name,
                        entry.kernel,
                        entry.seconds() * 1e6,
                        Timed.median(entry.speeds) * 1e-9,
                        100 * Timed.median(entry.shares));
            }
            out.printf("sum %.1f us%n", total * 1e6);
        }
    }

    private static Timed timed(Layer layer, MachineKernels kernels, Instance instance, Arena arena) {
        draw(instance.spec().weights());
        return timed(layer.name, kernels, instance.spec(), instance.spec().macs(), instance.memory(), arena);
    }

    /** Replaces weights as property {@code weights} says. */
    private static void draw(MemorySegment weights) {
        String property = System.getProperty("weights");
        if (property == null) {
            return;
        }
        String[] parts = property.split(",");
        double deviation = Double.parseDouble(parts[1]);
        long most = Long.parseLong(parts[2]);
        RandomGenerator random = new SplittableRandom(3);
        for (long i = 0; i < weights.byteSize(); i++) {
            double value = switch (parts[0]) {
                case "gauss" -> random.nextGaussian(0, deviation);
                case "laplace" -> (random.nextBoolean() ? 1 : -1) * random.nextExponential() * deviation / Math.sqrt(2);
                default -> throw new IllegalArgumentException(property);
            };
            weights.set(ValueLayout.JAVA_BYTE, i, (byte) Math.clamp(Math.round(value), -most, most));
        }
    }

    private static Timed timed(Layer layer, MachineKernels kernels, FloatInstance instance, Arena arena) {
        return timed(layer.name, kernels, instance.spec(), instance.spec().macs(), instance.memory(), arena);
    }

    private static Timed timed(
            String name, MachineKernels kernels, KernelSpec spec, long macs, MemorySegment memory, Arena arena) {
        Kernel kernel = kernels.prepare(spec, arena).orElseThrow();
        return new Timed(name, kernel.name() + " (" + kernel.units() + ")", macs, () -> kernel.run(memory, 0));
    }
}
