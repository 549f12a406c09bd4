package dev.nptune.host;

import java.nio.file.Path;

/// Where a machine is read from: its files, what files missing from them mean, and its programs.
///
/// @param root its root directory, in any file system that knows symbolic links
/// @param coverage what a file that is missing there means
/// @param commands its programs' answers
public record MachineSource(Path root, Coverage coverage, Commands commands) {}
