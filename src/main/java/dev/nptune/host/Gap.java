package dev.nptune.host;

/// A place that may hold something and could not be read, so that what was found there is not all there is.
///
/// Where a list in a [Host] is empty or short because of it, a rule that needs the list to be whole answers
/// "unknown".
///
/// @param source the directory or file, as an absolute path below the root that was read
/// @param reason why, in a few words for people
public record Gap(String source, String reason) {}
