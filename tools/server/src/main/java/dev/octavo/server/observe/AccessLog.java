package dev.octavo.server.observe;

import dev.octavo.server.protocol.Json;
import dev.octavo.server.protocol.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object per request. */
public final class AccessLog implements AutoCloseable {
    private final @Nullable LineWriter lines;

    private AccessLog(@Nullable LineWriter lines) {
        this.lines = lines;
    }

    /**
     * One request.
     *
     * @param id of the request, the client's or ours
     * @param trace of the client, by W3C's traceparent; empty for none
     * @param client address
     * @param method of HTTP, or {@code GRPC}
     * @param path without query, or the method of gRPC
     * @param model that was asked for; empty for none
     * @param status of HTTP or gRPC; 499 if the client went first
     * @param received bytes of the body
     * @param sent bytes of the answer's body
     * @param nanos from the head of the request to the end of the answer
     */
    public record Entry(
            String id,
            String trace,
            String client,
            String method,
            String path,
            String model,
            int status,
            long received,
            long sent,
            long nanos) {}

    /**
     * Opens a log, at the end of what is in the file.
     *
     * @param file empty for a log that goes nowhere
     * @throws IOException if the file cannot be opened
     */
    public static AccessLog open(Optional<Path> file) throws IOException {
        return new AccessLog(
                file.isEmpty()
                        ? null
                        : new LineWriter(file.get(), StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    /** Adds a request. */
    public void write(Entry entry) {
        if (lines == null) {
            return;
        }
        byte[] line = Json.object(json -> {
            json.writeStringProperty("time", Instant.now().toString());
            json.writeStringProperty("id", entry.id());
            if (!entry.trace().isEmpty()) {
                json.writeStringProperty("trace_id", entry.trace());
            }
            json.writeStringProperty("client", entry.client());
            json.writeStringProperty("method", entry.method());
            json.writeStringProperty("path", Texts.shown(entry.path()));
            if (!entry.model().isEmpty()) {
                json.writeStringProperty("model", entry.model());
            }
            json.writeNumberProperty("status", entry.status());
            json.writeNumberProperty("received_bytes", entry.received());
            json.writeNumberProperty("sent_bytes", entry.sent());
            json.writeNumberProperty("duration_us", entry.nanos() / 1000);
        });
        lines.write(new String(line, StandardCharsets.UTF_8));
    }

    /** Returns how many entries could not be written. */
    public long dropped() {
        return lines == null ? 0 : lines.dropped();
    }

    @Override
    public void close() {
        if (lines != null) {
            lines.close();
        }
    }
}
