package dev.octavo.tools.vision;

/**
 * The extents of a picture in pixels, as it is to be viewed.
 *
 * @param width pixels in a row
 * @param height rows
 */
public record PictureSize(int width, int height) {}
