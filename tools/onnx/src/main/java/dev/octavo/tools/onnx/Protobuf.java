package dev.octavo.tools.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.octavo.tools.graph.GraphException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Bytes to messages, with the errors that a user sees. */
final class Protobuf {
    private Protobuf() {}

    static byte[] bytes(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new GraphException(file + " is a folder; give the .onnx file in it");
            }
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new GraphException(file + " is a device or a pipe; give an .onnx file");
            }
            if (Files.size(file) > Integer.MAX_VALUE - 16) {
                throw new GraphException(
                        file + " exceeds 2 GB: protobuf files cannot; store its weights as external data");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new GraphException("there is no file " + file, e);
        } catch (IOException e) {
            throw new GraphException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Tensors of the message share the memory of {@code bytes}. */
    static <T> T parse(byte[] bytes, Parser<T> parser, String source) {
        CodedInputStream input = CodedInputStream.newInstance(bytes);
        input.enableAliasing(true);
        try {
            T message = parser.parseFrom(input);
            input.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw new GraphException(
                    source + " is truncated, damaged or no ONNX file: near byte " + input.getTotalBytesRead() + " of "
                            + bytes.length + ": " + e.getMessage(),
                    e);
        }
    }
}
