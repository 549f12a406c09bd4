package dev.nptune.paging.space;

import java.util.ArrayList;
import java.util.List;

/// Keeps what a walk tells.
final class Recorder implements SpaceVisitor {
    final List<Run> runs = new ArrayList<>();
    final List<Remark> remarks = new ArrayList<>();

    @Override
    public void run(Run run) {
        runs.add(run);
    }

    @Override
    public void remark(Remark remark) {
        remarks.add(remark);
    }
}
