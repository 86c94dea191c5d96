package dev.octavo.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.ConvolutionCase.FloatInstance;
import dev.octavo.kernels.machine.ConvolutionCase.Instance;
import dev.octavo.kernels.machine.x86.InstructionSet;
import dev.octavo.kernels.machine.x86.X86Family;
import dev.octavo.kernels.scalar.ScalarKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions of the machine tier against the scalar one, byte by byte over the whole memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MachineConvolutionTest {
    private static final long SEED = 7;

    static MachineKernels kernels(InstructionSet set) {
        try {
            return MachineKernels.of(X86Family.of(set));
        } catch (TierUnavailableException e) {
            return Assumptions.abort(e.getMessage());
        }
    }

    private static Stream<ConvolutionCase> cases() {
        ConvolutionShape one = ConvolutionShape.of(1, 1);
        ConvolutionShape three = ConvolutionShape.of(3, 3);
        List<ConvolutionCase> cases = new ArrayList<>(List.of(
                ConvolutionCase.of(64, 14, 64, one),
                ConvolutionCase.of(64, 14, 128, three),
                ConvolutionCase.of(64, 9, 64, three.withStride(2, 2)),
                ConvolutionCase.of(16, 9, 64, three).withZeros(1),
                ConvolutionCase.of(16, 9, 32, three).withZeros(1),
                ConvolutionCase.of(8, 19, 70, three.withStride(2, 2))
                        .withZeros(1)
                        .batch(2),
                ConvolutionCase.of(8, 18, 64, ConvolutionShape.of(5, 5)).withZeros(2),
                ConvolutionCase.of(4, 19, 64, three.withDilation(2, 2)).withZeros(2),
                ConvolutionCase.of(12, 16, 144, three).withZeros(3),
                ConvolutionCase.of(12, 9, 16, three),
                ConvolutionCase.of(8, 30, 24, one),
                ConvolutionCase.of(8, 30, 48, one),
                ConvolutionCase.of(16, 10, 144, three),
                ConvolutionCase.of(3, 21, 64, ConvolutionShape.of(7, 7).withStride(2, 2)),
                ConvolutionCase.of(1, 28, 20, ConvolutionShape.of(5, 5)),
                ConvolutionCase.of(5, 8, 70, three.withDilation(2, 2)),
                ConvolutionCase.of(64, 3, 65, three),
                ConvolutionCase.of(256, 1, 100, one),
                ConvolutionCase.of(20, 13, 2, one),
                ConvolutionCase.of(16, 12, 16, three).withZeros(1),
                ConvolutionCase.of(20, 13, 40, three.withStride(2, 2)),
                ConvolutionCase.of(256, 1, 100, one).batch(5),
                ConvolutionCase.of(8, 4, 64, ConvolutionShape.of(4, 4)).batch(3),
                ConvolutionCase.of(32, 7, 64, three.withGroups(2)),
                ConvolutionCase.of(96, 6, 96, three.withGroups(8)),
                ConvolutionCase.of(20, 6, 20, three.withGroups(20)),
                ConvolutionCase.of(36, 5, 72, one.withGroups(3)),
                ConvolutionCase.of(1500, 3, 64, one)));
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 40; i++) {
            int channels = random.nextInt(1, 150);
            ConvolutionShape shape = new ConvolutionShape(
                    random.nextInt(1, 7),
                    random.nextInt(1, 7),
                    random.nextInt(1, 3),
                    random.nextInt(1, 4),
                    random.nextInt(8) == 0 ? 2 : 1,
                    random.nextInt(8) == 0 ? 2 : 1,
                    channels);
            cases.add(ConvolutionCase.of(channels, random.nextInt(13, 20), channels, shape)
                    .batch(random.nextInt(1, 3))
                    .withGap(random.nextInt(2) * 33));
        }
        cases.add(ConvolutionCase.of(40, 12, 40, ConvolutionShape.of(9, 9).withGroups(40)));
        for (int i = 0; i < 60; i++) {
            int groups = random.nextInt(4) == 0 ? random.nextInt(1, 5) : 1;
            ConvolutionShape shape = new ConvolutionShape(
                    random.nextInt(1, 4),
                    random.nextInt(1, 4),
                    random.nextInt(1, 3),
                    random.nextInt(1, 3),
                    random.nextInt(1, 3),
                    random.nextInt(1, 3),
                    groups);
            cases.add(new ConvolutionCase(
                    random.nextInt(1, 3),
                    groups * random.nextInt(1, 40),
                    random.nextInt(5, 20),
                    random.nextInt(5, 20),
                    groups * random.nextInt(1, 90),
                    shape,
                    ElementType.UINT8,
                    ElementType.UINT8,
                    random.nextBoolean(),
                    random.nextInt(3) == 0,
                    random.nextInt(3) == 0 ? random.nextInt(1, 70) : 0,
                    0));
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sameBytesAsScalar(ConvolutionCase base) {
        for (InstructionSet set : InstructionSet.values()) {
            if (!available(set)) {
                continue;
            }
            MachineKernels kernels = kernels(set);
            for (ElementType input : List.of(ElementType.UINT8, ElementType.INT8)) {
                for (ElementType output : ElementType.values()) {
                    ConvolutionCase typed = base.types(input, output);
                    if (output == ElementType.FLOAT32 && base.residual()) {
                        continue;
                    }
                    check(kernels, typed);
                    if (output != ElementType.FLOAT32) {
                        check(kernels, typed.withResidual().perChannelMultipliers());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sameFloatsAsScalar(ConvolutionCase base) {
        for (InstructionSet set : InstructionSet.values()) {
            if (available(set)) {
                for (ConvolutionCase typed : List.of(base, base.withResidual())) {
                    try (Arena arena = Arena.ofConfined()) {
                        FloatInstance instance = typed.floatInstance(arena, SEED);
                        check(kernels(set), typed, instance.spec(), instance.memory(), arena);
                    }
                }
            }
        }
    }

    /** Weights of every shape of distribution, by a number from 0 on: what sums of words depend on. */
    private static byte weight(int kind, SplittableRandom random) {
        return (byte)
                switch (kind) {
                    case 0 -> 127;
                    case 1 -> -128;
                    case 2 -> random.nextInt(-128, 128);
                    case 3 -> random.nextInt(-63, 64);
                    case 4 -> random.nextInt(100) == 0 ? random.nextInt(-128, 128) : random.nextInt(-20, 21);
                    default -> Math.clamp(Math.round(random.nextGaussian(0, 27)), -128, 127);
                };
    }

    private static Stream<ConvolutionCase> extremes() {
        ConvolutionShape one = ConvolutionShape.of(1, 1);
        ConvolutionShape three = ConvolutionShape.of(3, 3);
        return Stream.of(
                ConvolutionCase.of(64, 7, 40, one),
                ConvolutionCase.of(23, 5, 32, one),
                ConvolutionCase.of(64, 8, 24, three).withZeros(1),
                ConvolutionCase.of(128, 4, 16, one).withResidual(),
                ConvolutionCase.of(16, 7, 8, three).types(ElementType.INT8, ElementType.INT8),
                ConvolutionCase.of(32, 7, 3, three).types(ElementType.INT8, ElementType.UINT8));
    }

    /** All inputs at either end of their range, and those that take the sums of one channel as far as they go. */
    @ParameterizedTest
    @MethodSource("extremes")
    void sameBytesForExtremeInputs(ConvolutionCase description) {
        for (InstructionSet set : InstructionSet.values()) {
            if (!available(set)) {
                continue;
            }
            for (int kind = 0; kind < 12; kind++) {
                // The second half of the kinds bounds inputs to 7 bits.
                boolean bounded = kind >= 6;
                try (Arena arena = Arena.ofConfined()) {
                    Instance instance = description.instance(arena, SEED);
                    MemorySegment weights = instance.spec().weights();
                    SplittableRandom random = new SplittableRandom(kind);
                    for (long i = 0; i < weights.byteSize(); i++) {
                        weights.set(ValueLayout.JAVA_BYTE, i, weight(kind % 6, random));
                    }
                    boolean signed = description.inputType() == ElementType.INT8;
                    int low = signed ? -128 : 0;
                    int high = low + (bounded ? 127 : 255);
                    Convolution spec = bounded(instance.spec(), high);
                    int inputs = description.inputs();
                    long elements = instance.spec().input().elements();
                    for (int way = 0; way < 4; way++) {
                        for (long i = 0; i < elements; i++) {
                            boolean positive = weights.get(ValueLayout.JAVA_BYTE, i % inputs) > 0;
                            boolean most = way == 0 || (way > 1 && positive == (way == 2));
                            boolean zero = description.zeros() > 0 && border(description, i);
                            instance.memory()
                                    .set(
                                            ValueLayout.JAVA_BYTE,
                                            instance.spec().input().offset() + i,
                                            (byte) (zero ? 0 : most ? high : low));
                        }
                        check(kernels(set), description, spec, instance.memory(), arena);
                    }
                }
            }
        }
    }

    private static Convolution bounded(Convolution spec, int greatest) {
        return new Convolution(
                spec.input(),
                spec.output(),
                spec.shape(),
                spec.weights(),
                spec.bias(),
                spec.epilogue(),
                spec.residual(),
                spec.zeros(),
                greatest);
    }

    private static boolean border(ConvolutionCase description, long element) {
        long y = element / description.inputs() / description.width() % description.height();
        long x = element / description.inputs() % description.width();
        return Math.min(Math.min(y, description.height() - 1 - y), Math.min(x, description.width() - 1 - x))
                < description.zeros();
    }

    private static boolean available(InstructionSet set) {
        try {
            X86Family.of(set);
            return true;
        } catch (TierUnavailableException e) {
            return false;
        }
    }

    private static void check(MachineKernels kernels, ConvolutionCase description) {
        try (Arena arena = Arena.ofConfined()) {
            Instance instance = description.instance(arena, SEED);
            check(kernels, description, instance.spec(), instance.memory(), arena);
        }
    }

    private static void check(
            MachineKernels kernels, ConvolutionCase description, KernelSpec spec, MemorySegment memory, Arena arena) {
        MemorySegment expected = arena.allocate(memory.byteSize(), 64).copyFrom(memory);
        MemorySegment actual = arena.allocate(memory.byteSize(), 64).copyFrom(memory);
        new ScalarKernels().prepare(spec, arena).orElseThrow().run(expected, 0);
        Kernel kernel = kernels.prepare(spec, arena).orElseThrow();
        int half = kernel.units() / 2;
        kernel.run(actual, 0, half, kernel.units());
        kernel.run(actual, 0, 0, half);
        assertThat(actual.mismatch(expected))
                .as("first difference of %s by %s, output %s", description, kernel.name(), spec.output())
                .isEqualTo(-1);
    }
}
