package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What commands say when they cannot do what was asked. */
final class MistakesTest extends CommandTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        run                                                  | 2 | Missing required parameters
        run MODEL                                            | 2 | IMAGE
        run MODEL DIR/pictures/red.png --top 0               | 2 | --top must be at least 1
        run DIR/nothing.octavo DIR/pictures/red.png          | 1 | nothing.octavo
        run DIR/nothing.onnx DIR/pictures/red.png            | 1 | nothing.onnx
        run MODEL DIR/nothing.png                            | 1 | nothing.png: no such file
        run MODEL DIR/pictures/labels.csv                    | 1 | convert it to JPEG
        run DIR/pictures/red.png DIR/pictures/red.png        | 1 | red.png
        eval MODEL                                           | 2 | --data
        eval MODEL --data DIR/nowhere                        | 1 | no such file or folder
        eval MODEL --data DIR/pictures --limit 0             | 2 | --limit must be at least 1
        eval MODEL --data DIR/pictures --limit x             | 2 | --limit
        eval MODEL --data DIR/pictures --mean 1,2            | 2 | --mean has 2 values
        eval MODEL --data DIR/pictures --std 0               | 2 | std positive
        eval MODEL --data DIR/pictures --crop 1.5            | 2 | crop must be
        eval MODEL --data DIR/pictures --against DIR/no.onnx | 1 | no.onnx
        bench MODEL --kernels fast                           | 2 | there are no kernels "fast"
        bench MODEL --threads 0                              | 2 | threads 0
        bench MODEL --batch 0                                | 2 | batch 0
        bench MODEL --seconds -1                             | 2 | --seconds must be above 0
        convert MODEL -o DIR/out.octavo                      | 2 | is converted already
        convert DIR/a.onnx -o DIR/pictures/../a.onnx         | 2 | --output would overwrite
        convert DIR/a.onnx -o DIR/b --report DIR/b           | 2 | --output and --report are both
        convert DIR/a.onnx -o DIR/b --report DIR/a.onnx      | 2 | --report would overwrite
        convert DIR/a.onnx -o DIR/b --bits 9                 | 2 | --bits must be 2 to 8
        convert DIR/a.onnx -o DIR/b --weight-bits 1          | 2 | --weight-bits must be 2 to 8
        convert DIR/a.onnx -o DIR/b --rounding up            | 2 | choose one of nearest, squant-kernel
        convert DIR/a.onnx -o DIR/b --weights row            | 2 | choose one of tensor, channel, channel-pow2
        convert DIR/a.onnx -o DIR/b --ranges wide            | 2 | choose one of auto, dfq
        convert DIR/a.onnx -o DIR/b --ranges mse:3           | 2 | takes no number
        convert DIR/a.onnx -o DIR/b --ranges dfq:x           | 2 | does not end in a number
        convert DIR/a.onnx -o DIR/b --weight-range percentile:0 | 2 | must be positive
        convert DIR/a.onnx -o DIR/b --equalization all       | 2 | choose one of auto, nsre, cle, none
        convert DIR/a.onnx -o DIR/b --statistics all         | 2 | choose one of synthetic, analytic, distilled
        convert DIR/a.onnx -o DIR/b --fast --calibrate DIR   | 2 | exclude each other
        convert DIR/a.onnx -o DIR/b --fast --ranges minmax   | 2 | activations that are measured
        convert DIR/a.onnx -o DIR/b --calibration-images 0   | 2 | --calibration-images must be at least 1
        convert DIR/a.onnx -o DIR/b --average-weight-bits 9  | 2 | --average-weight-bits: the average bits of weights
        convert DIR/a.onnx -o DIR/b --clip-weight -1         | 2 | --clip-weight must be above 0
        convert DIR/a.onnx -o DIR/pictures                   | 1 | exists and is not a file
        convert DIR/a.onnx -o DIR/nowhere/b.octavo           | 1 | there is no folder
        convert DIR/a.onnx -o DIR/b --save-config DIR/b      | 2 | --output and --save-config are both
        convert DIR/a.onnx -o DIR/b --config DIR/no.json     | 1 | no.json: no such file
        convert DIR/a.onnx -o DIR/b --bits 9                 | 2 | --bits must be 2 to 8
        conformance DIR/nowhere                              | 1 | nowhere: no such file or folder
        eval MODEL --data DIR/pictures --mean NaN            | 2 | mean must be finite
        eval MODEL --data DIR/pictures --std -2              | 2 | std positive
        bench MODEL --batch 50000000                         | 1 | memory
        inspect DIR                                          | 1 | octavo
        inspect MODEL --nonsense                             | 2 | --nonsense
        """)
    void answersMistakesInOneLine(String arguments, int code, String message) {
        assertThat(run(arguments.split(" "))).isEqualTo(code);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("octavo: ")
                .contains(message);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void verboseShowsWhereAFailureArose() {
        assertThat(run("run", "--verbose", "MODEL", "DIR/nothing.png")).isEqualTo(1);
        assertThat(err.toString()).contains("PictureException").contains("\tat dev.octavo.tools.vision.PictureReader");
    }
}
