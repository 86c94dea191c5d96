/**
 * Float networks, independent of where they came from: an immutable graph of operators between named values.
 *
 * <p>This package depends on nothing but the records of the kernels. Importers make graphs, passes turn one into another,
 * lowering turns them into models.
 */
@NullMarked
package dev.octavo.tools.graph;

import org.jspecify.annotations.NullMarked;
