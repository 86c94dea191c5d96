/**
 * Decodes pictures, fits them to the inputs of networks, and draws on them. Depends on the runtime alone, so that
 * applications and servers prepare pictures exactly as conversion and evaluation did.
 */
@NullMarked
package dev.octavo.tools.vision;

import org.jspecify.annotations.NullMarked;
