package dev.octavo.tools.conformance;

import dev.octavo.tools.files.FileFailure;
import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.onnx.OnnxModel;
import dev.octavo.tools.onnx.OnnxReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One test: a model, and sets of inputs with the outputs that belong to them. */
sealed interface ConformanceCase {
    /** Name in reports. */
    String name();

    /** The file to import. */
    Path modelFile();

    /** All sets of inputs and outputs. */
    List<DataSet> dataSets();

    /** Inputs for a run, and what it should give. */
    sealed interface DataSet {
        /** By name, for all inputs of the model that are not initialized. */
        Map<String, Constant> inputs(OnnxModel model);

        /** In the order of the model's outputs. */
        List<Constant> outputs(OnnxModel model);
    }

    /** A folder with {@code model.onnx} and {@code test_data_set_*}. */
    record Folder(Path folder) implements ConformanceCase {
        static final String MODEL = "model.onnx";

        @Override
        public String name() {
            return String.valueOf(folder.getFileName());
        }

        @Override
        public Path modelFile() {
            return folder.resolve(MODEL);
        }

        @Override
        public List<DataSet> dataSets() {
            try (Stream<Path> children = Files.list(folder)) {
                return children.filter(Files::isDirectory)
                        .filter(child -> String.valueOf(child.getFileName()).startsWith("test_data_set_"))
                        .sorted()
                        .<DataSet>map(FolderDataSet::new)
                        .toList();
            } catch (IOException e) {
                throw new GraphException(folder + ": " + FileFailure.reason(e), e);
            }
        }
    }

    /** A folder with {@code input_k.pb} and {@code output_k.pb}. */
    record FolderDataSet(Path folder) implements DataSet {
        @Override
        public Map<String, Constant> inputs(OnnxModel model) {
            Map<String, Constant> inputs = new LinkedHashMap<>();
            for (String input : model.inputs()) {
                inputs.put(input, OnnxReader.tensor(folder.resolve("input_" + inputs.size() + ".pb")));
            }
            return inputs;
        }

        @Override
        public List<Constant> outputs(OnnxModel model) {
            return numbered(folder, "output_", model);
        }
    }

    private static List<Constant> numbered(Path folder, String prefix, OnnxModel model) {
        List<Constant> tensors = new ArrayList<>();
        for (int i = 0; i < model.outputs().size(); i++) {
            tensors.add(OnnxReader.tensor(folder.resolve(prefix + i + ".pb")));
        }
        return tensors;
    }

    /**
     * A file {@code light_NAME.onnx} beside {@code light_NAME_output_k.pb}. Its inputs are not stored: element {@code i}
     * of {@code n} is {@code i / n}.
     */
    record Light(Path modelFile) implements ConformanceCase, DataSet {
        static final String PREFIX = "light_";
        static final String SUFFIX = ".onnx";

        @Override
        public String name() {
            String file = String.valueOf(modelFile.getFileName());
            return file.substring(0, file.length() - SUFFIX.length());
        }

        @Override
        public List<DataSet> dataSets() {
            return List.of(this);
        }

        @Override
        public Map<String, Constant> inputs(OnnxModel model) {
            Map<String, Constant> inputs = new LinkedHashMap<>();
            model.inputs().forEach(input -> inputs.put(input, ramp(model.shape(input))));
            return inputs;
        }

        private static Constant ramp(int[] shape) {
            int elements = 1;
            for (int size : shape) {
                elements *= size;
            }
            float[] values = new float[elements];
            for (int i = 0; i < elements; i++) {
                values[i] = (float) ((double) i / elements);
            }
            return Constant.of(shape, values);
        }

        @Override
        public List<Constant> outputs(OnnxModel model) {
            return numbered(modelFile.resolveSibling("."), name() + "_output_", model);
        }
    }

    /** All tests in a folder, at any depth that the format has, by name. */
    static List<ConformanceCase> find(Path root) {
        try (Stream<Path> files = Files.walk(root, 4)) {
            List<ConformanceCase> cases = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = String.valueOf(file.getFileName());
                Path folder = file.toAbsolutePath().normalize().getParent();
                if (name.equals(Folder.MODEL) && folder != null) {
                    cases.add(new Folder(folder));
                } else if (name.startsWith(Light.PREFIX) && name.endsWith(Light.SUFFIX)) {
                    cases.add(new Light(file));
                }
            }
            cases.sort(Comparator.comparing(ConformanceCase::name));
            return cases;
        } catch (IOException e) {
            throw new GraphException(root + ": " + FileFailure.reason(e), e);
        }
    }
}
