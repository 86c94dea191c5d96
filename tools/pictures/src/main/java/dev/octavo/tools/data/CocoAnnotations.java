package dev.octavo.tools.data;

import dev.octavo.tools.files.FileFailure;
import dev.octavo.tools.tasks.Box;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** COCO's {@code instances_*.json}: labels count the categories in the order of their numbers; crowds are ignored. */
final class CocoAnnotations {
    private static final JsonFactory FACTORY = new JsonFactory();

    private CocoAnnotations() {}

    static Path find(Path folder) {
        for (Path place : List.of(folder, folder.resolve("annotations"))) {
            if (Files.isDirectory(place)) {
                try (Stream<Path> files = Files.list(place)) {
                    List<Path> found = files.filter(file -> file.toString().endsWith(".json"))
                            .sorted()
                            .toList();
                    if (found.size() == 1) {
                        return found.getFirst();
                    }
                    if (found.size() > 1) {
                        throw new DataException(place + ": has several JSON files; give the one to use as --data");
                    }
                } catch (IOException e) {
                    throw new DataException(place + ": " + FileFailure.reason(e), e);
                }
            }
        }
        throw new DataException(folder + ": has no boxes; a folder with boxes.csv (file,class,x1,y1,x2,y2),"
                + " Annotations/*.xml (Pascal VOC), labels/*.txt (YOLO) or COCO's JSON is needed");
    }

    static LabelledBoxes read(Path file, Path folder) {
        try {
            return read(Files.readString(file), file, folder);
        } catch (IOException e) {
            throw new DataException(file + ": " + FileFailure.reason(e), e);
        } catch (JacksonException e) {
            throw new DataException(file + ": is not JSON as COCO has it: " + e.getOriginalMessage(), e);
        }
    }

    private static LabelledBoxes read(String text, Path file, Path folder) {
        Map<Long, String> names = new LinkedHashMap<>();
        Map<Long, String> categories = new TreeMap<>();
        List<Map<String, Object>> annotations = new ArrayList<>();
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            require(json.nextToken() == JsonToken.START_OBJECT, file, "an object");
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = json.currentName();
                json.nextToken();
                switch (key) {
                    case "images" ->
                        objects(json, file)
                                .forEach(image -> names.put(
                                        number(image, "id", file).longValue(), String.valueOf(image.get("file_name"))));
                    case "categories" ->
                        objects(json, file)
                                .forEach(category -> categories.put(
                                        number(category, "id", file).longValue(),
                                        String.valueOf(category.get("name"))));
                    case "annotations" -> annotations.addAll(objects(json, file));
                    default -> json.skipChildren();
                }
            }
        }
        Map<Long, Integer> labels = new HashMap<>();
        categories.keySet().forEach(id -> labels.put(id, labels.size()));
        Map<Long, List<LabelledBoxes.Labelled>> objects = new HashMap<>();
        for (Map<String, Object> annotation : annotations) {
            Integer label = labels.get(number(annotation, "category_id", file).longValue());
            if (label == null) {
                throw malformed(file, "a category for each annotation");
            }
            objects.computeIfAbsent(number(annotation, "image_id", file).longValue(), id -> new ArrayList<>())
                    .add(new LabelledBoxes.Labelled(label, box(annotation, file), isCrowd(annotation)));
        }
        List<LabelledBoxes.Entry> entries = new ArrayList<>();
        names.forEach((id, name) -> entries.add(new LabelledBoxes.Entry(
                name, LabelledBoxes.pictureFile(folder, name, file.toString()), objects.getOrDefault(id, List.of()))));
        return new LabelledBoxes(entries, List.copyOf(categories.values()));
    }

    private static boolean isCrowd(Map<String, Object> annotation) {
        return annotation.get("iscrowd") instanceof Number crowd && crowd.intValue() != 0;
    }

    private static Box box(Map<String, Object> annotation, Path file) {
        List<?> sides = annotation.get("bbox") instanceof List<?> list ? list : List.of();
        require(sides.size() == 4 && sides.stream().allMatch(Number.class::isInstance), file, "bbox of four numbers");
        double x = ((Number) sides.get(0)).doubleValue();
        double y = ((Number) sides.get(1)).doubleValue();
        return new Box(x, y, x + ((Number) sides.get(2)).doubleValue(), y + ((Number) sides.get(3)).doubleValue());
    }

    private static Number number(Map<String, Object> object, String key, Path file) {
        if (object.get(key) instanceof Number number) {
            return number;
        }
        throw malformed(file, "a number " + key);
    }

    private static void require(boolean condition, Path file, String what) {
        if (!condition) {
            throw malformed(file, what);
        }
    }

    private static DataException malformed(Path file, String what) {
        return new DataException(file + ": is not JSON as COCO has it: it needs " + what);
    }

    /** The objects of an array, with numbers, texts and arrays of numbers; what is nested deeper is left out. */
    private static List<Map<String, Object>> objects(JsonParser json, Path file) {
        require(json.currentToken() == JsonToken.START_ARRAY, file, "an array of objects");
        List<Map<String, Object>> objects = new ArrayList<>();
        while (json.nextToken() == JsonToken.START_OBJECT) {
            Map<String, Object> object = new HashMap<>();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = json.currentName();
                JsonToken token = json.nextToken();
                if (token.isNumeric()) {
                    object.put(key, json.getNumberValue());
                } else if (token == JsonToken.VALUE_STRING) {
                    object.put(key, json.getString());
                } else if (token == JsonToken.START_ARRAY && key.equals("bbox")) {
                    List<Object> sides = new ArrayList<>();
                    while (json.nextToken().isNumeric()) {
                        sides.add(json.getNumberValue());
                    }
                    object.put(key, sides);
                } else {
                    json.skipChildren();
                }
            }
            objects.add(object);
        }
        return objects;
    }
}
