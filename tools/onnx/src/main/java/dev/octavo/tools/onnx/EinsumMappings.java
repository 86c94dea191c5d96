package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatReduction;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.ShapeInference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Einsum as products of matrices: of each pair of operands, labels that later ones and the result lack are summed over. */
final class EinsumMappings {
    private EinsumMappings() {}

    /** A value and the labels of its dimensions, each once. */
    private record Term(String value, String labels) {}

    static void einsum(OnnxNode node, GraphBuilder graph) {
        String equation = node.text("equation", "").replace(" ", "");
        int arrow = equation.indexOf("->");
        String[] operands = (arrow < 0 ? equation : equation.substring(0, arrow)).split(",", -1);
        if (operands.length != node.inputs().size()) {
            throw new GraphException("its equation '" + equation + "' does not fit its inputs");
        }
        List<Term> terms = new ArrayList<>();
        String spread = "";
        for (int i = 0; i < operands.length; i++) {
            String labels = operands[i];
            if (labels.contains("...")) {
                int extra = node.shape(i).length - (labels.length() - 3);
                String ellipsis = "ABCDEFGH".substring(8 - extra);
                spread = ellipsis.length() > spread.length() ? ellipsis : spread;
                labels = labels.replace("...", ellipsis.toUpperCase(Locale.ROOT));
            }
            if (labels.length() != node.shape(i).length
                    || labels.chars().distinct().count() != labels.length()) {
                throw new GraphException("its equation '" + equation + "' is not supported");
            }
            terms.add(new Term(node.input(i), labels));
        }
        String wanted = arrow < 0
                ? implicit(operands, spread)
                : equation.substring(arrow + 2).replace("...", spread);
        while (terms.size() > 1) {
            Term left = terms.removeFirst();
            Term right = terms.removeFirst();
            String needed =
                    wanted + String.join("", terms.stream().map(Term::labels).toList());
            terms.addFirst(product(left, right, needed, graph));
        }
        Term sum = summed(terms.getFirst(), wanted, graph);
        if (sum.labels().length() != wanted.length()) {
            throw new GraphException("its equation '" + equation + "' is not supported");
        }
        node.define(ordered(sum, wanted, graph));
    }

    /** Labels that occur once, in alphabetical order, behind those of the ellipsis. */
    private static String implicit(String[] operands, String spread) {
        String all = String.join("", operands).replace(".", "");
        StringBuilder once = new StringBuilder(spread);
        all.chars()
                .sorted()
                .distinct()
                .filter(c -> all.indexOf(c) == all.lastIndexOf(c))
                .forEach(c -> once.append((char) c));
        return once.toString();
    }

    private static Term summed(Term term, String needed, GraphBuilder graph) {
        List<Integer> axes = new ArrayList<>();
        StringBuilder kept = new StringBuilder();
        for (int d = 0; d < term.labels().length(); d++) {
            if (needed.indexOf(term.labels().charAt(d)) < 0) {
                axes.add(d);
            } else {
                kept.append(term.labels().charAt(d));
            }
        }
        return axes.isEmpty()
                ? term
                : new Term(graph.reduce(FloatReduction.Kind.SUM, term.value(), axes, false), kept.toString());
    }

    private static String ordered(Term term, String wanted, GraphBuilder graph) {
        return graph.transpose(
                term.value(),
                wanted.chars().mapToObj(c -> term.labels().indexOf(c)).toList());
    }

    private static Term product(Term one, Term other, String needed, GraphBuilder graph) {
        Term left = summed(one, needed + other.labels(), graph);
        Term right = summed(other, needed + one.labels(), graph);
        String batch = labels(left.labels(), c -> right.labels().indexOf(c) >= 0 && needed.indexOf(c) >= 0);
        String inner = labels(left.labels(), c -> right.labels().indexOf(c) >= 0 && needed.indexOf(c) < 0);
        String rows = labels(left.labels(), c -> right.labels().indexOf(c) < 0);
        String columns = labels(right.labels(), c -> left.labels().indexOf(c) < 0);
        int[] a = extents(left, batch + rows + inner, graph);
        int[] b = extents(right, batch + inner + columns, graph);
        int n = batch.length();
        int m = ShapeInference.elements(Arrays.copyOfRange(a, n, n + rows.length()));
        int k = ShapeInference.elements(Arrays.copyOfRange(b, n, n + inner.length()));
        int p = ShapeInference.elements(Arrays.copyOfRange(b, n + inner.length(), b.length));
        int stack =
                Math.max(ShapeInference.elements(Arrays.copyOf(a, n)), ShapeInference.elements(Arrays.copyOf(b, n)));
        String product = graph.matMul(
                graph.reshape(ordered(left, batch + rows + inner, graph), stack, m, k),
                graph.reshape(ordered(right, batch + inner + columns, graph), stack, k, p));
        int[] shape = new int[n + rows.length() + columns.length()];
        System.arraycopy(a, 0, shape, 0, n + rows.length());
        System.arraycopy(b, n + inner.length(), shape, n + rows.length(), columns.length());
        return new Term(graph.reshape(product, shape), batch + rows + columns);
    }

    private interface Choice {
        boolean holds(int label);
    }

    private static String labels(String labels, Choice choice) {
        StringBuilder chosen = new StringBuilder();
        labels.chars().filter(choice::holds).forEach(c -> chosen.append((char) c));
        return chosen.toString();
    }

    private static int[] extents(Term term, String order, GraphBuilder graph) {
        int[] shape = graph.shape(term.value());
        return order.chars().map(c -> shape[term.labels().indexOf(c)]).toArray();
    }
}
