/** Measures of the quality of detectors, segmenters and classifiers, with standard errors by bootstrap over pictures. */
@NullMarked
package dev.octavo.tools.metrics;

import org.jspecify.annotations.NullMarked;
