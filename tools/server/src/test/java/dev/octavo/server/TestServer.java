package dev.octavo.server;

import dev.octavo.runtime.format.ModelWriter;
import dev.octavo.server.options.ServerOptions;
import dev.octavo.server.options.ServerOptions.Listen;
import dev.octavo.serving.PredictorOptions;
import dev.octavo.serving.SmallModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** A server of one small model, "small": pictures of 8 by 8 pixels, two classes. */
final class TestServer implements AutoCloseable {
    static final int SIDE = 8;
    static final int ROW_BYTES = SIDE * SIDE * 3;

    final Path folder;
    final OctavoServer server;

    private TestServer(Path folder, OctavoServer server) {
        this.folder = folder;
        this.server = server;
    }

    static TestServer start(Path folder, UnaryOperator<ServerOptions> options) throws IOException {
        Path models = Files.createDirectories(folder.resolve("models"));
        write(models.resolve("small.octavo"), 1);
        ServerOptions all = ServerOptions.of(List.of(models))
                .withCache(folder.resolve("cache"))
                .withThreads(2)
                .withPredictor(PredictorOptions.defaults().withMaxBatch(4))
                .withListen(new Listen("127.0.0.1", 0, 0));
        return new TestServer(models, OctavoServer.start(options.apply(all)));
    }

    /** Writes the model with weights of a seed. */
    static void write(Path file, long seed) throws IOException {
        ModelWriter.write(SmallModels.definition(SIDE, true, seed), file);
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }
}
