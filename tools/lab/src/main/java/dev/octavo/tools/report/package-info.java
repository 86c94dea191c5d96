/** What a conversion did, as a page to look at. */
@NullMarked
package dev.octavo.tools.report;

import org.jspecify.annotations.NullMarked;
