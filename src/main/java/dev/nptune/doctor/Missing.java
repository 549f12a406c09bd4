package dev.nptune.doctor;

/// A fact that a rule needed and did not get.
///
/// @param where a path on the host
/// @param reason why it is not known
public record Missing(String where, String reason) {}
