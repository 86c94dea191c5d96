package dev.octavo.tools.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.onnx.proto.StringStringEntryProto;
import dev.octavo.tools.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tensors whose data lies beside the model. */
class ExternalDataTest {
    private TensorDecoder decoder;

    @BeforeEach
    void weights(@TempDir Path folder) throws IOException {
        byte[] bytes = new byte[32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        Files.write(folder.resolve("weights.bin"), bytes);
        decoder = TensorDecoder.of(folder.resolve("model.onnx"));
    }

    @Test
    void tensorsOfOneRangeShareTheirElements() {
        Constant.Integers first = (Constant.Integers) decode("weights.bin", TensorProto.DataType.INT8, 8, 2, 4);
        Constant.Integers again = (Constant.Integers) decode("./weights.bin", TensorProto.DataType.INT8, 8, 8);
        assertThat(again.values()).isSameAs(first.values()).containsExactly(8, 9, 10, 11, 12, 13, 14, 15);
        assertThat(first.shape()).containsExactly(2, 4);
        assertThat(again.shape()).containsExactly(8);
    }

    @Test
    void otherRangesAndTypesAreOtherElements() {
        Constant.Integers bytes = (Constant.Integers) decode("weights.bin", TensorProto.DataType.INT8, 8, 4);
        assertThat(((Constant.Integers) decode("weights.bin", TensorProto.DataType.INT8, 12, 4)).values())
                .containsExactly(12, 13, 14, 15);
        assertThat(((Constant.Integers) decode("weights.bin", TensorProto.DataType.INT8, 8, 2)).values())
                .containsExactly(8, 9);
        assertThat(((Constant.Integers) decode("weights.bin", TensorProto.DataType.INT16, 8, 4)).values())
                .containsExactly(0x0908, 0x0b0a, 0x0d0c, 0x0f0e);
        assertThat(bytes.values()).containsExactly(8, 9, 10, 11);
    }

    private Constant decode(String location, TensorProto.DataType type, int offset, int... shape) {
        long bytes = type == TensorProto.DataType.INT16 ? 2 : 1;
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setDataType(type.getNumber())
                .setDataLocation(TensorProto.DataLocation.EXTERNAL);
        for (int extent : shape) {
            tensor.addDims(extent);
            bytes *= extent;
        }
        tensor.addExternalData(entry("location", location));
        tensor.addExternalData(entry("offset", Integer.toString(offset)));
        tensor.addExternalData(entry("length", Long.toString(bytes)));
        return decoder.decode(tensor.build(), "the tensor");
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
