package dev.octavo.server;

import static dev.octavo.server.RawHttp.ascii;
import static dev.octavo.server.RawHttp.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.server.RawHttp.Answer;
import dev.octavo.server.options.ServerOptions;
import dev.octavo.server.options.ServerOptions.Security;
import dev.octavo.server.repository.RepositoryException;
import dev.octavo.serving.SmallModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that come and go, ends in order, tokens, logs. */
class LifecycleTest {
    private static final byte[] PICTURE = new byte[TestServer.ROW_BYTES];
    private static final byte[] REQUEST =
            post("/v2/models/small/infer", "Inference-Header-Content-Length: 0\r\n", PICTURE);

    @TempDir
    Path folder;

    private static String logits(long seed) {
        try (Model model = Model.of(SmallModels.definition(TestServer.SIDE, true, seed));
                Session session = model.newSession()) {
            float[] logits = session.run(Tensor.of(PICTURE, 1, 8, 8, 3)).toFloatArray();
            return "\"data\":[" + logits[0] + "," + logits[1] + "]";
        }
    }

    private static Answer get(int port, String path, String headers) throws IOException {
        return RawHttp.exchange(port, ascii("GET " + path + " HTTP/1.1\r\nHost: test\r\n" + headers + "\r\n"));
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime() - end).as("waited for nothing").isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void replacesModelsUnderLoadWithoutLosingOrMixingAnything() throws Exception {
        try (TestServer server = TestServer.start(folder, options -> options);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<String> possible = List.of(logits(1), logits(2));
            assertThat(possible.get(0)).isNotEqualTo(possible.get(1));
            AtomicBoolean end = new AtomicBoolean();
            AtomicInteger answers = new AtomicInteger();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                running.add(clients.submit(() -> {
                    try (RawHttp client = new RawHttp(server.port())) {
                        while (!end.get()) {
                            client.send(REQUEST);
                            Answer answer = client.answer();
                            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
                            assertThat(possible).anyMatch(answer.text()::contains);
                            answers.incrementAndGet();
                        }
                    }
                    return null;
                }));
            }
            for (int i = 0; i < 12; i++) {
                Path next = folder.resolve("next.octavo");
                TestServer.write(next, 1 + i % 2);
                Files.move(
                        next,
                        server.folder.resolve("small.octavo"),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
                server.server.repository().load("small");
                int before = answers.get();
                until(() -> answers.get() > before + 20);
            }
            end.set(true);
            for (Future<?> client : running) {
                client.get();
            }
        }
    }

    @Test
    void keepsServingWhenANewVersionIsBrokenAndSaysWhy() throws Exception {
        try (TestServer server = TestServer.start(folder, options -> options.withWatch(true))) {
            Path model = server.folder.resolve("small.octavo");
            Files.writeString(folder.resolve("broken"), "this is no model");
            Files.move(folder.resolve("broken"), model, StandardCopyOption.REPLACE_EXISTING);
            until(() -> server.server.repository().index().stream()
                    .anyMatch(status -> status.ready() && status.reason().contains("small.octavo")));
            assertThat(RawHttp.exchange(server.port(), REQUEST).text()).contains(logits(1));
            TestServer.write(folder.resolve("good"), 2);
            Files.move(folder.resolve("good"), model, StandardCopyOption.REPLACE_EXISTING);
            String changed = logits(2);
            until(() -> RawHttp.exchange(server.port(), REQUEST).text().contains(changed));
            assertThat(server.server.repository().index())
                    .allMatch(status -> status.reason().isEmpty());
            TestServer.write(server.folder.resolve("second.octavo"), 3);
            until(() -> get(server.port(), "/v2/models/second/ready", "").status() == 200);
            Files.delete(server.folder.resolve("second.octavo"));
            until(() -> get(server.port(), "/v2/models/second/ready", "").status() == 404);
            Files.move(server.folder, folder.resolve("away"));
            TimeUnit.MILLISECONDS.sleep(2500);
            assertThat(RawHttp.exchange(server.port(), REQUEST).text()).contains(changed);
        }
    }

    @Test
    void servesTheLatestVersionThatCanBeLoaded() throws Exception {
        try (TestServer server = TestServer.start(folder, options -> options)) {
            Path versions = server.folder.resolve("many");
            TestServer.write(Files.createDirectories(versions.resolve("2")).resolve("model.octavo"), 2);
            TestServer.write(Files.createDirectories(versions.resolve("10")).resolve("model.octavo"), 3);
            Files.writeString(Files.createDirectories(versions.resolve("11")).resolve("model.octavo"), "broken");
            Files.writeString(versions.resolve("config.json"), "{\"max_batch_size\": 2, \"labels\": [\"a\", \"b\"]}");
            server.server.repository().load("many");
            assertThat(get(server.port(), "/v2/models/many", "").text()).contains("\"versions\":[\"10\"]");
            assertThat(server.server.repository().find("many").orElseThrow().labels())
                    .containsExactly("a", "b");
            assertThat(server.server.repository().index())
                    .anyMatch(status ->
                            status.name().equals("many") && status.reason().contains("11"));
            Files.writeString(versions.resolve("config.json"), "{\"max_batch\": 2}");
            assertThatThrownBy(() -> server.server.repository().load("many"))
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("config.json")
                    .hasMessageContaining("'max_batch' is unknown");
            Files.writeString(versions.resolve("config.json"), "{\"labels\":".repeat(100_000));
            assertThatThrownBy(() -> server.server.repository().load("many"))
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("config.json: is no JSON: ")
                    .hasMessageContaining("depth");
        }
    }

    @Test
    void refusesToStartWithoutModels() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        ServerOptions options =
                ServerOptions.of(List.of(empty)).withListen(new ServerOptions.Listen("127.0.0.1", 0, -1));
        assertThatThrownBy(() -> OctavoServer.start(options))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("no models");
        Files.writeString(empty.resolve("bad.octavo"), "bad");
        assertThatThrownBy(() -> OctavoServer.start(options))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("bad.octavo");
    }

    @Test
    void answersEverythingItAcceptedWhenItEnds() throws Exception {
        TestServer server = TestServer.start(folder, options -> options);
        AtomicInteger lost = new AtomicInteger();
        AtomicInteger answers = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                running.add(clients.submit(() -> {
                    try (RawHttp client = new RawHttp(server.port())) {
                        while (true) {
                            client.send(REQUEST);
                            Answer answer = client.answer();
                            if (answer.status() != 200) {
                                // Refused in so many words, or before anything was sent: the connection was closed.
                                (answer.status() == 503 || answer.status() == 0 ? refused : lost).incrementAndGet();
                                return;
                            }
                            answers.incrementAndGet();
                        }
                    } catch (IOException e) {
                        refused.incrementAndGet();
                    }
                }));
            }
            until(() -> answers.get() > 100);
            assertThat(server.server.stop(Duration.ofSeconds(20))).isTrue();
            for (Future<?> client : running) {
                client.get();
            }
        }
        assertThat(lost).hasValue(0);
        assertThat(refused).hasValue(8);
    }

    @Test
    void letsNobodyInWithoutToken() throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "# comment\nsecret-1\n");
        Security security = new Security(Optional.of(tokens), Optional.empty(), Optional.empty());
        try (TestServer server = TestServer.start(folder, options -> options.withSecurity(security))) {
            assertThat(get(server.port(), "/v2/health/ready", "").status()).isEqualTo(200);
            Answer without = get(server.port(), "/v2", "");
            assertThat(without.status()).isEqualTo(401);
            assertThat(without.head()).contains("WWW-Authenticate: Bearer");
            assertThat(get(server.port(), "/v2", "Authorization: Bearer wrong\r\n")
                            .status())
                    .isEqualTo(401);
            assertThat(get(server.port(), "/v2", "Authorization: Basic secret-1\r\n")
                            .status())
                    .isEqualTo(401);
            assertThat(get(server.port(), "/v2", "Authorization: Bearer # comment\r\n")
                            .status())
                    .isEqualTo(401);
            assertThat(get(server.port(), "/v2", "Authorization: Bearer secret-1\r\n")
                            .status())
                    .isEqualTo(200);
            TimeUnit.MILLISECONDS.sleep(20);
            Files.writeString(tokens, "secret-2\n");
            until(() -> get(server.port(), "/v2", "Authorization: Bearer secret-2\r\n")
                            .status()
                    == 200);
            assertThat(get(server.port(), "/v2", "Authorization: Bearer secret-1\r\n")
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void logsAndTracesRequests() throws Exception {
        Path log = folder.resolve("access.log");
        Path trace = folder.resolve("trace.json");
        try (TestServer server =
                TestServer.start(folder, options -> options.withAccessLog(log).withTrace(trace))) {
            assertThat(RawHttp.exchange(server.port(), REQUEST).status()).isEqualTo(200);
            assertThat(get(server.port(), "/nothing", "").status()).isEqualTo(404);
        }
        assertThat(Files.readAllLines(log))
                .hasSize(2)
                .anyMatch(line -> line.contains("\"model\":\"small\"") && line.contains("\"status\":200"))
                .anyMatch(line -> line.contains("\"status\":404"));
        assertThat(Files.readString(trace))
                .startsWith("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[")
                .contains("\"cat\":\"batch\",\"ph\":\"X\"", "\"cat\":\"request\"")
                .endsWith("]}\n");
    }

    @Test
    void servesOnWhenTheDiskForLogsIsFull() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "there is no /dev/full here");
        try (TestServer server = TestServer.start(folder, options -> options.withAccessLog(full))) {
            for (int i = 0; i < 50; i++) {
                assertThat(RawHttp.exchange(server.port(), REQUEST).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void holdsAThousandIdleConnectionsAndServesOthers() throws Exception {
        List<RawHttp> idle = new ArrayList<>();
        try (TestServer server = TestServer.start(folder, options -> options)) {
            for (int i = 0; i < 1000; i++) {
                idle.add(new RawHttp(server.port()));
            }
            assertThat(RawHttp.exchange(server.port(), REQUEST).text()).contains(logits(1));
        } finally {
            for (RawHttp client : idle) {
                client.close();
            }
        }
    }
}
