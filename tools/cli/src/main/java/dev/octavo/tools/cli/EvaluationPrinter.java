package dev.octavo.tools.cli;

import dev.octavo.tools.evaluate.Evaluation;
import dev.octavo.tools.evaluate.TaskEvaluation;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Prints what {@code eval} measured, for people or as one line of JSON. */
final class EvaluationPrinter {
    private final PrintWriter out;
    private final boolean json;

    EvaluationPrinter(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    void print(Evaluation evaluation) {
        if (json) {
            Json.print(out, generator -> {
                generator.writeNumberProperty("images", evaluation.images());
                generator.writeNumberProperty("top1", evaluation.top1());
                generator.writeNumberProperty("top5", evaluation.top5());
                Json.number(generator, "agreement", evaluation.agreement());
                Json.number(generator, "sqnrDb", evaluation.sqnrDb());
                Json.number(generator, "referenceTop1", evaluation.referenceTop1());
            });
            return;
        }
        TextTable table = new TextTable();
        table.row("images", Integer.toString(evaluation.images()));
        table.row("top-1", Texts.percent(evaluation.top1()));
        table.row("top-5", Texts.percent(evaluation.top5()));
        evaluation.referenceTop1().ifPresent(top1 -> table.row("other top-1", Texts.percent(top1)));
        evaluation.agreement().ifPresent(agreement -> table.row("agreement", Texts.percent(agreement)));
        evaluation.sqnrDb().ifPresent(sqnr -> table.row("SQNR", Texts.number(sqnr, 2) + " dB"));
        table.print(out);
    }

    void print(TaskEvaluation evaluation) {
        if (json) {
            printJson(evaluation);
            return;
        }
        boolean compared =
                evaluation.scores().stream().anyMatch(score -> score.reference().isPresent());
        out.println(evaluation.count() + " " + evaluation.unit() + "; ± is one standard error, by bootstrap over them");
        TextTable table = new TextTable();
        table.row(
                compared
                        ? new String[] {"", "model", "±", "other", "difference", "±"}
                        : new String[] {"", "model", "±"});
        for (TaskEvaluation.Score score : evaluation.scores()) {
            List<String> cells = new ArrayList<>(
                    List.of(score.name(), Texts.number(score.value(), 4), Texts.number(score.standardError(), 4)));
            if (score.reference().isPresent()) {
                double reference = score.reference().getAsDouble();
                cells.add(Texts.number(reference, 4));
                cells.add(Texts.number(score.value() - reference, 4));
                cells.add(Texts.number(score.differenceError().orElse(Double.NaN), 4));
            }
            table.row(cells.toArray(String[]::new));
        }
        table.print(out);
        if (!evaluation.decibels().isEmpty()) {
            TextTable outputs = new TextTable();
            outputs.row("output", "SQNR");
            evaluation.decibels().forEach((name, value) -> outputs.row(name, Texts.number(value, 2) + " dB"));
            outputs.print(out);
        }
    }

    private void printJson(TaskEvaluation evaluation) {
        Json.print(out, generator -> {
            generator.writeNumberProperty(evaluation.unit(), evaluation.count());
            generator.writeObjectPropertyStart("scores");
            for (TaskEvaluation.Score score : evaluation.scores()) {
                generator.writeObjectPropertyStart(score.name());
                Json.number(generator, "value", OptionalDouble.of(score.value()));
                Json.number(generator, "standardError", OptionalDouble.of(score.standardError()));
                Json.number(generator, "reference", score.reference());
                Json.number(generator, "differenceError", score.differenceError());
                generator.writeEndObject();
            }
            generator.writeEndObject();
            generator.writeObjectPropertyStart("sqnrDb");
            evaluation.decibels().forEach((name, value) -> Json.number(generator, name, OptionalDouble.of(value)));
            generator.writeEndObject();
        });
    }
}
