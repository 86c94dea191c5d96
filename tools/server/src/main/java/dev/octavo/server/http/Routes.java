package dev.octavo.server.http;

import dev.octavo.server.protocol.ProtocolException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Takes paths apart. */
final class Routes {
    private static final int MOST_SEGMENTS = 12;

    private Routes() {}

    /**
     * Returns the decoded segments of a path: {@code /v2/models/a%20b} gives v2, models and "a b".
     *
     * @throws ProtocolException if it is malformed
     */
    static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", MOST_SEGMENTS + 2)) {
            if (!segment.isEmpty()) {
                segments.add(decoded(segment));
            }
        }
        if (segments.size() > MOST_SEGMENTS) {
            throw ProtocolException.invalid("the path has too many parts");
        }
        return segments;
    }

    private static String decoded(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        try {
            // A plus sign is itself in a path.
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ProtocolException.invalid("the path is malformed: " + e.getMessage());
        }
    }
}
