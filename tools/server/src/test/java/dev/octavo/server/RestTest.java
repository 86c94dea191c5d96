package dev.octavo.server;

import static dev.octavo.server.RawHttp.ascii;
import static dev.octavo.server.RawHttp.join;
import static dev.octavo.server.RawHttp.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.server.RawHttp.Answer;
import dev.octavo.serving.SmallModels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The REST form of the protocol, byte by byte. */
class RestTest {
    private static final String INFER = "/v2/models/small/infer";

    @TempDir
    static Path folder;

    private static TestServer server;
    private static Model model;
    private static Session session;
    private static final byte[] PICTURE = new byte[TestServer.ROW_BYTES];

    @BeforeAll
    static void start() throws IOException {
        new Random(3).nextBytes(PICTURE);
        server = TestServer.start(folder, options -> options.withControl(true));
        model = SmallModels.ofSide(TestServer.SIDE, true);
        session = model.newSession();
    }

    @AfterAll
    static void stop() {
        server.close();
        session.close();
        model.close();
    }

    private static Answer send(byte[] request) throws IOException {
        return RawHttp.exchange(server.port(), request);
    }

    private static Answer get(String path) throws IOException {
        return send(ascii("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n"));
    }

    private static float[] expected(byte[] picture) {
        return session.run(Tensor.of(picture, 1, TestServer.SIDE, TestServer.SIDE, 3))
                .toFloatArray();
    }

    private static String numbers(byte[] picture) {
        StringBuilder text = new StringBuilder();
        for (byte sample : picture) {
            text.append(text.isEmpty() ? "" : ",").append(sample & 0xff);
        }
        return text.toString();
    }

    private static String json(String extra) {
        return "{" + extra + "\"parameters\":{},\"inputs\":[{\"data\":[" + numbers(PICTURE)
                + "],\"name\":\"picture\",\"shape\":[1,8,8,3],\"datatype\":\"UINT8\",\"parameters\":{}}]}";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String logits(float[] logits) {
        return "\"data\":[" + logits[0] + "," + logits[1] + "]";
    }

    @Test
    void describesServerAndModel() throws IOException {
        assertThat(get("/v2").text()).contains("\"name\":\"octavo\"", "binary_tensor_data", "classification");
        assertThat(get("/v2/").text()).isEqualTo(get("/v2").text());
        assertThat(get("/v2/health/live").status()).isEqualTo(200);
        assertThat(get("/v2/health/ready").status()).isEqualTo(200);
        assertThat(get("/v2/models/small/ready").status()).isEqualTo(200);
        assertThat(get("/v2/models/small/versions/1/ready").status()).isEqualTo(200);
        assertThat(get("/v2/models/small").text())
                .isEqualTo("{\"name\":\"small\",\"versions\":[\"1\"],\"platform\":\"octavo\",\"inputs\":[{\"name\":"
                        + "\"picture\",\"datatype\":\"UINT8\",\"shape\":[-1,8,8,3]}],\"outputs\":[{\"name\":\"logits\","
                        + "\"datatype\":\"FP32\",\"shape\":[-1,2,1,1]}]}");
        assertThat(get("/v2/models/small/versions/1").text())
                .isEqualTo(get("/v2/models/small").text());
    }

    @Test
    void infersFromJsonWhateverTheOrderOfKeys() throws IOException {
        Answer answer = send(post(INFER, "", utf8(json("\"id\":\"a \\\"7\\\"\","))));
        assertThat(answer.text())
                .isEqualTo("{\"id\":\"a \\\"7\\\"\",\"model_name\":\"small\",\"model_version\":\"1\",\"outputs\":[{"
                        + "\"name\":\"logits\",\"datatype\":\"FP32\",\"shape\":[1,2,1,1],"
                        + logits(expected(PICTURE)) + "}]}");
        assertThat(answer.head()).contains("content-type: application/json");
    }

    @Test
    void takesNestedDataAsDeepAsAnyShape() throws IOException {
        String nested =
                json("").replace("[" + numbers(PICTURE) + "]", "[".repeat(50) + numbers(PICTURE) + "]".repeat(50));
        assertThat(send(post(INFER, "", utf8(nested))).text()).contains(logits(expected(PICTURE)));
    }

    @Test
    void infersFromFloatsOfTheOriginalNetworkGivenAsIntegers() throws IOException {
        float[] planes = new float[TestServer.ROW_BYTES];
        StringBuilder data = new StringBuilder();
        for (int i = 0; i < planes.length; i++) {
            planes[i] = i % 7 - 3;
            data.append(i == 0 ? "" : ",").append(i % 7 - 3);
        }
        float[] expected = session.run(Tensor.of(planes, 1, 3, 8, 8)).toFloatArray();
        String request = "{\"inputs\":[{\"name\":\"picture\",\"datatype\":\"FP32\",\"shape\":[1,3,8,8],\"data\":["
                + data + "]}]}";
        assertThat(send(post(INFER, "", utf8(request))).text()).contains(logits(expected));
        byte[] head =
                utf8("{\"inputs\":[{\"name\":\"picture\",\"datatype\":\"FP32\",\"shape\":[1,3,8,8],\"parameters\":{"
                        + "\"binary_data_size\":768}} ]}");
        ByteBuffer floats = ByteBuffer.allocate(768).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : planes) {
            floats.putFloat(value);
        }
        String header = "Inference-Header-Content-Length: " + head.length + "\r\n";
        assertThat(send(post(INFER, header, join(head, floats.array()))).text()).contains(logits(expected));
    }

    @Test
    void answersWithBinaryTensorsInOneWrite() throws IOException {
        byte[] head =
                utf8("{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"picture\",\"datatype\":"
                        + "\"UINT8\",\"shape\":[2,8,8,3],\"parameters\":{\"binary_data_size\":384}}]}");
        byte[] second = PICTURE.clone();
        second[5] ^= 0x55;
        Answer answer = send(
                post(INFER, "Inference-Header-Content-Length: " + head.length + "\r\n", join(head, PICTURE, second)));
        String json =
                "{\"model_name\":\"small\",\"model_version\":\"1\",\"outputs\":[{\"name\":\"logits\",\"datatype\":"
                        + "\"FP32\",\"shape\":[2,2,1,1],\"parameters\":{\"binary_data_size\":16}}]}";
        assertThat(answer.head()).contains("Inference-Header-Content-Length: " + json.length() + "\r\n");
        ByteBuffer floats = ByteBuffer.wrap(answer.body(), json.length(), 16).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(answer.text()).startsWith(json);
        assertThat(new float[] {floats.getFloat(), floats.getFloat()}).isEqualTo(expected(PICTURE));
        assertThat(new float[] {floats.getFloat(), floats.getFloat()}).isEqualTo(expected(second));
    }

    @Test
    void takesARawBody() throws IOException {
        assertThat(send(post(INFER, "Inference-Header-Content-Length: 0\r\n", PICTURE))
                        .text())
                .contains(logits(expected(PICTURE)));
    }

    @Test
    void takesChunksAndWaitsForLeaveToContinue() throws IOException {
        byte[] body = utf8(json(""));
        String head = "POST " + INFER + " HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
        byte[] half = Arrays.copyOf(body, 100);
        byte[] rest = Arrays.copyOfRange(body, 100, body.length);
        byte[] chunks = join(
                ascii(head + "64\r\n"),
                half,
                ascii("\r\n" + Integer.toHexString(rest.length) + "\r\n"),
                rest,
                ascii("\r\n0\r\n\r\n"));
        assertThat(send(chunks).text()).contains(logits(expected(PICTURE)));
        assertThat(send(post(INFER, "Expect: 100-continue\r\n", body)).text()).contains(logits(expected(PICTURE)));
    }

    @Test
    void decompressesBodiesAndCompressesAnswers() throws IOException {
        byte[] body = utf8(json(""));
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(body);
        }
        ByteArrayOutputStream deflate = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(deflate)) {
            out.write(body);
        }
        String logits = logits(expected(PICTURE));
        assertThat(send(post(INFER, "Content-Encoding: gzip\r\n", gzip.toByteArray()))
                        .text())
                .contains(logits);
        assertThat(send(post(INFER, "Content-Encoding: deflate\r\n", deflate.toByteArray()))
                        .text())
                .contains(logits);
        Answer answer = send(post(INFER, "Accept-Encoding: gzip\r\n", body));
        assertThat(answer.head()).contains("Content-Encoding: gzip");
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains(logits);
        }
    }

    private static byte[] png(byte[] samples) throws IOException {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 64; i++) {
            int rgb =
                    ((samples[3 * i] & 0xff) << 16) | ((samples[3 * i + 1] & 0xff) << 8) | (samples[3 * i + 2] & 0xff);
            image.setRGB(i % 8, i / 8, rgb);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    @Test
    void decodesPicturesHoweverTheyCome() throws IOException {
        byte[] png = png(PICTURE);
        String logits = logits(expected(PICTURE));
        String base64 = "{\"inputs\":[{\"name\":\"picture\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\""
                + Base64.getEncoder().encodeToString(png) + "\"]}]}";
        assertThat(send(post(INFER, "", utf8(base64))).text()).contains(logits);
        byte[] head = utf8("{\"inputs\":[{\"name\":\"picture\",\"datatype\":\"BYTES\",\"shape\":[2],\"parameters\":{"
                + "\"binary_data_size\":" + 2 * (4 + png.length) + "}}]}");
        ByteBuffer two = ByteBuffer.allocate(2 * (4 + png.length)).order(ByteOrder.LITTLE_ENDIAN);
        two.putInt(png.length).put(png).putInt(png.length).put(png);
        assertThat(send(post(
                                INFER,
                                "Inference-Header-Content-Length: " + head.length + "\r\n",
                                join(head, two.array())))
                        .text())
                .contains("\"shape\":[2,2,1,1]");
        assertThat(send(post(INFER, "Inference-Header-Content-Length: 0\r\n", png))
                        .text())
                .contains(logits);
        float[] expected = expected(PICTURE);
        String best = expected[0] >= expected[1] ? "even" : "odd";
        assertThat(send(post("/classify/small?top=1", "Content-Type: image/png\r\n", png))
                        .text())
                .contains("\"classes\":[{\"index\":" + (best.equals("even") ? 0 : 1) + ",\"label\":\"" + best + "\"");
    }

    @Test
    void namesTheBestClasses() throws IOException {
        float[] expected = expected(PICTURE);
        int best = expected[0] >= expected[1] ? 0 : 1;
        String asked = "\"outputs\":[{\"name\":\"logits\",\"parameters\":{\"classification\":1}}],";
        assertThat(send(post(INFER, "", utf8(json(asked)))).text())
                .contains("\"datatype\":\"BYTES\",\"shape\":[1,1],\"data\":[\"" + expected[best] + ":" + best + ":"
                        + (best == 0 ? "even" : "odd") + "\"]");
    }

    @Test
    void answersManyRequestsOfOneConnectionInOrder() throws IOException {
        List<byte[]> pictures = new ArrayList<>();
        try (RawHttp client = new RawHttp(server.port())) {
            for (int i = 0; i < 20; i++) {
                byte[] picture = new byte[TestServer.ROW_BYTES];
                new Random(i).nextBytes(picture);
                pictures.add(picture);
                client.send(post(INFER, "Inference-Header-Content-Length: 0\r\n", picture));
            }
            for (byte[] picture : pictures) {
                assertThat(client.answer().text()).contains(logits(expected(picture)));
            }
        }
    }

    @Test
    void countsWhatItDid() throws IOException {
        send(post(INFER, "Inference-Header-Content-Length: 0\r\n", PICTURE));
        assertThat(get("/v2/models/small/stats").text()).contains("\"inference_count\":", "\"batch_stats\":[{");
        assertThat(get("/v2/models/stats").text()).contains("\"name\":\"small\"");
        assertThat(get("/metrics").text())
                .contains("octavo_requests_total{model=\"small\",outcome=\"succeeded\",version=\"1\"}")
                .contains("octavo_queue_seconds_bucket", "octavo_batch_pictures_bucket", "jvm_memory_used_bytes")
                .contains("octavo_info{tier=");
    }

    @Test
    void passesRequestIdsAndTracesOn() throws IOException {
        String parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        Answer answer = send(
                ascii("GET /v2 HTTP/1.1\r\nHost: test\r\nX-Request-Id: me-7\r\ntraceparent: " + parent + "\r\n\r\n"));
        assertThat(answer.head()).contains("X-Request-Id: me-7", "traceparent: " + parent);
    }

    @Test
    void loadsAndUnloadsWhenItMay() throws IOException {
        TestServer.write(server.folder.resolve("other.octavo"), 5);
        assertThat(send(post("/v2/repository/index", "", utf8("{}"))).text())
                .contains("{\"name\":\"other\",\"version\":\"1\",\"state\":\"UNAVAILABLE\"");
        assertThat(send(post("/v2/repository/models/other/load", "", utf8("{}")))
                        .status())
                .isEqualTo(200);
        assertThat(get("/v2/models/other/ready").status()).isEqualTo(200);
        assertThat(send(post("/v2/repository/models/other/unload", "", utf8("{}")))
                        .status())
                .isEqualTo(200);
        assertThat(get("/v2/models/other/ready").status()).isEqualTo(404);
        assertThat(send(post("/v2/repository/models/none/load", "", utf8("{}"))).text())
                .contains("there is no model 'none'");
    }

    @Test
    void showsAPageThatLoadsNothingFromElsewhere() throws IOException {
        Answer page = get("/");
        assertThat(page.head()).contains("text/html", "default-src 'self'");
        int bytes = page.body().length
                + get("/page.js").body().length
                + get("/page.css").body().length;
        assertThat(bytes).isLessThan(60_000);
        assertThat(page.text()).doesNotContain("https://").contains("/page.js", "/page.css");
    }
}
