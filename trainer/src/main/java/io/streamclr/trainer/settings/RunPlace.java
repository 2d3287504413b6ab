package io.streamclr.trainer.settings;

/**
 * Where a run is that follows another one.
 *
 * @param run its name
 * @param topics where it reads and says what it does
 * @param saving where it saves
 */
public record RunPlace(String run, RunTopics topics, Saving saving) {}
