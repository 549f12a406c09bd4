package dev.nptune.kernel.module;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// What takes back the steps that were done, last first.
final class Rollback {
    /// One of them.
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    private final Deque<Step> steps = new ArrayDeque<>();
    private final Deque<Step> ends = new ArrayDeque<>();

    void add(Step step) {
        steps.push(step);
    }

    /// What is to be done when all went well.
    void atEnd(Step step) {
        ends.add(step);
    }

    /// All went well.
    void keep() throws IOException {
        for (Step step : ends) {
            step.run();
        }
    }

    /// Takes all back; one step that fails does not keep the others from it.
    void run() throws IOException {
        IOException first = null;
        for (Step step : steps) {
            try {
                step.run();
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw new IOException("what was begun could not be taken back: " + first.getMessage(), first);
        }
    }
}
