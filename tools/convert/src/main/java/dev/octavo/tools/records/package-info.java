/**
 * Records as trees of maps and lists: components by their names, enum constants and the records of sealed interfaces in
 * kebab-case. A new component, constant or record needs no code here.
 */
@NullMarked
package dev.octavo.tools.records;

import org.jspecify.annotations.NullMarked;
