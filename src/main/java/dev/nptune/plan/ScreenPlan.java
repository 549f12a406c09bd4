package dev.nptune.plan;

import dev.nptune.doctor.HostFacts;
import dev.nptune.doctor.OwnHooks;
import dev.nptune.host.Host;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.host.Virtualization.Hook;
import dev.nptune.vm.Domain;
import dev.nptune.vm.HostDev;
import java.util.List;
import java.util.Optional;

/// Gives a VM the machine's only graphics card by a libvirt hook that ends the desktop while the VM runs (see
/// [ScreenScript]), if a person has agreed to that. A hook that is there counts as agreed to, and is kept up to
/// date.
final class ScreenPlan {
    private static final String ASKED = "--single-gpu";

    /// Words of hooks that take a card from the desktop.
    private static final String[] OTHERS = {"display-manager", "unbind", "nodedev-detach", "vtcon", "isolate"};

    private ScreenPlan() {}

    /// Why the hook that was asked for cannot be had.
    static Optional<Refusal> refusal(Host host, Domain domain, Request request) {
        if (!request.host().singleGpu() || !isOnlyCard(host, domain)) {
            return Optional.empty();
        }
        String path = ScreenScript.path(domain.name());
        Optional<Hook> there = OwnHooks.at(host, path);
        if (there.isPresent() && !HostFacts.isOwnHook(there.get())) {
            return Optional.of(new Refusal(
                    path + " is there and not of nptune's making",
                    "Move it away, or plan without " + ASKED + " if it takes the card from the desktop."));
        }
        return HostFacts.libvirtFrom(host, 6, 5).orElse(false)
                ? Optional.empty()
                : Optional.of(new Refusal(
                        HostFacts.libvirtFrom(host, 6, 5).isPresent()
                                ? "libvirt before 6.5 runs no hooks from a folder, as " + ASKED + " needs"
                                : "libvirt's version is not known; from 6.5 on it runs hooks from a folder, as " + ASKED
                                        + " needs",
                        "Install a newer libvirt, or add a second graphics card for the host."));
    }

    /// Whether the plan has the hook written.
    static boolean writes(Host host, Domain domain, Request request) {
        return request.host().singleGpu()
                && !request.keep().contains(Topic.HOST)
                && !request.keep().contains(Topic.GRAPHICS)
                && isOnlyCard(host, domain)
                && !others(host, domain);
    }

    static void add(Draft draft, Host host, Request request) {
        Domain domain = draft.domain();
        Optional<Hook> own = OwnHooks.screenHook(host, domain.name());
        boolean only = isOnlyCard(host, domain);
        if (own.isPresent() && !only) {
            draft.note("screen: " + own.get().path() + " takes the host's screen for the VM, which does not have the"
                    + " host's only graphics card any more: it can be removed.");
        } else if (request.host().singleGpu() && !only) {
            draft.note("screen: " + ASKED + " has nothing to do: the VM does not have the host's only graphics card.");
        } else if (request.host().singleGpu() && own.isEmpty() && others(host, domain)) {
            draft.note("screen: a hook of yours takes the card from the desktop already: it stays as it is.");
        } else if (only
                && !draft.keeps(Topic.HOST)
                && !draft.keeps(Topic.GRAPHICS)
                && (own.isPresent() || request.host().singleGpu())) {
            write(draft, host, own);
        }
    }

    private static void write(Draft draft, Host host, Optional<Hook> own) {
        Domain domain = draft.domain();
        String manager = host.boot().displayManager().get().orElse("");
        String after = ScreenScript.of(domain.name(), functions(host, domain), manager);
        Optional<String> before = own.flatMap(hook -> hook.text().get());
        if (before.equals(Optional.of(after))) {
            return;
        }
        String desktop = manager.isEmpty() ? "the display manager" : manager;
        draft.choose(new Choice(
                Topic.GRAPHICS,
                "the desktop ends when the VM starts, with all that is open on it, and comes back when the VM stops",
                "The VM has the machine's only graphics card: a libvirt hook stops " + desktop
                        + ", ends the sessions at the screen that still hold the card, and gives all back afterwards; a"
                        + " watchdog does so where the VM does not come up or libvirt fails.",
                "",
                "what is not saved is lost each time, and the host has no screen while the VM runs: have SSH ready"));
        draft.change(new Change.EditFile(
                "Take the only graphics card from the desktop while " + domain.name() + " runs",
                List.of(DeviceFindings.ONE_GPU),
                ScreenScript.path(domain.name()),
                before.orElse(null),
                after));
        draft.note("screen: save what is open before the VM starts; start it over SSH the first time (virsh start "
                + domain.name()
                + "). What the hook did is in /run/nptune/screen and the journal (journalctl -t nptune).");
        if (!HookPlan.foundAtStart(host)) {
            draft.note("screen: " + HookPlan.RESTART + " Until then the VM does not start while the desktop runs.");
        }
    }

    /// Whether all the machine's displays are the VM's.
    private static boolean isOnlyCard(Host host, Domain domain) {
        List<PciFunction> displays =
                host.pci().stream().filter(PciFunction::isDisplay).toList();
        return !displays.isEmpty()
                && displays.stream()
                        .allMatch(display -> domain.hostdevs().stream()
                                .anyMatch(h -> h.address().equals(display.address())));
    }

    /// What the VM has of its cards, in the machine's order.
    private static List<PassedFunction> functions(Host host, Domain domain) {
        List<PciAddress> passed =
                domain.hostdevs().stream().map(HostDev::address).toList();
        return host.pci().stream()
                .filter(f -> passed.contains(f.address()) && f.vendorId() != PciFunction.UNKNOWN_ID)
                .filter(f -> host.pci().stream()
                        .anyMatch(d -> d.isDisplay() && d.address().sameDevice(f.address())))
                .map(DeviceWords::passed)
                .toList();
    }

    private static boolean others(Host host, Domain domain) {
        return HostFacts.othersHooksMention(host, domain, OTHERS);
    }
}
