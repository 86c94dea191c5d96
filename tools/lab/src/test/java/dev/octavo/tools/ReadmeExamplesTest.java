package dev.octavo.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.tools.demo.DemoModel;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles the programs of the README and runs them on the demo's network. */
final class ReadmeExamplesTest {
    private static final Pattern PROGRAM =
            Pattern.compile("```java\\n(.*?public final class (\\w+).*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void theProgramsDoWhatTheyShow() throws Exception {
        Map<String, String> programs = programs();
        assertThat(programs).containsOnlyKeys("Classify", "ServeMany", "ConvertAtStart");
        compile(programs);
        Path onnx = Files.write(folder.resolve("signs.onnx"), DemoModel.onnx());
        Path octavo = folder.resolve("signs.octavo");
        OnnxConverter.defaults().withLabels(DemoModel.labels()).convert(onnx, octavo);
        assertThat(run("ConvertAtStart", onnx)).contains("signs takes [input");
        assertThat(run("ServeMany", octavo)).contains(100 * DemoModel.labels().size() + " logits from ");
        assertThat(run("Classify", octavo).strip()).isIn(DemoModel.labels());
    }

    private static Map<String, String> programs() throws IOException {
        Path folder = Path.of("").toAbsolutePath();
        Path readme = Stream.iterate(folder, Objects::nonNull, Path::getParent)
                .map(parent -> parent.resolve("README.md"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        Map<String, String> programs = new LinkedHashMap<>();
        Matcher matcher = PROGRAM.matcher(Files.readString(readme));
        while (matcher.find()) {
            programs.put(matcher.group(2), matcher.group(1));
        }
        return programs;
    }

    private void compile(Map<String, String> programs) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        List<JavaFileObject> sources = programs.entrySet().stream()
                .<JavaFileObject>map(program -> source(program.getKey(), program.getValue()))
                .toList();
        String path = Stream.of(OnnxConverter.class, Model.class, ElementType.class)
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .collect(Collectors.joining(File.pathSeparator));
        boolean compiled = compiler.getTask(
                        messages,
                        null,
                        null,
                        List.of("-d", folder.toString(), "-classpath", path, "-proc:none"),
                        null,
                        sources)
                .call();
        assertThat(compiled).as(messages.toString()).isTrue();
    }

    private static JavaFileObject source(String name, String text) {
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    private String run(String program, Path argument) throws Exception {
        PrintStream standard = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass(program).getMethod("main", String[].class).invoke(null, (Object)
                    new String[] {argument.toString()});
        } finally {
            System.setOut(standard);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
