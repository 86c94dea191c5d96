package dev.octavo.tools.data;

import dev.octavo.tools.files.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Features of pieces of sound with the words in them: a folder with {@code samples_NxRxC_int8.bin}, N features of R rows and
 * C columns of signed bytes, {@code labels.csv} ({@code index,file,label}) and perhaps {@code classes.txt}.
 */
public final class KeywordSamples {
    private static final Pattern NAME = Pattern.compile("samples_(\\d{1,8})x(\\d{1,5})x(\\d{1,5})_int8\\.bin");
    private static final String HEADER = "index,file,label";

    private final byte[] codes;
    private final List<Integer> labels;
    private final List<String> classes;
    private final int perSample;

    private KeywordSamples(byte[] codes, List<Integer> labels, List<String> classes, int perSample) {
        this.codes = codes;
        this.labels = labels;
        this.classes = classes;
        this.perSample = perSample;
    }

    /** Whether a folder looks like such data. */
    public static boolean isAt(Path folder) {
        return Files.isDirectory(folder) && find(folder).isPresent();
    }

    private static Optional<Path> find(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .findFirst();
        } catch (IOException e) {
            throw new DataException(folder + ": " + FileFailure.reason(e), e);
        }
    }

    /**
     * Opens a folder.
     *
     * @throws DataException if a file is missing or malformed
     */
    public static KeywordSamples open(Path folder) {
        Path file = find(folder)
                .orElseThrow(() -> new DataException(
                        folder + ": has no file samples_NxRxC_int8.bin, such as samples_500x49x10_int8.bin"));
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new DataException(file + ": is not named samples_NxRxC_int8.bin");
        }
        int count = Integer.parseInt(name.group(1));
        int perSample = Integer.parseInt(name.group(2)) * Integer.parseInt(name.group(3));
        byte[] codes = bytes(file);
        if (codes.length != (long) count * perSample) {
            throw new DataException(
                    file + ": has " + codes.length + " bytes where its name says " + (long) count * perSample);
        }
        List<Integer> labels = new ArrayList<>();
        for (CsvLines.Line line :
                CsvLines.read(folder.resolve("labels.csv"), HEADER).lines()) {
            String text = line.text();
            labels.add(line.label(text.substring(text.lastIndexOf(',') + 1).strip()));
        }
        if (labels.size() != count || count == 0) {
            throw new DataException(
                    folder.resolve("labels.csv") + ": has " + labels.size() + " labels for " + count + " samples");
        }
        return new KeywordSamples(codes, List.copyOf(labels), LabelledBoxes.classNames(folder), perSample);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new DataException(file + ": " + FileFailure.reason(e), e);
        }
    }

    /** Returns the number of samples. */
    public int size() {
        return labels.size();
    }

    /** Returns the number of features of a sample. */
    public int features() {
        return perSample;
    }

    /** Returns the class of a sample. */
    public int label(int index) {
        return labels.get(index);
    }

    /** Returns the names of the classes; empty if unknown. */
    public List<String> classes() {
        return classes;
    }

    /** Returns the features of a sample as the network takes them: {@code (code − mean) / std}. */
    public float[] sample(int index, double mean, double std) {
        float[] features = new float[perSample];
        for (int i = 0; i < perSample; i++) {
            features[i] = (float) ((codes[index * perSample + i] - mean) / std);
        }
        return features;
    }
}
