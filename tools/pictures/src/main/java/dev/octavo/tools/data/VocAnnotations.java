package dev.octavo.tools.data;

import dev.octavo.tools.files.FileFailure;
import dev.octavo.tools.tasks.Box;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * A folder {@code Annotations} with an XML file for each picture, as Pascal VOC has it: corners count pixels from 1, and
 * objects marked difficult are ignored. Classes are numbered by {@code classes.txt}, else in alphabetical order.
 */
final class VocAnnotations {
    static final String FOLDER = "Annotations";

    private VocAnnotations() {}

    private record Named(String name, Box box, boolean difficult) {}

    private record Annotated(String picture, Path file, List<Named> objects) {}

    static LabelledBoxes read(Path folder) {
        List<Annotated> annotated = new ArrayList<>();
        for (Path file : files(folder.resolve(FOLDER))) {
            annotated.add(annotated(file));
        }
        List<String> classes = LabelledBoxes.classNames(folder);
        if (classes.isEmpty()) {
            TreeSet<String> names = new TreeSet<>();
            annotated.forEach(picture -> picture.objects().forEach(object -> names.add(object.name())));
            classes = List.copyOf(names);
        }
        List<LabelledBoxes.Entry> entries = new ArrayList<>();
        for (Annotated picture : annotated) {
            List<LabelledBoxes.Labelled> objects = new ArrayList<>();
            for (Named object : picture.objects()) {
                int label = classes.indexOf(object.name());
                if (label < 0) {
                    throw new DataException(
                            picture.file() + ": the class \"" + object.name() + "\" is not in classes.txt");
                }
                objects.add(new LabelledBoxes.Labelled(label, object.box(), object.difficult()));
            }
            Path file = LabelledBoxes.pictureFile(
                    folder, picture.picture(), picture.file().toString());
            entries.add(new LabelledBoxes.Entry(picture.picture(), file, objects));
        }
        return new LabelledBoxes(entries, classes);
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".xml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new DataException(folder + ": " + FileFailure.reason(e), e);
        }
    }

    private static Annotated annotated(Path file) {
        Element root = parse(file).getDocumentElement();
        List<Named> objects = new ArrayList<>();
        NodeList nodes = root.getElementsByTagName("object");
        for (int i = 0; i < nodes.getLength(); i++) {
            Element object = (Element) nodes.item(i);
            Element box = (Element) object.getElementsByTagName("bndbox").item(0);
            if (box == null) {
                throw new DataException(file + ": object " + i + " has no bndbox");
            }
            Box corners = new Box(
                    number(file, box, "xmin") - 1,
                    number(file, box, "ymin") - 1,
                    number(file, box, "xmax"),
                    number(file, box, "ymax"));
            objects.add(new Named(
                    text(object, "name"), corners, text(object, "difficult").equals("1")));
        }
        String picture = text(root, "filename");
        return new Annotated(
                picture.isEmpty() ? file.getFileName().toString().replace(".xml", ".jpg") : picture, file, objects);
    }

    private static String text(Element parent, String tag) {
        NodeList found = parent.getElementsByTagName(tag);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
    }

    private static double number(Path file, Element parent, String tag) {
        return new CsvLines.Line("", file + ": " + tag).number(text(parent, tag));
    }

    private static Document parse(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            // A document type may name other files to read.
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(in);
        } catch (IOException e) {
            throw new DataException(file + ": " + FileFailure.reason(e), e);
        } catch (SAXException | ParserConfigurationException e) {
            throw new DataException(file + ": is not XML as Pascal VOC has it: " + e.getMessage(), e);
        }
    }
}
