package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.doctor.Doctor;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.OwnHooks;
import dev.nptune.doctor.TestHost;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import dev.nptune.vm.DomainSchema;
import dev.nptune.vm.SchemaProblem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Plans for tests, and what is common to all of them: what libvirt's schema takes it takes afterwards too, what a plan
/// answers is not found again, and a plan of the result has nothing to edit.
final class Plans {
    static final Consumer<TestHost> SOUND = _ -> {};

    /// What is asked for where CPUs are not what a test is about.
    static final Request ALL_BUT_CPUS = keeping(Topic.CPU);

    private Plans() {}

    private static Request keeping(Topic... topics) {
        Request all = Request.DEFAULT;
        return new Request(
                all.goal(), all.vcpus(), all.memoryBytes(), Set.of(topics), all.virtioDisk(), all.latencies());
    }

    /// A VM with nothing that any rule minds, but for what is put in its place.
    ///
    /// @param cpu the `cpu` element
    /// @param more what else stands in the domain: `features`, `clock`
    /// @param devices what else stands among the devices
    static Domain domain(String machine, String cpu, String more, String devices) {
        return Domain.parse("""
                <domain type='kvm'>
                  <name>win</name>
                  <memory unit='MiB'>512</memory>
                  <vcpu>2</vcpu>
                  <os>
                    <type arch='x86_64' machine='%s'>hvm</type>
                  </os>
                %s%s  <devices>
                %s    <memballoon model='none'/>
                  </devices>
                </domain>
                """.formatted(machine, more, cpu, devices));
    }

    /// A VM with the host's processor.
    static Domain domain(String more, String devices) {
        return domain("pc-q35-8.2", "  <cpu mode='host-passthrough' check='none'/>\n", more, devices);
    }

    /// The sound machine without huge pages, which would ask for a VM to use them, to change in one place.
    static Host host(Consumer<TestHost> machine) {
        return TestHost.host(h -> {
            h.hugeTotal = Fact.known(0L, TestHost.POOL + "nr_hugepages");
            h.hugeFree = Fact.known(0L, TestHost.POOL + "free_hugepages");
            h.gpuSound = false;
            machine.accept(h);
        });
    }

    static Plan of(Domain domain, Consumer<TestHost> machine) {
        return of(domain, machine, Map.of(), ALL_BUT_CPUS);
    }

    static Plan of(Domain domain, Consumer<TestHost> machine, Map<String, String> files, Request request) {
        Host host = host(machine);
        return (Plan) Planner.plan(host, domain, Doctor.examine(host, domain), files, request);
    }

    /// One that leaves parts as they are.
    static Plan keeping(Domain domain, Consumer<TestHost> machine, Topic... topics) {
        return of(domain, machine, Map.of(), keeping(topics));
    }

    /// The domain after a plan, which has to be sound in every way that is the same for all plans.
    static Domain edited(Domain before, Consumer<TestHost> machine) {
        return edited(before, machine, ALL_BUT_CPUS);
    }

    static Domain edited(Domain before, Consumer<TestHost> machine, Request request) {
        Plan plan = of(before, machine, Map.of(), request);
        Domain after = after(plan, before);
        if (problems(before).isEmpty()) {
            assertThat(problems(after)).isEmpty();
        }
        Host host = host(machine);
        List<String> answered = plan.changes().stream()
                .filter(c -> c instanceof Change.DefineDomain)
                .flatMap(c -> c.rules().stream())
                .toList();
        assertThat(Doctor.examine(host, after).findings().stream().map(Finding::rule))
                .doesNotContainAnyElementsOf(answered);
        assertThat(after(of(after, machine, Map.of(), request), after)).isEqualTo(after);
        return after;
    }

    /// The domain that a plan defines; the one before, if it defines none.
    static Domain after(Plan plan, Domain before) {
        return plan.changes().stream()
                .filter(c -> c instanceof Change.DefineDomain)
                .map(c -> Domain.parse(((Change.DefineDomain) c).after()))
                .findFirst()
                .orElse(before);
    }

    /// The changes without the hook that looks at the devices, which every VM with one has written.
    static List<Change> withoutHook(Plan plan) {
        String hook = OwnHooks.hostdevs(plan.domain());
        return plan.changes().stream()
                .filter(c -> !(c instanceof Change.EditFile edit && edit.path().equals(hook)))
                .toList();
    }

    /// The notes about a rule.
    static List<String> notes(Plan plan, String rule) {
        return plan.notes().stream().filter(n -> n.startsWith(rule + ": ")).toList();
    }

    /// What libvirt's schema says against a domain; nothing where it is not installed.
    static List<SchemaProblem> problems(Domain domain) {
        return domain.validated(Path.of(DomainSchema.FOLDER))
                .schemaProblems()
                .get()
                .orElse(List.of());
    }

    static Fact<String> parameter(String module, String name, String value) {
        return TestHost.parameter(module, name, value);
    }
}
