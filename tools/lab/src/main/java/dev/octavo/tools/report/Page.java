package dev.octavo.tools.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** An HTML page that needs no other file. */
final class Page {
    private Page() {}

    /**
     * The page.
     *
     * @param title plain text
     * @param heading plain text
     * @param body HTML below the heading
     */
    static String html(String title, String heading, String body) {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>"
                + Markup.escape(title)
                + "</title>\n<style>\n"
                + resource("report.css")
                + "</style>\n</head>\n<body>\n<h1>"
                + Markup.escape(heading)
                + "</h1>\n"
                + body
                + "</body>\n</html>\n";
    }

    private static String resource(String file) {
        try (InputStream in = Page.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing beside " + Page.class);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
