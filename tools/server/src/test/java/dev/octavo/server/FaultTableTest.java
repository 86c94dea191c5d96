package dev.octavo.server;

import static dev.octavo.server.RawHttp.ascii;
import static dev.octavo.server.RawHttp.join;
import static dev.octavo.server.RawHttp.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.server.RawHttp.Answer;
import dev.octavo.server.options.ServerOptions.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever clients send, they get an error of theirs or a closed connection, and the others are served. */
class FaultTableTest {
    private static final String INFER = "/v2/models/small/infer";
    private static final int LIMIT = 1 << 20;

    @TempDir
    static Path folder;

    private static TestServer server;
    private static byte[] good;
    private static String expected;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.start(
                folder,
                options -> options.withLimits(new Limits(
                        LIMIT,
                        64L << 20,
                        8192,
                        1_000_000,
                        64,
                        200,
                        Duration.ofMillis(1500),
                        Duration.ofMillis(1200),
                        Duration.ofSeconds(5))));
        good = post(INFER, "", json(picture()));
        expected = RawHttp.exchange(server.port(), good).text();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /**
     * One fault.
     *
     * @param name what it is
     * @param request all bytes that are sent
     * @param statuses that are right; 0 is a connection that was closed without an answer
     */
    record Fault(String name, byte[] request, int... statuses) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String picture() {
        StringBuilder data = new StringBuilder();
        for (int i = 0; i < TestServer.ROW_BYTES; i++) {
            data.append(i == 0 ? "" : ",").append(i % 256);
        }
        return input("picture", "UINT8", "[1,8,8,3]", "\"data\":[" + data + "]");
    }

    private static String input(String name, String type, String shape, String rest) {
        return "{\"inputs\":[{\"name\":\"" + name + "\",\"datatype\":\"" + type + "\",\"shape\":" + shape
                + (rest.isEmpty() ? "" : ",") + rest + "}]}";
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Fault bad(String name, String json) {
        return new Fault(name, post(INFER, "", json(json)), 400);
    }

    private static Fault shape(String name, String shape) {
        return bad(name, input("picture", "UINT8", shape, "\"data\":[1,2,3]"));
    }

    private static Fault data(String name, String data) {
        return bad(name, input("picture", "UINT8", "[1,8,8,3]", "\"data\":" + data));
    }

    private static Fault binary(String name, String input, byte[] tail) {
        byte[] head = json(input);
        return new Fault(
                name, post(INFER, "Inference-Header-Content-Length: " + head.length + "\r\n", join(head, tail)), 400);
    }

    private static Fault raw(String name, String header, byte[] body, int... statuses) {
        return new Fault(name, post(INFER, header + "\r\n", body), statuses);
    }

    private static Fault get(String name, String path, int... statuses) {
        return new Fault(name, ascii("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n"), statuses);
    }

    private static Fault head(String name, String head, int... statuses) {
        return new Fault(name, ascii(head), statuses);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }

    /** A PNG that says it is so large, and holds nothing. */
    private static byte[] pngOf(int width, int height) {
        byte[] header = ByteBuffer.allocate(17)
                .put(ascii("IHDR"))
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        CRC32 crc = new CRC32();
        crc.update(header);
        return join(
                new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13},
                header,
                ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static byte[] lengths(int... lengths) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * lengths.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(lengths).forEach(bytes::putInt);
        return bytes.array();
    }

    private static String binaryInput(String type, String shape, String size) {
        return input("picture", type, shape, "\"parameters\":{\"binary_data_size\":" + size + "}");
    }

    static List<Fault> faults() throws IOException {
        List<Fault> all = new ArrayList<>();
        all.addAll(malformedJson());
        all.addAll(wrongTensors());
        all.addAll(wrongBinary());
        all.addAll(wrongPaths());
        all.addAll(wrongHttp());
        return all;
    }

    private static List<Fault> malformedJson() {
        String good = picture();
        return List.of(
                bad("an empty body", ""),
                bad("no JSON", "hello"),
                bad("half of the JSON", good.substring(0, good.length() / 2)),
                bad("an array", "[" + good + "]"),
                bad("a number", "7"),
                bad("something after the end", good + "{}"),
                bad("no inputs", "{}"),
                bad("inputs that are an object", "{\"inputs\":{}}"),
                bad("an input that is a number", "{\"inputs\":[1]}"),
                bad("an input without name", "{\"inputs\":[{\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]}]}"),
                bad("an input without type", "{\"inputs\":[{\"name\":\"picture\",\"shape\":[1],\"data\":[1]}]}"),
                bad(
                        "an input without shape",
                        "{\"inputs\":[{\"name\":\"picture\",\"datatype\":\"UINT8\",\"data\":[1]}]}"),
                bad("an input without data", input("picture", "UINT8", "[1,8,8,3]", "")),
                bad("an empty list of inputs", "{\"inputs\":[]}"),
                bad("parameters that are an array", "{\"parameters\":[1]," + good.substring(1)),
                bad("an id that is an object", "{\"id\":{}," + good.substring(1)),
                bad("a long id", "{\"id\":\"" + "x".repeat(2000) + "\"," + good.substring(1)),
                bad("a priority of 9", "{\"parameters\":{\"priority\":9}," + good.substring(1)),
                bad("a negative timeout", "{\"parameters\":{\"timeout\":-1}," + good.substring(1)),
                bad("outputs that are a string", "{\"outputs\":\"logits\"," + good.substring(1)),
                bad("an unknown output", "{\"outputs\":[{\"name\":\"nothing\"}]," + good.substring(1)),
                bad("an output without name", "{\"outputs\":[{}]," + good.substring(1)),
                bad(
                        "a negative number of classes",
                        "{\"outputs\":[{\"name\":\"logits\",\"parameters\":{\"classification\":-1}}],"
                                + good.substring(1)),
                bad("nesting of 100,000", "{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"),
                data("data nested 120 deep", "[".repeat(120) + "1" + "]".repeat(120)),
                new Fault(
                        "invalid UTF-8",
                        post(INFER, "", join(json("{\"id\":\""), new byte[] {(byte) 0xff, (byte) 0xfe}, json("\"}"))),
                        400),
                bad("a NUL in a name", input("pic\\u0000ture", "UINT8", "[1,8,8,3]", "\"data\":[1]")));
    }

    private static List<Fault> wrongTensors() {
        return List.of(
                bad("a type that no model takes", input("picture", "FP64", "[1]", "\"data\":[1]")),
                bad("a type that does not exist", input("picture", "X".repeat(900), "[1]", "\"data\":[1]")),
                shape("a negative dimension", "[1,8,-8,3]"),
                shape("a dimension of 0", "[0,8,8,3]"),
                shape("a shape of 2^60", "[" + (1L << 60) + "]"),
                shape("a product that overflows", "[16," + ((1L << 60) + 2) + "]"),
                shape("a dimension beyond long", "[99999999999999999999999]"),
                shape("200 dimensions", "[1" + ",1".repeat(199) + "]"),
                shape("a shape of fractions", "[1.5,8,8,3]"),
                shape("a shape of strings", "[\"1\"]"),
                shape("a shape that is a number", "7"),
                shape("a shape of another rank", "[3]"),
                data("too few numbers", "[1,2,3]"),
                data("too many numbers", "[" + "1,".repeat(1000) + "1]"),
                data("strings for numbers", "[\"a\"]"),
                data("300 as UINT8", "[300" + ",1".repeat(191) + "]"),
                data("-1 as UINT8", "[-1" + ",1".repeat(191) + "]"),
                data("1.5 as UINT8", "[1.5" + ",1".repeat(191) + "]"),
                data("null as a number", "[null" + ",1".repeat(191) + "]"),
                data("an object as a number", "[{}" + ",1".repeat(191) + "]"),
                data("data that is a number", "7"),
                data("NaN", "[NaN]"),
                bad("another name", picture().replace("picture", "image")),
                bad(
                        "the input twice",
                        "{\"inputs\":[{\"name\":\"picture\",\"datatype\":\"BYTES\",\"shape\":[1],"
                            + "\"data\":[\"x\"]},{\"name\":\"picture\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"x\"]}]}"),
                bad("INT8 for UINT8", input("picture", "INT8", "[1,8,8,3]", "\"data\":[1" + ",1".repeat(191) + "]")),
                bad(
                        "a picture of another size",
                        input("picture", "UINT8", "[1,4,4,3]", "\"data\":[1" + ",1".repeat(47) + "]")),
                bad("a picture that is text", input("picture", "BYTES", "[1]", "\"data\":[\"a cat!\"]")),
                new Fault(
                        "more pictures than the limit",
                        post(
                                INFER,
                                "",
                                json(input(
                                        "picture",
                                        "UINT8",
                                        "[65,8,8,3]",
                                        "\"data\":[1" + ",1".repeat(65 * 192 - 1) + "]"))),
                        413));
    }

    private static List<Fault> wrongBinary() throws IOException {
        byte[] row = new byte[TestServer.ROW_BYTES];
        byte[] bomb = gzip(new byte[8 << 20]);
        byte[] random = new byte[5000];
        new Random(1).nextBytes(random);
        return List.of(
                binary("a negative size", binaryInput("UINT8", "[1,8,8,3]", "-1"), row),
                binary("a size beyond the body", binaryInput("UINT8", "[1,8,8,3]", "1000000"), row),
                binary("a size of 2^40", binaryInput("UINT8", "[1,8,8,3]", "1099511627776"), row),
                binary("a size below the body", binaryInput("UINT8", "[1,8,8,3]", "192"), new byte[400]),
                binary("a size that is no row", binaryInput("UINT8", "[1,8,8,3]", "100"), new byte[100]),
                binary(
                        "a tensor given twice",
                        input(
                                "picture",
                                "UINT8",
                                "[1,8,8,3]",
                                "\"data\":[1],\"parameters\":{\"binary_data_size\":192}"),
                        row),
                binary("a length past the end", binaryInput("BYTES", "[1]", "4"), lengths(1000)),
                binary("a length of 2^32-1", binaryInput("BYTES", "[1]", "4"), lengths(-1)),
                binary("half a length", binaryInput("BYTES", "[1]", "2"), new byte[2]),
                binary("too many strings", binaryInput("BYTES", "[1]", "8"), lengths(0, 0)),
                binary("an empty picture", binaryInput("BYTES", "[1]", "4"), lengths(0)),
                binary(
                        "a picture of 30,000 × 30,000",
                        binaryInput("BYTES", "[1]", "37"),
                        join(lengths(33), pngOf(30_000, 30_000))),
                raw("a header longer than the body", "Inference-Header-Content-Length: 999999", row, 400),
                raw("a negative header length", "Inference-Header-Content-Length: -5", row, 400),
                raw("a header length in words", "Inference-Header-Content-Length: many", row, 400),
                raw("a raw body that is no row", "Inference-Header-Content-Length: 0", new byte[100], 400),
                raw("an empty raw body", "Inference-Header-Content-Length: 0", new byte[0], 400),
                raw("noise as a raw body", "Inference-Header-Content-Length: 0", random, 400),
                raw("gzip that is none", "Content-Encoding: gzip", random, 400),
                raw("half of some gzip", "Content-Encoding: gzip", Arrays.copyOf(bomb, 100), 400),
                raw("a gzip bomb", "Content-Encoding: gzip", bomb, 413),
                raw("deflate that is none", "Content-Encoding: deflate", random, 400),
                raw("an unknown encoding", "Content-Encoding: br", random, 400));
    }

    private static List<Fault> wrongPaths() {
        return List.of(
                new Fault("an unknown model", post("/v2/models/none/infer", "", json("{}")), 404),
                new Fault("an unknown version", post("/v2/models/small/versions/7/infer", "", json("{}")), 404),
                get("a path outside", "/v2/models/..%2f..%2fetc%2fpasswd", 404),
                get("dots", "/../../etc/passwd", 404),
                get("a malformed escape", "/v2/models/%zz", 400, 404),
                get("a path of many parts", "/" + "a/".repeat(100), 400),
                get("GET to infer", INFER, 405),
                new Fault("POST to metadata", post("/v2", "", json("{}")), 405),
                new Fault("loading without leave", post("/v2/repository/models/small/load", "", json("{}")), 403),
                new Fault("text to classify", post("/classify/small", "", json("a cat")), 400),
                new Fault("classes without number", post("/classify/small?top=0", "", json("a cat")), 400),
                new Fault("no such action", post("/v2/models/small/train", "", json("{}")), 404));
    }

    private static List<Fault> wrongHttp() {
        String post = "POST " + INFER + " HTTP/1.1\r\nHost: test\r\n";
        String full = "0123456789".repeat(2000);
        return List.of(
                head("a length above the limit", post + "Content-Length: 999999999\r\n\r\n", 413),
                head("a length of 2^70", post + "Content-Length: 1180591620717411303424\r\n\r\n", 400, 413, 0),
                head("a negative length", post + "Content-Length: -1\r\n\r\n", 400, 413, 0),
                head("a length in words", post + "Content-Length: ten\r\n\r\n", 400, 413, 0),
                head("two lengths", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400, 0),
                head(
                        "a length and chunks",
                        post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        400,
                        0),
                head("a chunk without size", post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n", 400, 408, 0),
                head(
                        "chunks above the limit",
                        post + "Transfer-Encoding: chunked\r\n\r\n" + ("4e20\r\n" + full + "\r\n").repeat(80),
                        413,
                        0),
                head("a header above the limit", post + "X: " + "x".repeat(20_000) + "\r\n\r\n", 400, 431, 0),
                head("a long path", "GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: test\r\n\r\n", 400, 414, 0),
                head("noise", "\u0001\u0002\u0003\u0004 hello\r\n\r\n", 400, 0),
                head("another version of HTTP", "GET /v2 HTTP/9.9\r\nHost: test\r\n\r\n", 400, 501, 505, 0),
                head("a hello of TLS", "\u0016\u0003\u0001\u0000\u0005\u0001\u0000\u0000\u0001\u0000\r\n\r\n", 400, 0),
                head("noise after the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "noise".repeat(50), 0),
                head("a body that stops", post + "Content-Length: 1000\r\n\r\n{\"inputs\"", 408, 0),
                head("a head that stops", post + "X: ", 400, 408, 0),
                head("nothing but a line", "POST", 400, 408, 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void faultsHarmTheirSendersOnly(Fault fault) throws IOException {
        Answer answer = RawHttp.exchange(server.port(), fault.request());
        assertThat(answer.status())
                .as(answer.head() + answer.text())
                .isIn(Arrays.stream(fault.statuses()).boxed().toList());
        if (answer.status() >= 400) {
            assertThat(answer.text())
                    .doesNotContain("at dev.octavo")
                    .doesNotContain("Exception")
                    .hasSizeLessThan(2000);
        }
        assertThat(RawHttp.exchange(server.port(), good).text()).isEqualTo(expected);
    }
}
