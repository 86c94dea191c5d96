package dev.octavo.server.repository;

/**
 * What the repository knows of a model.
 *
 * @param name of the model
 * @param version that serves, or the latest that does not; empty if there is none
 * @param ready whether it serves
 * @param reason why it does not, or why a newer version does not; empty if all is well
 */
public record ModelStatus(String name, String version, boolean ready, String reason) {}
