package dev.nptune.bench.disk;

import java.util.List;

/// What one look at a result says about whether to believe it.
///
/// @param id which look: `link`, `host-cache`, `zero-data`, `allocation`, `guest-cache`, `drive-activity`, `qemu-io`,
///     `arithmetic`
/// @param verdict what it comes to
/// @param says the sentence that explains it
/// @param evidence what it rests on, a line each
public record DiskCheck(String id, Verdict verdict, String says, List<String> evidence) {
    public DiskCheck {
        evidence = List.copyOf(evidence);
    }

    /// Whether to believe a result, from the best to the worst but for [#UNKNOWN] and [#NOTE], which are no
    /// answers; no report as a whole is a note.
    public enum Verdict {
        /// Nothing wrong was found where it was looked.
        BELIEVED,
        /// What is needed to tell is not known.
        UNKNOWN,
        /// Something to know of the figures that says nothing about whether it was the drive.
        NOTE,
        /// It need not be the drive that was measured.
        DOUBTFUL,
        /// It cannot be the drive that was measured.
        IMPOSSIBLE
    }

    static DiskCheck believed(String id, String says, String... evidence) {
        return new DiskCheck(id, Verdict.BELIEVED, says, List.of(evidence));
    }

    static DiskCheck unknown(String id, String says, String... evidence) {
        return new DiskCheck(id, Verdict.UNKNOWN, says, List.of(evidence));
    }

    static DiskCheck doubtful(String id, String says, String... evidence) {
        return new DiskCheck(id, Verdict.DOUBTFUL, says, List.of(evidence));
    }

    static DiskCheck impossible(String id, String says, String... evidence) {
        return new DiskCheck(id, Verdict.IMPOSSIBLE, says, List.of(evidence));
    }
}
