package dev.octavo.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** A client that sends exactly the bytes that it is given. */
final class RawHttp implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;

    /**
     * What came back.
     *
     * @param status of HTTP; 0 if the connection was closed without one
     * @param head of the answer
     * @param body of the answer
     */
    record Answer(int status, String head, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    RawHttp(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** A POST with its right length. */
    static byte[] post(String path, String headers, byte[] body) {
        return join(
                ascii("POST " + path + " HTTP/1.1\r\nHost: test\r\n" + headers + "Content-Length: " + body.length
                        + "\r\n\r\n"),
                body);
    }

    static Answer exchange(int port, byte[] request) throws IOException {
        try (RawHttp client = new RawHttp(port)) {
            client.send(request);
            return client.answer();
        }
    }

    void send(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            // The server may have answered and closed before it read everything.
            return;
        }
    }

    /** Reads one answer. */
    Answer answer() throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        try {
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    return new Answer(0, head.toString(StandardCharsets.ISO_8859_1), new byte[0]);
                }
                head.write(next);
                if (head.size() > 65536
                        || (head.size() == 9
                                && !head.toString(StandardCharsets.ISO_8859_1).startsWith("HTTP/"))) {
                    return new Answer(0, "", head.toByteArray());
                }
            }
        } catch (SocketException e) {
            return new Answer(0, "", new byte[0]);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        int length = Arrays.stream(text.split("\r\n"))
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
        int status = Integer.parseInt(text.substring(9, 12));
        if (status == 100) {
            return answer();
        }
        return new Answer(status, text, in.readNBytes(length));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
