package dev.octavo.server.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of which a client must bring one as {@code Authorization: Bearer TOKEN}, from a file of one a line; lines that begin
 * with # are comments. Hashes are compared, all of them and in constant time.
 */
public final class BearerTokens {
    private static final String SCHEME = "Bearer ";

    private final Optional<Path> file;
    private volatile List<byte[]> hashes = List.of();

    /**
     * Reads a file.
     *
     * @param file empty if no token is needed
     * @throws IOException if it cannot be read, or has no token, which would let nobody in
     */
    public BearerTokens(Optional<Path> file) throws IOException {
        this.file = file;
        reload();
    }

    /** Reads the file again; what was read before stays if it cannot be. */
    public void reload() throws IOException {
        if (file.isEmpty()) {
            return;
        }
        List<byte[]> read = new ArrayList<>();
        for (String line : Files.readAllLines(file.get())) {
            String token = line.strip();
            if (!token.isEmpty() && !token.startsWith("#")) {
                read.add(hash(token));
            }
        }
        if (read.isEmpty()) {
            throw new IOException(file.get() + ": has no token; write one a line");
        }
        hashes = List.copyOf(read);
    }

    /** Returns whether a client may ask, by its Authorization header. */
    public boolean allows(@Nullable String header) {
        if (file.isEmpty()) {
            return true;
        }
        boolean bearer = header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        byte[] given = hash(
                bearer && header != null ? header.substring(SCHEME.length()).strip() : "");
        boolean found = false;
        for (byte[] hash : hashes) {
            found |= MessageDigest.isEqual(hash, given);
        }
        return found && bearer;
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
