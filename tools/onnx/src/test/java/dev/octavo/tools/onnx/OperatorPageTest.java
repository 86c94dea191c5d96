package dev.octavo.tools.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page of operators says what the code knows. */
class OperatorPageTest {
    private static final Path PAGE = Path.of("../docs/operators.md");

    @Test
    void theStoredPageIsTheGeneratedOne() throws Exception {
        assertThat(Files.readString(PAGE))
                .as("write OperatorPage.markdown() to tools/docs/operators.md")
                .isEqualTo(OperatorPage.markdown());
    }
}
