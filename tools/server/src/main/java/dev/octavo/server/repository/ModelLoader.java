package dev.octavo.server.repository;

import dev.octavo.runtime.Model;
import dev.octavo.tools.OnnxConverter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Opens model files, and converts ONNX networks, whose integer models it keeps in a folder for the next start. */
final class ModelLoader {
    private static final System.Logger LOG = System.getLogger(ModelLoader.class.getName());

    private final Path cache;

    ModelLoader(Path cache) {
        this.cache = cache;
    }

    /**
     * Opens a model.
     *
     * @throws RepositoryException if it cannot be; the message says why
     */
    Model open(ModelSource source, ModelConfig config) {
        try {
            return source.file().toString().endsWith(".onnx")
                    ? convert(source.file(), config)
                    : Model.load(source.file());
        } catch (RepositoryException e) {
            throw e;
        } catch (RuntimeException | IOException | StackOverflowError e) {
            throw new RepositoryException(String.valueOf(e.getMessage()), e);
        }
    }

    private Model convert(Path onnx, ModelConfig config) throws IOException {
        OnnxConverter converter = converter(config);
        Path kept = cache.resolve(hash(onnx, converter.configuration()) + ".octavo");
        if (!Files.exists(kept)) {
            try {
                Files.createDirectories(cache);
                converter.convert(onnx, kept);
            } catch (IOException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "cannot keep the converted " + onnx + " in " + cache
                                + ", so that it is converted at every start: " + e);
                return converter.convert(onnx);
            }
        }
        return Model.load(kept);
    }

    private static OnnxConverter converter(ModelConfig config) {
        OnnxConverter converter = OnnxConverter.defaults();
        if (!config.mean().isEmpty()) {
            converter = converter.withNormalisation(config.mean(), config.std());
        }
        if (config.crop().isPresent()) {
            converter = converter.withCrop(config.crop().get());
        }
        if (!config.labels().isEmpty()) {
            converter = converter.withLabels(config.labels());
        }
        if (!config.inputRange().isEmpty()) {
            converter = converter.withInputRange(
                    config.inputRange().getFirst(), config.inputRange().getLast());
        }
        return converter;
    }

    /** Of the network, of the options, and of what lies beside it, which may be its weights. */
    private static String hash(Path onnx, String options) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        digest.update(options.getBytes(StandardCharsets.UTF_8));
        for (Path beside : besides(onnx)) {
            digest.update((beside.getFileName() + " " + Files.size(beside) + " "
                            + Files.getLastModifiedTime(beside).toMillis() + "\n")
                    .getBytes(StandardCharsets.UTF_8));
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(onnx), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    private static List<Path> besides(Path onnx) throws IOException {
        try (var files = Files.list(onnx.toAbsolutePath().getParent())) {
            return files.filter(file -> Files.isRegularFile(file)
                            && !ModelSource.isModel(file)
                            && !file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }
}
