/** What Octavo is compared with: other runtimes, behind one interface. One that is missing or fails is reported, not fatal. */
@NullMarked
package dev.octavo.benchmarks.rivals;

import org.jspecify.annotations.NullMarked;
