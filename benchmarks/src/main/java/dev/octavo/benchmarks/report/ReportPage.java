package dev.octavo.benchmarks.report;

/** The report as a page. */
final class ReportPage {
    private ReportPage() {}

    static String render(Report report) {
        return "<!doctype html><title>Octavo benchmarks</title>" + report.date();
    }
}
