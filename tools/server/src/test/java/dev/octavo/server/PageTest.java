package dev.octavo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a real browser. {@code -Doctavo.screenshots=DIR} keeps what it looks like: light, dark, and on a narrow
 * screen.
 */
class PageTest {
    @TempDir
    Path folder;

    private static void save(Browser browser, String name) throws Exception {
        String target = System.getProperty("octavo.screenshots");
        byte[] png = browser.screenshot();
        assertThat(png).hasSizeGreaterThan(2000);
        if (target != null) {
            Files.write(Files.createDirectories(Path.of(target)).resolve(name + ".png"), png);
        }
    }

    private static void size(Browser browser, int width, boolean dark) throws Exception {
        String _ = browser.call(
                "Emulation.setDeviceMetricsOverride",
                "{\"width\":" + width + ",\"height\":900,\"deviceScaleFactor\":1,\"mobile\":false}");
        String _ = browser.call(
                "Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + (dark ? "dark" : "light") + "\"}]}");
    }

    private Path picture() throws Exception {
        BufferedImage image = new BufferedImage(320, 200, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setColor(new Color(70, 130, 180));
        pen.fillRect(0, 0, 320, 200);
        pen.setColor(Color.ORANGE);
        pen.fillOval(90, 40, 120, 120);
        pen.dispose();
        Path file = folder.resolve("picture.png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @Test
    void classifiesChosenAndDroppedPicturesAndShowsErrors() throws Exception {
        assumeTrue(Browser.program().isPresent(), "there is no Chromium on the PATH, so the page is not tested");
        Path program = Browser.program().orElseThrow();
        Path picture = picture();
        try (TestServer server = TestServer.start(folder, options -> options);
                Browser browser =
                        Browser.open(program, folder.resolve("profile"), "http://127.0.0.1:" + server.port() + "/")) {
            size(browser, 1280, false);
            browser.until("document.querySelector('#model').value === 'small'");
            browser.until("document.querySelector('#card').textContent.includes('picture UINT8 [N, 8, 8, 3]')");

            browser.choose("#file", picture);
            browser.until("document.querySelectorAll('#answers .bar').length === 2");
            assertThat(browser.evaluate("document.querySelector('#answers').textContent"))
                    .contains("even", "odd", "%", "ms");
            browser.until("!document.querySelector('#figure').hidden");
            assertThat(browser.evaluate("document.querySelector('#caption').textContent"))
                    .contains("picture.png, 320 ");
            assertThat(browser.evaluate("document.querySelector('#code').textContent"))
                    .contains("curl --data-binary @'picture.png'");
            save(browser, "light");

            String dropped = Base64.getEncoder().encodeToString(Files.readAllBytes(picture));
            String _ = browser.evaluate("document.querySelector('#other').value = 'small';"
                    + "const data = new DataTransfer();"
                    + "data.items.add(new File([Uint8Array.from(atob('" + dropped
                    + "'), c => c.charCodeAt(0))], 'dropped.png', {type: 'image/png'}));"
                    + "document.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true}))");
            browser.until("document.querySelector('#caption').textContent.includes('dropped.png')");
            browser.until("document.querySelectorAll('#answers .result').length === 2");
            browser.until("document.querySelector('#latency').textContent.includes('of 2')");

            String _ = browser.evaluate("document.querySelector('[data-tab=curl]').focus();"
                    + "document.activeElement.dispatchEvent("
                    + "new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}))");
            assertThat(browser.evaluate("document.querySelector('#code').textContent"))
                    .contains("urllib.request");
            size(browser, 1280, true);
            save(browser, "dark");
            size(browser, 400, false);
            save(browser, "narrow");
            assertThat(browser.evaluate("document.documentElement.scrollWidth <= 400"))
                    .as("nothing is wider than a narrow screen")
                    .contains("true");

            String _ = browser.evaluate("take(new File(['no picture'], 'text.png', {type: 'image/png'}))");
            browser.until("!document.querySelector('#error').hidden");
            assertThat(browser.evaluate("document.querySelector('#error').textContent"))
                    .contains("not a picture that can be read");
        }
    }
}
