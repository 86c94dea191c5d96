/**
 * Turns what networks compute into what they were trained for: boxes, masks, points, pictures and names of classes.
 * Decoders know the output layouts of published detectors; everything comes back in pixels of the caller's picture.
 */
@NullMarked
package dev.octavo.tools.tasks;

import org.jspecify.annotations.NullMarked;
