package dev.octavo.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The page at / and what it loads, all of it from this jar. */
final class Pages {
    private static final Map<String, String> TYPES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "page.js", "text/javascript; charset=utf-8",
            "page.css", "text/css; charset=utf-8");

    private final Map<String, byte[]> loaded = new ConcurrentHashMap<>();

    private static String name(List<String> path) {
        return path.isEmpty() ? "index.html" : path.getFirst();
    }

    boolean has(List<String> path) {
        return path.size() <= 1 && TYPES.containsKey(name(path));
    }

    void send(Exchange exchange, List<String> path) {
        String name = name(path);
        exchange.header(
                "Content-Security-Policy",
                "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'; base-uri 'none'");
        exchange.header("X-Content-Type-Options", "nosniff");
        exchange.header("Referrer-Policy", "no-referrer");
        exchange.header("Cache-Control", "no-cache");
        exchange.ok(TYPES.getOrDefault(name, "text/plain"), loaded.computeIfAbsent(name, Pages::load));
    }

    private static byte[] load(String name) {
        try (InputStream in = Pages.class.getResourceAsStream("/dev/octavo/server/page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(name, e);
        }
    }
}
