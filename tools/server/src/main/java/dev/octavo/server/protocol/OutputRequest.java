package dev.octavo.server.protocol;

/**
 * An output that a client asks for.
 *
 * @param name of the output
 * @param binary whether it is to follow the JSON as bytes
 * @param classes how many of the best classes to name instead of the scores; 0 for the scores
 */
public record OutputRequest(String name, boolean binary, int classes) {}
