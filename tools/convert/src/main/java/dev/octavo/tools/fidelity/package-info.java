/** How close a model in integers comes to its float network, and what would bring it closer. */
@NullMarked
package dev.octavo.tools.fidelity;

import org.jspecify.annotations.NullMarked;
