package dev.octavo.server.http;

import dev.octavo.server.protocol.ProtocolException;
import dev.octavo.server.protocol.ProtocolException.Kind;
import dev.octavo.server.protocol.Texts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Compressed bodies: gzip, and deflate with or without the header of zlib, which clients do not agree on. */
final class ContentEncodings {
    private ContentEncodings() {}

    /** Returns whether a body has to be decompressed. */
    static boolean compressed(String encoding) {
        return !encoding.isEmpty() && !encoding.equalsIgnoreCase("identity");
    }

    /**
     * Decompresses a body.
     *
     * @param limit most bytes that may come out
     * @throws ProtocolException if it is damaged, too large, or of another encoding
     */
    static byte[] decompress(String encoding, byte[] body, int limit) {
        try (InputStream in = stream(encoding, body)) {
            byte[] all = in.readNBytes(limit);
            if (in.read() >= 0) {
                throw new ProtocolException(Kind.TOO_LARGE, "the decompressed body is larger than " + limit + " bytes");
            }
            return all;
        } catch (IOException e) {
            throw ProtocolException.invalid(
                    "the body is no complete " + Texts.shown(encoding) + " data, which Content-Encoding says it is");
        }
    }

    private static InputStream stream(String encoding, byte[] body) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(body);
        return switch (encoding.toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> new GZIPInputStream(in, 8192);
            case "deflate" -> new InflaterInputStream(in, new Inflater(!zlibHeader(body)), 8192);
            default ->
                throw ProtocolException.invalid("the Content-Encoding '" + Texts.shown(encoding)
                        + "' is not one of gzip, deflate and identity");
        };
    }

    private static boolean zlibHeader(byte[] body) {
        return body.length >= 2 && (body[0] & 0x0f) == 8 && (((body[0] & 0xff) << 8) | (body[1] & 0xff)) % 31 == 0;
    }

    /** Returns the encoding that a client would like best of those that are offered; empty for none. */
    static String accepted(String header) {
        String accepted = header.toLowerCase(Locale.ROOT);
        for (String encoding : new String[] {"gzip", "deflate"}) {
            if (accepted.contains(encoding) && !accepted.replace(" ", "").contains(encoding + ";q=0")) {
                return encoding;
            }
        }
        return "";
    }

    /** Compresses a body, quickly rather than well. */
    static byte[] compress(String encoding, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 2 + 64);
        try (DeflaterOutputStream deflated = encoding.equals("gzip")
                ? new GZIPOutputStream(out, 8192)
                : new DeflaterOutputStream(out, new Deflater(Deflater.BEST_SPEED))) {
            deflated.write(body);
        } catch (IOException e) {
            throw new IllegalStateException("memory takes every byte", e);
        }
        return out.toByteArray();
    }
}
