package dev.nptune.apply;

/// Is told of a run's progress as it goes, on the run's own thread, one call at a time.
@FunctionalInterface
public interface ApplyListener {
    /// Hears nothing.
    ApplyListener SILENT = _ -> {};

    /// An exception thrown here does not disturb the run; the listener is not called again.
    void on(ApplyEvent event);
}
