package dev.nptune.apply;

import java.time.Instant;

/// What taking a change back may assume.
///
/// @param force whether to overwrite what somebody else has made of it since
/// @param settled whether the change was once in force: if so, any other value now is somebody else's, if not, it may
///     be the change itself, half done
/// @param rebooted whether the machine was started anew since, which takes back by itself what does not last
/// @param again whether it was taken back before, so that what differs now is somebody else's for certain
/// @param since when the run was planned: what is newer came after it
record UndoMode(boolean force, boolean settled, boolean rebooted, boolean again, Instant since) {}
