/** What a comparison found, as JSON, as a page, and as the table of the README. */
@NullMarked
package dev.octavo.benchmarks.report;

import org.jspecify.annotations.NullMarked;
