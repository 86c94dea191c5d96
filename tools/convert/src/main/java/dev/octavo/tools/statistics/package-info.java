/** What is known of the values of a graph: moments per channel, and how much noise each value may carry. */
@NullMarked
package dev.octavo.tools.statistics;

import org.jspecify.annotations.NullMarked;
