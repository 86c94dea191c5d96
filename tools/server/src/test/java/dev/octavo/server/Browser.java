package dev.octavo.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A headless Chromium with one page, driven by the protocol of its developer tools. */
final class Browser implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("^\\{\"id\":(\\d+)");
    private static final Pattern SOCKET = Pattern.compile("\"webSocketDebuggerUrl\": \"([^\"]+)\"");

    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<String>> answers;
    private final AtomicInteger calls = new AtomicInteger();

    private Browser(Process process, WebSocket socket, Map<Integer, CompletableFuture<String>> answers) {
        this.process = process;
        this.socket = socket;
        this.answers = answers;
    }

    /** Returns the program, if this machine has it. */
    static Optional<Path> program() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder.isEmpty() ? "." : folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Browser open(Path program, Path profile, String page) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--user-data-dir=" + profile,
                "--remote-debugging-port=0",
                "about:blank"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Path file = profile.resolve("DevToolsActivePort");
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!Files.exists(file) || Files.readAllLines(file).isEmpty()) {
                if (!process.isAlive() || System.nanoTime() - end > 0) {
                    throw new IOException("the browser did not start");
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
            String port = Files.readAllLines(file).getFirst();
            HttpClient http = HttpClient.newHttpClient();
            HttpRequest opening = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new?" + page))
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build();
            Matcher address =
                    SOCKET.matcher(http.send(opening, BodyHandlers.ofString()).body());
            if (!address.find()) {
                throw new IOException("the browser has no page");
            }
            Map<Integer, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
            WebSocket socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create(address.group(1)), new Answers(answers))
                    .get(20, TimeUnit.SECONDS);
            return new Browser(process, socket, answers);
        } catch (Exception e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static final class Answers implements WebSocket.Listener {
        private final Map<Integer, CompletableFuture<String>> answers;
        private final StringBuilder text = new StringBuilder();

        Answers(Map<Integer, CompletableFuture<String>> answers) {
            this.answers = answers;
        }

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                Matcher id = ID.matcher(text);
                if (id.find()) {
                    answers.computeIfAbsent(Integer.valueOf(id.group(1)), key -> new CompletableFuture<>())
                            .complete(text.toString());
                }
                text.setLength(0);
            }
            webSocket.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Calls a method of the protocol, with parameters as JSON, and returns its answer as JSON. */
    String call(String method, String parameters) throws Exception {
        int id = calls.incrementAndGet();
        CompletableFuture<String> answer = answers.computeIfAbsent(id, key -> new CompletableFuture<>());
        WebSocket _ = socket.sendText(
                        "{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + parameters + "}", true)
                .get(20, TimeUnit.SECONDS);
        return answer.get(60, TimeUnit.SECONDS);
    }

    /** Evaluates an expression that gives a string, a number or a truth, and returns the answer as JSON. */
    String evaluate(String expression) throws Exception {
        String text = expression.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ");
        return call(
                "Runtime.evaluate", "{\"expression\":\"" + text + "\",\"awaitPromise\":true,\"returnByValue\":true}");
    }

    /** Waits until an expression is true. */
    void until(String expression) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!evaluate("!!(" + expression + ")").contains("\"value\":true")) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        "never true: " + expression + "; the page says: " + evaluate("document.body.innerText"));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Puts a file into an input. */
    void choose(String selector, Path file) throws Exception {
        String object = call("Runtime.evaluate", "{\"expression\":\"document.querySelector('" + selector + "')\"}");
        Matcher id = Pattern.compile("\"objectId\":\"([^\"]+)\"").matcher(object);
        if (!id.find()) {
            throw new AssertionError("no " + selector + ": " + object);
        }
        String _ = call("DOM.setFileInputFiles", "{\"files\":[\"" + file + "\"],\"objectId\":\"" + id.group(1) + "\"}");
    }

    /** Returns what the page looks like, as PNG. */
    byte[] screenshot() throws Exception {
        String answer = call("Page.captureScreenshot", "{\"format\":\"png\",\"captureBeyondViewport\":true}");
        Matcher data = Pattern.compile("\"data\":\"([^\"]+)\"").matcher(answer);
        if (!data.find()) {
            throw new AssertionError(answer);
        }
        return Base64.getDecoder().decode(data.group(1));
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        // The folder of its profile goes next, and has to be left alone by then.
        Process _ = process.destroyForcibly()
                .onExit()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
