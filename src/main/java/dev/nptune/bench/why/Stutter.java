package dev.nptune.bench.why;

/// A frame that took much longer than those around it.
///
/// @param frame its number, from 0
/// @param endSeconds when it was shown, in seconds
/// @param frameMillis how long it took, in milliseconds
/// @param excessMillis how much longer than expected, in milliseconds
public record Stutter(int frame, double endSeconds, double frameMillis, double excessMillis) {}
