package dev.octavo.benchmarks.report;

import dev.octavo.benchmarks.measure.Timing;
import dev.octavo.benchmarks.rivals.Rival;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * What Octavo's int8 model takes of the time of a contender, in two runs of the comparison. Of a rival it is the fastest
 * int8 or float form of each run, which need not be the same where several are equally fast.
 *
 * @param first name of the contender in the first run
 * @param second name of the contender in the second run
 * @param before ratio in the first run
 * @param after ratio in the second run
 */
record RepeatedRatio(String network, int threads, int batch, String first, String second, double before, double after) {
    private static final double TOLERANCE = 0.05;

    /** How the second ratio differs from the first, relative to it. */
    double change() {
        return after / before - 1;
    }

    /** Whether the runs repeat each other. */
    boolean repeats() {
        return Math.abs(change()) <= TOLERANCE;
    }

    /** The ratios to whole networks that were measured in both runs. */
    static List<RepeatedRatio> of(Report first, Report second) {
        List<RepeatedRatio> ratios = new ArrayList<>();
        for (Report.Network before : first.networks()) {
            second.networks().stream()
                    .filter(after -> after.id().equals(before.id()))
                    .forEach(after -> compare(before, after, ratios));
        }
        return ratios;
    }

    private static void compare(Report.Network before, Report.Network after, List<RepeatedRatio> ratios) {
        SequencedSet<Subject> subjects = new LinkedHashSet<>();
        for (Report.Contender c : before.contenders()) {
            if (c.rival().wholeNetworks() && !c.name().equals(Report.OCTAVO)) {
                String name = c.rival() == Rival.OCTAVO ? c.name() : "";
                subjects.add(new Subject(name, c.rival(), c.int8(), c.threads(), c.batch()));
            }
        }
        for (Subject subject : subjects) {
            subject.in(before)
                    .ifPresent(a -> subject.in(after)
                            .ifPresent(b -> subject.ratio(before, a)
                                    .ifPresent(x -> subject.ratio(after, b)
                                            .ifPresent(y -> ratios.add(new RepeatedRatio(
                                                    before.id(),
                                                    subject.threads(),
                                                    subject.batch(),
                                                    a.name(),
                                                    b.name(),
                                                    x.median(),
                                                    y.median()))))));
        }
    }

    /** A contender that both runs may have; one of Octavo's by its name, one of a rival as its fastest. */
    private record Subject(String name, Rival rival, boolean int8, int threads, int batch) {
        Optional<Report.Contender> in(Report.Network network) {
            return name.isEmpty()
                    ? network.best(rival, int8, threads, batch)
                    : network.at(threads, batch)
                            .filter(c -> c.name().equals(name) && c.measured())
                            .findFirst();
        }

        Optional<Timing> ratio(Report.Network network, Report.Contender contender) {
            return network.timing(Report.OCTAVO, threads, batch).map(ours -> ours.over(contender.timing()));
        }
    }
}
