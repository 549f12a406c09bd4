package dev.nptune.plan;

import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.HostFacts;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Settings of the host's kernel that can be made, and taken back, while it runs.
final class HostSettingsPlan {
    private static final String NO_FLR = "no flr for ";

    private final Draft draft;
    private final Host host;
    private final Sysctl sysctl;
    private final ModprobeEdits modprobe;

    private HostSettingsPlan(Draft draft, Host host, Sysctl sysctl, ModprobeEdits modprobe) {
        this.draft = draft;
        this.host = host;
        this.sysctl = sysctl;
        this.modprobe = modprobe;
    }

    static void add(Draft draft, Host host, Findings findings, Sysctl sysctl, ModprobeEdits modprobe) {
        HostSettingsPlan plan = new HostSettingsPlan(draft, host, sysctl, modprobe);
        findings.finding("numa-balancing").ifPresent(_ -> plan.numaBalancing());
        findings.finding("compaction").ifPresent(_ -> plan.compaction());
        findings.finding("split-lock").ifPresent(_ -> plan.splitLock());
        findings.finding("halt-poll").ifPresent(plan::haltPoll);
        findings.finding("nx-hugepages").ifPresent(plan::hugeCode);
        findings.finding("flr-quirk").ifPresent(plan::resets);
    }

    /// The other bit of the setting moves memory between fast and slow kinds, which is another matter.
    private void numaBalancing() {
        Fact<Integer> now = host.memory().numaBalancing();
        String after = Integer.toString(now.get().orElseThrow() & ~1);
        write("numa-balancing", "kernel.numa_balancing", now, after, "No balancing of memory between NUMA nodes");
        draft.choose(new Choice(
                Topic.HOST,
                "no balancing of memory between NUMA nodes",
                "It unmaps guest pages to see who misses them, for vCPUs whose place is fixed anyway.",
                "",
                "programs of the host that are not bound to a node lose the help"));
    }

    private void compaction() {
        Fact<String> defrag = host.memory().thpDefrag();
        draft.change(new Change.WriteSysfs(
                "Compact memory in page faults only where a program asks for huge pages",
                List.of("compaction"),
                defrag.source(),
                defrag.get().orElseThrow(),
                "madvise"));
        write(
                "compaction",
                "vm.compaction_proactiveness",
                host.memory().compactionProactiveness(),
                "0",
                "No compaction of memory in the background");
        draft.choose(new Choice(
                Topic.HOST,
                "less compaction of memory",
                "Page faults wait until a huge page is made, and moving pages takes CPU time: short stalls.",
                "",
                "fewer huge pages on a host that has run for long"));
    }

    private void splitLock() {
        Fact<Integer> now = host.kernel().splitLockMitigate();
        if (now.get().isEmpty()) {
            draft.leave(
                    "split-lock",
                    "left alone: this kernel has no setting for it. Add split_lock_detect=off to the kernel command"
                            + " line.");
            return;
        }
        write("split-lock", "kernel.split_lock_mitigate", now, "0", "No sleep for locks across two cache lines");
        draft.choose(new Choice(
                Topic.HOST,
                "no sleep for locks across two cache lines",
                "The kernel's log shows vCPUs that were put to sleep for at least 10 ms for one.",
                "",
                "a program in the guest can slow down memory for the whole machine"));
    }

    /// Sets a kernel setting now and for every boot.
    private void write(String rule, String key, Fact<Integer> now, String after, String summary) {
        draft.change(new Change.WriteSysfs(
                summary, List.of(rule), now.source(), now.get().orElseThrow().toString(), after));
        sysctl.set(rule, key, after, "Set " + key + " to " + after + " at every boot", summary + " (" + rule + ").")
                .ifPresent(stronger -> draft.note(rule + ": " + stronger.file() + " sets " + key + " to "
                        + stronger.value() + " at every boot: make that " + after + ", or take the line out."));
    }

    private void haltPoll(Finding finding) {
        parameter(
                finding,
                "halt_poll_ns",
                "200000",
                "Let KVM wait 200 µs for a vCPU that sleeps",
                HostSettingsPlan::isNoneOrFar);
        draft.choose(new Choice(
                Topic.HOST,
                "KVM waits up to 200 µs for a vCPU that sleeps, its default",
                "At 0 each wake-up goes through the host's scheduler; far above, idle vCPUs burn whole host CPUs.",
                "",
                "polling costs power"));
    }

    /// Nothing at all or above a millisecond.
    private static boolean isNoneOrFar(String nanoseconds) {
        return nanoseconds.matches("\\d{1,10}")
                && (Long.parseLong(nanoseconds) == 0 || Long.parseLong(nanoseconds) > 1_000_000);
    }

    private void hugeCode(Finding finding) {
        parameter(
                finding,
                "nx_huge_pages",
                "N",
                "Do not split huge pages that hold code",
                v -> !HostFacts.isFalse(v) && !v.equals("auto") && !v.equals("never"));
        draft.choose(Choice.of(
                Topic.HOST,
                "huge pages that hold code are not split",
                "The kernel says that this processor is not affected by the flaw for which they are."));
    }

    /// Sets a parameter of kvm that the kernel takes while the module is loaded, and drops what would undo it at its
    /// next load.
    private void parameter(Finding finding, String parameter, String after, String summary, Predicate<String> wrong) {
        Evidence now = finding.evidence().getFirst();
        String rule = finding.rule();
        draft.change(new Change.WriteSysfs(summary, List.of(rule), now.where(), now.found(), after));
        Optional<String> word = modprobe.onCommandLine("kvm", parameter, wrong);
        Optional<String> kept = word.isPresent()
                ? word.map(w -> "take " + w + " off the kernel command line (plan with --drop-kernel-arg " + w + ")")
                : modprobe.drop(rule, "kvm", parameter, wrong);
        kept.ifPresent(why -> draft.note(rule + ": this lasts until reboot: " + why + "."));
    }

    /// Functions that hang in a function-level reset are reset in another of the ways they have.
    private void resets(Finding finding) {
        List<Change> writes = new ArrayList<>();
        for (Evidence e : finding.evidence()) {
            List<String> others = new ArrayList<>(List.of(e.found().split(" ")));
            others.remove("flr");
            if (!e.wanted().startsWith(NO_FLR) || others.isEmpty()) {
                draft.leave(
                        "flr-quirk",
                        "left alone: the function has no other way to be reset, or the kernel does not say which it"
                                + " has. " + finding.fix());
                return;
            }
            writes.add(new Change.WriteSysfs(
                    "Reset " + e.wanted().substring(NO_FLR.length()) + " in another way than it hangs in",
                    List.of("flr-quirk"),
                    e.where(),
                    e.found(),
                    String.join(" ", others)));
        }
        writes.forEach(draft::change);
        draft.note("flr-quirk: this lasts until reboot; a kernel that knows of the flaw needs no such setting.");
        draft.choose(Choice.of(
                Topic.HOST,
                "another way to reset the passed functions of the chipset",
                "They hang in a function-level reset, and the VM or the host with them."));
    }
}
