package dev.octavo.tools.cli;

import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.draw.DrawnPictures;
import dev.octavo.tools.files.WholeFile;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.PngWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The pictures that a network is run on in place of data, as files, with a page that shows them. */
final class DrawnSheet {
    private static final long SEED = 1;
    private static final int PICTURES = 16;

    private DrawnSheet() {}

    /**
     * Writes them.
     *
     * @param folder made if it is missing
     * @throws GraphException if the network takes no picture
     */
    static void write(Graph graph, Path folder) throws IOException {
        if (!Converter.takesPicture(graph)) {
            throw new GraphException(graph.name() + " takes no picture: there are none to save");
        }
        int[] shape = graph.shape(graph.inputs().getFirst());
        DrawnPictures pictures = DrawnPictures.of(SEED, shape[2], shape[3], shape[1]);
        Files.createDirectories(folder);
        StringBuilder cells = new StringBuilder();
        for (int i = 0; i < PICTURES; i++) {
            float[] samples = pictures.picture(i);
            byte[] bytes = new byte[samples.length];
            for (int k = 0; k < bytes.length; k++) {
                bytes[k] = (byte) samples[k];
            }
            String name = String.format(Locale.ROOT, "picture-%02d.png", i);
            PngWriter.write(Picture.of(shape[3], shape[2], shape[1], bytes), folder.resolve(name));
            cells.append(String.format(
                    Locale.ROOT,
                    "<figure><img src=\"%s\" alt=\"\"><figcaption>%d: %s</figcaption></figure>%n",
                    name,
                    i,
                    pictures.family(i).name().toLowerCase(Locale.ROOT).replace('_', ' ')));
        }
        WholeFile.write(folder.resolve("index.html"), """
            <!DOCTYPE html>
            <html lang="en"><meta charset="utf-8"><title>Drawn pictures</title>
            <style>body{font-family:sans-serif}figure{display:inline-block;margin:.5em}img{width:12em;max-width:100%}</style>
            <h1>Pictures drawn from seed 1</h1>
            """ + cells + "</html>\n");
    }
}
