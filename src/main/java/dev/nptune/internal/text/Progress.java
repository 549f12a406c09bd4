package dev.nptune.internal.text;

/// Told what a long job is doing, so that somebody can show it. Calls may come from any thread.
public interface Progress {
    /// Does nothing.
    Progress SILENT = new Progress() {
        @Override
        public void begin(String step) {}

        @Override
        public void done(String step, String result) {}

        @Override
        public void note(String text) {}
    };

    /// A step begins; several may run at once.
    void begin(String step);

    /// A step ended well.
    ///
    /// @param step as given to [#begin]
    /// @param result what came of it, in a few words; may be empty
    void done(String step, String result);

    /// Something worth a line of its own.
    void note(String text);
}
