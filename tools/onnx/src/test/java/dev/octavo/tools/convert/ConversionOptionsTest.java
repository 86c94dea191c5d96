package dev.octavo.tools.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.tools.json.OptionsJson;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.quantize.RangeRule;
import dev.octavo.tools.records.RecordException;
import dev.octavo.tools.records.RecordVariants;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConversionOptionsTest {
    private static ConversionOptions read(String json) {
        return OptionsJson.read(json, "my.json", OptionalInt.empty(), OptionalInt.empty());
    }

    @Test
    void everyComponentComesBackFromJson() {
        List<ConversionOptions> variants = RecordVariants.of(ConversionOptions.forBits(8));
        assertThat(variants).hasSizeGreaterThan(10).doesNotContain(ConversionOptions.forBits(8));
        for (ConversionOptions options : variants) {
            assertThat(read(OptionsJson.write(options))).isEqualTo(options);
        }
    }

    @Test
    void everySettingOfTheQuantizationIsWrittenIntoModels() {
        ConversionOptions standard = ConversionOptions.forBits(8);
        RecordVariants.of(standard.quantization())
                .forEach(quantization -> assertThat(standard.with(quantization).settings())
                        .as("settings of %s", quantization)
                        .isNotEqualTo(standard.settings()));
        assertThat(standard.withInputRange(new ConversionOptions.Range(-2, 3)).settings())
                .containsEntry("quantization.weights.bits", "8")
                .containsEntry("inputRange.low", "-2.0");
    }

    @Test
    void whatIsLeftOutSuitsTheBits() {
        assertThat(read("{}")).isEqualTo(ConversionOptions.forBits(8));
        assertThat(read("{\"quantization\": {\"weights\": {\"bits\": 5}}}").quantization())
                .isEqualTo(QuantizationOptions.forBits(5, 8));
        assertThat(OptionsJson.read("{\"crop\": 0.5}", "my.json", OptionalInt.empty(), OptionalInt.of(4)))
                .isEqualTo(ConversionOptions.forBits(8)
                        .with(QuantizationOptions.forBits(8, 4))
                        .withCrop(0.5f));
        assertThat(read("""
            {"quantization": {"activations": {"ranges": {"type": "robust-least-squares", "octaves": 0.25}}}}
            """).quantization().activations().ranges()).isEqualTo(new RangeRule.RobustLeastSquares(0.25));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"crop": 2}                                             | crop must be above 0 and at most 1, not 2.0
        {"crop": "wide"}                                        | crop must be a number, not "wide"
        {"corp": 1}                                             | there is no key "corp"; the file has quantization
        {"quantization": {"weights": {"bits": 9}}}              | quantization.weights: the number of bits must lie in [2, 8]
        {"quantization": {"weights": {"bits": 7.5}}}            | weights.bits must be a whole number within range, not 7.5
        {"quantization": {"weights": {"bits": null}}}           | quantization.weights.bits must be a whole number
        {"quantization": {"weights": {"rounding": "up"}}}       | weights.rounding must be one of nearest, squant
        {"quantization": {"activations": {"ranges": "wide"}}}   | ranges must be an object in braces, not "wide"
        {"quantization": {"activations": {"ranges": {}}}}       | activations.ranges.type must be one of automatic, blend
        {"quantization": {"activations": {"ranges": {"type": "deviation-factor"}}}} | ranges.bits is missing
        {"quantization": {"activations": {"signed": "yes"}}}    | activations.signed must be true or false, not "yes"
        {"mean": [1, 2], "std": [1]}                            | mean has 2 values and std has 1
        {"mean": [1], "std": [0]}                               | std positive
        {"mean": [1], "std": ["x"]}                             | std[0] must be a number
        {"inputRange": {"low": 1, "high": 0}}                   | inputRange: the input range must be
        {"labels": [1]}                                         | labels[0] must be a text in quotes, not 1
        {"crop": 1, "crop": 1}                                  | is no JSON: line 1
        {"crop": 1                                              | is no JSON: line 1
        {"crop": 1} {}                                          | goes on after its last }
        [1]                                                     | is no JSON object
        """)
    void mistakesAreNamed(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(RecordException.class)
                .hasMessageStartingWith("my.json: ")
                .hasMessageContaining(message);
    }

    @Test
    void deeplyNestedTextIsRefusedInOneLine() {
        assertThatThrownBy(() -> read("{\"crop\":".repeat(100_000)))
                .isInstanceOf(RecordException.class)
                .hasMessageStartingWith("my.json: is no JSON: ")
                .hasMessageContaining("depth")
                .hasMessageNotContaining("\n");
    }
}
