package dev.nptune.apply;

import dev.nptune.plan.Plan;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Carries out plans on a machine, and takes them back.
public final class Applier {
    public Applier(Path root, Libvirt libvirt, Modules modules, Journals journals) {}

    public List<ApplyResult.Difference> check(Plan plan) throws IOException {
        return List.of();
    }

    public ApplyResult apply(Plan plan, ApplyListener listener) throws IOException {
        return new ApplyResult.Refused("not possible yet", List.of());
    }

    public ApplyResult rollback(String id, boolean force, ApplyListener listener) throws IOException {
        return new ApplyResult.Refused("not possible yet", List.of());
    }

    public void cancel() {}
}
