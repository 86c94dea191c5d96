package dev.octavo.runtime.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.format.proto.Blob;
import dev.octavo.runtime.format.proto.ElementType;
import dev.octavo.runtime.format.proto.Header;
import dev.octavo.runtime.format.proto.Operation;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with a file, there is one exception, which names the file and the place. */
class MalformedModelTest {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @TempDir
    private Path folder;

    private Path file;
    private byte[] sound;

    @BeforeEach
    void readSoundFile() throws IOException {
        file = folder.resolve("model.octavo");
        sound = Files.readAllBytes(FormatModels.GOLDEN);
    }

    static Stream<Arguments> files() {
        return Stream.of(
                bytes("empty", "offset 0", b -> new byte[0]),
                bytes("cut within the magic", "offset 0", b -> Arrays.copyOf(b, 5)),
                bytes("cut within the prologue", "offset 0", b -> Arrays.copyOf(b, 63)),
                bytes("cut after the prologue", "offset 24", b -> Arrays.copyOf(b, 64)),
                bytes("cut within the header", "offset 24", b -> Arrays.copyOf(b, 200)),
                bytes("cut within the data", "offset 24", b -> Arrays.copyOf(b, b.length - 1)),
                bytes("trailing garbage", "offset 24", b -> Arrays.copyOf(b, b.length + 1)),
                bytes(
                        "another kind of file",
                        "not an Octavo model",
                        b -> "PK\3\4".repeat(50).getBytes(StandardCharsets.UTF_8)),
                patched("an earlier version", "version 1", s -> s.set(INT, 8, 1)),
                patched("a later version", "version 3", s -> s.set(INT, 8, 3)),
                patched("version 0", "version 0", s -> s.set(INT, 8, 0)),
                patched("a negative header", "offset 12", s -> s.set(INT, 12, -1)),
                patched("a huge header", "offset 12", s -> s.set(INT, 12, Integer.MAX_VALUE)),
                patched("an empty header", "offset 16", s -> s.set(INT, 12, 0)),
                patched("data before the header", "offset 16", s -> s.set(LONG, 16, 0)),
                patched("negative data", "offset 24", s -> s.set(LONG, 24, -1)),
                patched("huge data", "offset 24", s -> s.set(LONG, 24, Long.MAX_VALUE)),
                patched("another header checksum", "offset 64", s -> s.set(INT, 32, 0)),
                patched("another data checksum", "checksum of the data", s -> s.set(INT, 36, 0)),
                patched("reserved bytes in use", "offset 40", s -> s.set(INT, 40, 1)));
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                header("no tensors", "no tensor 0", Header.Builder::clearTensors),
                header("no outputs", "no output", Header.Builder::clearOutputs),
                header("an output beyond the tensors", "output 99", h -> h.setOutputs(0, 99)),
                header("a negative output", "output -1", h -> h.setOutputs(0, -1)),
                header("an input beyond the tensors", "no tensor 99", h -> h.addInputs(99)),
                header("an input twice", "twice", h -> h.addInputs(0)),
                header("an input that is constant", "input cannot be constant", h -> h.addInputs(1)),
                header(
                        "too many tensors",
                        "exceed the limits",
                        h -> IntStream.range(0, 20000).forEach(i -> h.addTensors(h.getTensors(0)))),
                header(
                        "too many operations",
                        "exceed the limits",
                        h -> IntStream.range(0, 20000).forEach(i -> h.addOperations(Operation.getDefaultInstance()))),
                header(
                        "too many links",
                        "exceed the limits",
                        h -> IntStream.range(0, 100000).forEach(i -> h.addOutputs(0))),
                header("a mean that is NaN", "mean", h -> h.getMetadataBuilder().setMean(0, Float.NaN)),
                header(
                        "a deviation of 0",
                        "deviation",
                        h -> h.getMetadataBuilder().setStd(0, 0)),
                header(
                        "more means than channels",
                        "channels",
                        h -> h.getMetadataBuilder().addMean(1)),
                header("no crop", "crop", h -> h.getMetadataBuilder().clearCrop()),
                header(
                        "an unknown element type",
                        "tensor 2",
                        h -> h.getTensorsBuilder(2).setTypeValue(77)),
                header(
                        "no element type",
                        "tensor 2",
                        h -> h.getTensorsBuilder(2).clearType()),
                header(
                        "a dimension of 0",
                        "tensor 2",
                        h -> h.getTensorsBuilder(2).setShape(1, 0)),
                header(
                        "a negative dimension",
                        "tensor 2",
                        h -> h.getTensorsBuilder(2).setShape(1, -5)),
                header(
                        "a huge dimension",
                        "tensor 2",
                        h -> h.getTensorsBuilder(2).setShape(1, Integer.MAX_VALUE)),
                header(
                        "dimensions that overflow",
                        "tensor 2",
                        h -> IntStream.range(1, 4)
                                .forEach(d -> h.getTensorsBuilder(2).setShape(d, 1 << 30))),
                header("rank 9", "tensor 2", h -> h.getTensorsBuilder(2).addAllShape(List.of(1, 1, 1, 1, 1))),
                header(
                        "another rank",
                        "operation 0",
                        h -> h.getTensorsBuilder(2).addShape(1)),
                header("no shape", "tensor 2", h -> h.getTensorsBuilder(2).clearShape()),
                header(
                        "a scale that is NaN",
                        "tensor 2",
                        h -> h.getTensorsBuilder(2).setScale(Float.NaN)),
                header(
                        "an infinite scale",
                        "tensor 2",
                        h -> h.getTensorsBuilder(2).setScale(Float.POSITIVE_INFINITY)),
                header(
                        "a negative scale",
                        "tensor 2",
                        h -> h.getTensorsBuilder(2).setScale(-1)),
                header("no scale", "tensor 2", h -> h.getTensorsBuilder(2).clearScale()),
                header("no zero codes", "tensor 2", h -> h.getTensorsBuilder(2).clearZeroCodes()),
                header(
                        "zero codes for the channels of a computed tensor",
                        "tensor 2",
                        h -> h.getTensorsBuilder(2).setZeroCodes(ByteString.copyFrom(new byte[] {1, 2}))),
                header(
                        "a zero code of an int8 tensor",
                        "tensor 2",
                        h -> h.getTensorsBuilder(2)
                                .setType(ElementType.ELEMENT_TYPE_INT8)
                                .setZeroCodes(ByteString.copyFrom(new byte[] {1}))),
                header(
                        "a maximum of codes with another zero",
                        "zero code",
                        h -> h.getTensorsBuilder(4).setZeroCodes(ByteString.copyFrom(new byte[] {1}))),
                header(
                        "more zero codes than channels",
                        "tensor 0",
                        h -> h.getTensorsBuilder(0).setZeroCodes(ByteString.copyFrom(new byte[3]))),
                header(
                        "a constant of another length",
                        "tensor 1",
                        h -> h.getTensorsBuilder(1).getConstantBuilder().setBytes(3)),
                header(
                        "a constant outside of the data",
                        "tensor 1",
                        h -> h.getTensorsBuilder(1).setConstant(blob(1L << 40, 2))),
                header(
                        "a constant at a negative offset",
                        "tensor 1",
                        h -> h.getTensorsBuilder(1).setConstant(blob(-64, 2))),
                header(
                        "a constant of negative length",
                        "tensor 1",
                        h -> h.getTensorsBuilder(1).setConstant(blob(0, -1))),
                header(
                        "a constant that is not aligned",
                        "tensor 1",
                        h -> h.getTensorsBuilder(1).setConstant(blob(1, 2))),
                header("a batch of 2", "tensor 0", h -> h.getTensorsBuilder(0).setShape(0, 2)),
                header(
                        "operations in a cycle",
                        "operation 0",
                        h -> h.getOperationsBuilder(0)
                                .setInputs(0, h.getOperations(1).getOutput())),
                header(
                        "an operation that reads itself",
                        "operation 0",
                        h -> h.getOperationsBuilder(0)
                                .setInputs(0, h.getOperations(0).getOutput())),
                header(
                        "an operation that writes an input",
                        "operation 0",
                        h -> h.getOperationsBuilder(0).setOutput(0)),
                header(
                        "an operation that writes a constant",
                        "operation 0",
                        h -> h.getOperationsBuilder(0).setOutput(1)),
                header(
                        "a tensor written twice",
                        "operation 1",
                        h -> h.getOperationsBuilder(1)
                                .setOutput(h.getOperations(0).getOutput())),
                header(
                        "an operation without input",
                        "operation 0",
                        h -> h.getOperationsBuilder(0).clearInputs()),
                header(
                        "an operation that reads nothing there is",
                        "operation 0",
                        h -> h.getOperationsBuilder(0).setInputs(0, -7)),
                header(
                        "an unknown operation",
                        "unknown operation",
                        h -> h.getOperationsBuilder(0).clearKind()),
                operation(
                        "weights too short",
                        0,
                        o -> o.getConvolutionBuilder().getWeightsBuilder().setBytes(35)),
                operation(
                        "weights outside of the data",
                        0,
                        o -> o.getConvolutionBuilder().getWeightsBuilder().setBytes(Long.MAX_VALUE)),
                operation(
                        "biases too few",
                        0,
                        o -> o.getConvolutionBuilder().getBiasBuilder().setBytes(4)),
                operation(
                        "half a bias",
                        0,
                        o -> o.getConvolutionBuilder().getBiasBuilder().setBytes(7)),
                operation("no epilogue", 0, o -> o.getConvolutionBuilder().clearEpilogue()),
                operation(
                        "a multiplier below 2^23",
                        0,
                        o -> o.getConvolutionBuilder()
                                .getRequantizationBuilder()
                                .getMultipliersBuilder()
                                .setMultipliers(0, 1)),
                operation(
                        "a shift of 63",
                        0,
                        o -> o.getConvolutionBuilder()
                                .getRequantizationBuilder()
                                .getMultipliersBuilder()
                                .setShifts(0, 63)),
                operation(
                        "multipliers without shifts",
                        0,
                        o -> o.getConvolutionBuilder()
                                .getRequantizationBuilder()
                                .getMultipliersBuilder()
                                .clearShifts()),
                operation(
                        "a bound beyond the type",
                        0,
                        o -> o.getConvolutionBuilder()
                                .getRequantizationBuilder()
                                .setHigh(0, 256)),
                operation(
                        "bounds in reverse",
                        0,
                        o -> o.getConvolutionBuilder()
                                .getRequantizationBuilder()
                                .setLow(101)),
                operation(
                        "a kernel of 0",
                        0,
                        o -> o.getConvolutionBuilder().getWindowBuilder().setKernelHeight(0)),
                operation(
                        "a huge stride",
                        0,
                        o -> o.getConvolutionBuilder().getWindowBuilder().setStrideHeight(Integer.MAX_VALUE)),
                operation(
                        "a huge padding",
                        0,
                        o -> o.getConvolutionBuilder().getWindowBuilder().setPadLeft(Integer.MAX_VALUE)),
                operation(
                        "a negative padding",
                        0,
                        o -> o.getConvolutionBuilder().getWindowBuilder().setPadLeft(-1)),
                operation(
                        "a padding that does not fit",
                        0,
                        o -> o.getConvolutionBuilder().getWindowBuilder().setPadLeft(3)),
                operation(
                        "groups that do not divide",
                        0,
                        o -> o.getConvolutionBuilder().getWindowBuilder().setGroups(3)),
                operation(
                        "a residual without a multiplier",
                        1,
                        o -> o.getConvolutionBuilder().clearResidual()),
                operation("no ratio of scales", 3, o -> o.getPoolBuilder().clearRatio()),
                operation(
                        "a ratio of scales that is NaN",
                        3,
                        o -> o.getPoolBuilder().setRatio(Double.NaN)),
                operation("an unknown kind of pool", 2, o -> o.getPoolBuilder().setKindValue(9)),
                operation(
                        "one multiplier for a sum of two",
                        4,
                        o -> o.getAddBuilder()
                                .getMultipliersBuilder()
                                .clearShifts()
                                .clearMultipliers()),
                operation("a table of 255", 6, o -> o.setLookUp(ByteString.copyFrom(new byte[255]))),
                operation("an axis beyond the rank", 7, o -> o.setConcat(4)),
                operation("a negative axis", 7, o -> o.setConcat(-1)),
                operation(
                        "a slice that leaves its input",
                        8,
                        o -> o.getSliceBuilder().setStarts(1, 4)),
                operation(
                        "a slice that does not move",
                        8,
                        o -> o.getSliceBuilder().setSteps(1, 0)),
                operation("a slice that overflows", 8, o -> o.getSliceBuilder().setSteps(1, Integer.MIN_VALUE)),
                operation(
                        "a frame wider than its tensor",
                        9,
                        o -> o.getPadBuilder().setBefore(2, 7)),
                operation(
                        "an element of two bytes",
                        9,
                        o -> o.getPadBuilder().setElement(ByteString.copyFrom(new byte[2]))),
                operation("an unknown function", 13, o -> o.getUnaryBuilder().setFunctionValue(999)),
                operation(
                        "an axis listed twice", 14, o -> o.getReductionBuilder().addAxes(3)),
                operation("no permutation", 15, o -> o.getTransposeBuilder().setValues(2, 2)),
                operation(
                        "a mean over an axis beyond the rank",
                        14,
                        o -> o.getReductionBuilder().setAxes(0, 9)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"files", "headers"})
    void isRefused(String name, String place, UnaryOperator<byte[]> damage) throws IOException {
        Files.write(file, damage.apply(sound.clone()));
        assertRefused(name, place);
    }

    @Test
    void everyFlippedBitIsNoticed() throws IOException {
        for (int bit = 0; bit < 8 * sound.length; bit += bit < 8 * 64 ? 1 : 7) {
            byte[] flipped = sound.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, flipped);
            assertRefused("bit " + bit, "");
        }
    }

    @Test
    void everyTruncationIsNoticed() throws IOException {
        for (int length = 0; length < sound.length; length += 13) {
            Files.write(file, Arrays.copyOf(sound, length));
            assertRefused("length " + length, "");
        }
    }

    @Test
    void aDamagedHeaderWithTheRightChecksumIsRefusedOrRuns() throws IOException {
        SplittableRandom random = new SplittableRandom(20);
        int headerBytes = MemorySegment.ofArray(sound).get(INT, 12);
        for (int round = 0; round < 3000; round++) {
            byte[] damaged = sound.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                damaged[64 + random.nextInt(headerBytes)] = (byte) random.nextInt(256);
            }
            Files.write(file, sealed(damaged));
            Throwable thrown = catchThrowable(this::load);
            if (thrown != null) {
                assertThat(thrown).as("round %d", round).isInstanceOf(ModelFormatException.class);
                assertThat(thrown).hasMessageStartingWith(file.toString());
            }
        }
    }

    private void assertRefused(String name, String place) {
        assertThat(catchThrowable(this::load))
                .as(name)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(place);
    }

    private void load() throws IOException {
        try (Model model = Model.load(file);
                Session session = model.newSession()) {
            assertThat(session.memoryBytes()).isPositive();
        }
    }

    private static Arguments bytes(String name, String place, UnaryOperator<byte[]> damage) {
        return Arguments.of(name, place, damage);
    }

    /** A change to the prologue, with the checksum that it should have. */
    private static Arguments patched(String name, String place, Consumer<MemorySegment> change) {
        return bytes(name, place, bytes -> {
            MemorySegment segment = MemorySegment.ofArray(bytes);
            change.accept(segment);
            segment.set(INT, 60, FileLayout.checksum(segment.asSlice(0, 60)));
            return bytes;
        });
    }

    /** A change to the header of a file that is otherwise sound. */
    private static Arguments header(String name, String place, Consumer<Header.Builder> change) {
        return bytes(name, place, bytes -> {
            MemorySegment segment = MemorySegment.ofArray(bytes);
            int headerBytes = segment.get(INT, 12);
            long dataOffset = segment.get(LONG, 16);
            try {
                Header.Builder header = Header.parseFrom(Arrays.copyOfRange(bytes, 64, 64 + headerBytes)).toBuilder();
                change.accept(header);
                byte[] changed = header.build().toByteArray();
                byte[] data = Arrays.copyOfRange(bytes, (int) dataOffset, bytes.length);
                FileLayout layout = new FileLayout(
                        changed.length,
                        data.length,
                        FileLayout.checksum(MemorySegment.ofArray(changed)),
                        FileLayout.checksum(MemorySegment.ofArray(data)));
                byte[] result = Arrays.copyOf(layout.prologue(), (int) layout.fileBytes());
                System.arraycopy(changed, 0, result, 64, changed.length);
                System.arraycopy(data, 0, result, (int) layout.dataOffset(), data.length);
                return result;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static Arguments operation(String name, int position, Consumer<Operation.Builder> change) {
        return header(name, "operation " + position, header -> change.accept(header.getOperationsBuilder(position)));
    }

    /** The same bytes with the checksums that they should have. */
    private static byte[] sealed(byte[] bytes) {
        MemorySegment segment = MemorySegment.ofArray(bytes);
        segment.set(INT, 32, FileLayout.checksum(segment.asSlice(64, segment.get(INT, 12))));
        segment.set(INT, 60, FileLayout.checksum(segment.asSlice(0, 60)));
        return bytes;
    }

    private static Blob blob(long offset, long bytes) {
        return Blob.newBuilder().setOffset(offset).setBytes(bytes).build();
    }
}
