/** The standard comparison: what is measured, and the report that it is written to. */
@NullMarked
package dev.octavo.benchmarks.report;

import org.jspecify.annotations.NullMarked;
