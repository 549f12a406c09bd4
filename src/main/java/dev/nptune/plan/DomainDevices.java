package dev.nptune.plan;

import dev.nptune.host.Host;
import dev.nptune.host.HostUse;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.host.Storage.Block;
import dev.nptune.plan.DeviceAdvice.Devices;
import dev.nptune.plan.GroupVerdict.Member;
import dev.nptune.vm.Domain;
import dev.nptune.vm.HostDev;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Judges the functions that a VM has: whether they are there, whole, and the host's to give.
final class DomainDevices {
    private static final String PCI = "/sys/bus/pci/devices";

    private final Host host;
    private final Domain domain;
    private final GroupJudge judge;
    private final Set<String> disks;
    private final List<Card> cards;
    private final List<PciFunction> passed = new ArrayList<>();
    private final List<PciAddress> gone = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final boolean kept;
    private final boolean singleGpu;

    /// @param kept whether what the VM is given stays as it is, so that nothing of it is refused
    /// @param singleGpu whether a hook of ours will take the machine's only card from the desktop
    DomainDevices(Host host, Domain domain, boolean kept, boolean singleGpu) {
        this.kept = kept;
        this.singleGpu = singleGpu;
        this.host = host;
        this.domain = domain;
        this.disks = domain.disks().stream()
                .flatMap(d -> d.source().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        this.judge = new GroupJudge(host, disks);
        this.cards = Card.all(host, judge);
    }

    DeviceAdvice judge() {
        find();
        if (passed.isEmpty()) {
            return new Devices(List.of(), List.of(), gone, false, List.of(), warnings, offers(List.of()));
        }
        Optional<Refusal> needed = needed();
        if (needed.isPresent()) {
            return refused(needed.get());
        }
        List<Member> missing = missing();
        List<PciFunction> whole = new ArrayList<>(passed);
        missing.forEach(m -> whole.add(m.function()));
        return switch (judge.judge(whole)) {
            case GroupVerdict.NoGroups _ -> refused(GroupRefusals.noGroups(host));
            case GroupVerdict.Blocked blocked -> refused(GroupRefusals.blocked(host, passed, blocked));
            case GroupVerdict.Unknown(String reason) -> {
                warnings.add("not known: what shares the IOMMU groups of " + DeviceWords.addresses(passed) + " ("
                        + reason + ")");
                yield advice(missing);
            }
            case GroupVerdict.Alone _ -> advice(missing);
            case GroupVerdict.Along along -> {
                missing.addAll(along.others());
                yield advice(missing);
            }
        };
    }

    /// Of what is kept a refusal is but a warning: the rest of the plan is none the worse for it.
    private DeviceAdvice refused(Refusal refusal) {
        if (!kept) {
            return refusal;
        }
        warnings.add("kept as it is, though " + refusal.reason());
        return new Devices(DeviceWords.passed(known(passed)), List.of(), gone, false, List.of(), warnings, List.of());
    }

    /// Sorts the VM's functions into those that are there and those that are not.
    private void find() {
        for (HostDev hostdev : domain.hostdevs()) {
            PciAddress address = hostdev.address();
            Optional<PciFunction> function = host.function(address);
            if (function.isEmpty()) {
                if (host.pci().isEmpty() || host.gap(PCI).isPresent()) {
                    warnings.add("not known: whether the machine has " + address + " (" + hostdev.path() + ")");
                } else if (!gone.contains(address)) {
                    gone.add(address);
                    warnings.add("the machine has no " + address + ", which the VM is given (" + hostdev.path()
                            + "): the card was moved or taken out, and the VM does not start");
                }
            } else if (passed.contains(function.get())) {
                warnings.add("the VM is given " + address + " twice (" + hostdev.path() + "): it does not start");
            } else {
                passed.add(function.get());
            }
        }
        passed.stream()
                .filter(f -> f.vendorId() == PciFunction.UNKNOWN_ID || f.deviceId() == PciFunction.UNKNOWN_ID)
                .forEach(f -> warnings.add("not known: what " + f.address() + " is; its id could not be read, so that"
                        + " nothing can be bound to it by address and id"));
    }

    /// A function that the host cannot do without.
    private Optional<Refusal> needed() {
        List<String> used = new ArrayList<>();
        for (PciFunction function : passed) {
            HostUse use = HostUse.of(host, function.address());
            if (!use.vital().isEmpty()) {
                used.add(DeviceWords.of(function) + ": " + String.join("; ", use.vital()));
            } else if (!use.uses().isEmpty()) {
                warnings.add("the VM is given " + DeviceWords.of(function) + ", which the host uses: "
                        + String.join("; ", use.uses()) + ". Unmount it, or take it down, before the VM starts: else"
                        + " data is lost");
            }
            use.unknown()
                    .forEach(why ->
                            warnings.add("not known: whether the host needs " + DeviceWords.of(function) + ": " + why));
            usb(function);
            disk(function, use);
        }
        return used.isEmpty()
                ? Optional.empty()
                : Optional.of(new Refusal(
                        "the VM is given what the host needs: " + String.join(". ", used),
                        "Take it out of the VM, or move what the host has there to another device first."));
    }

    private void usb(PciFunction function) {
        boolean hosts =
                function.driver().get().filter(d -> d.endsWith("vfio-pci")).isEmpty();
        if (function.isUsbController() && hosts) {
            UsbInput.against(
                            host,
                            function.address(),
                            passed.stream().map(PciFunction::address).collect(Collectors.toSet()))
                    .ifPresent(why -> warnings.add(DeviceWords.of(function) + " " + why));
        }
    }

    private void disk(PciFunction function, HostUse use) {
        for (String source : DriveUse.sources(domain).toList()) {
            Optional<Block> block = host.storage().block(source);
            boolean on = block.filter(b -> DriveUse.below(host, b).stream()
                            .anyMatch(d -> use.drives().contains(d.name())))
                    .isPresent();
            if (on) {
                warnings.add("the VM has " + source + " as a disk and is given its controller "
                        + DeviceWords.of(function) + " too: take the disk out");
            } else if (block.isEmpty()
                    && source.startsWith("/dev/")
                    && !use.drives().isEmpty()) {
                warnings.add("not known: whether " + source + ", a disk of the VM, is on " + DeviceWords.of(function)
                        + " (" + String.join(", ", use.drives())
                        + "), which it is given too; if so, take the disk out");
            }
        }
    }

    /// The functions of the VM's cards that it is not given and that share an IOMMU group with what it is given.
    private List<Member> missing() {
        List<Member> missing = new ArrayList<>();
        for (Card card : mine()) {
            card.functions().stream()
                    .filter(f -> !passed.contains(f) && !apart(f))
                    .filter(f -> judge.needed(f, passed).isEmpty())
                    .forEach(f -> missing.add(new Member(
                            f, "is part of the card " + card.display().address() + ", of which the VM gets all")));
        }
        return missing;
    }

    /// Whether it is known to share a group with nothing that is passed.
    private boolean apart(PciFunction function) {
        return function.iommuGroup()
                .get()
                .filter(group -> passed.stream()
                        .allMatch(p -> p.iommuGroup()
                                .get()
                                .filter(g -> !g.equals(group))
                                .isPresent()))
                .isPresent();
    }

    private List<Card> mine() {
        return cards.stream().filter(c -> passed.contains(c.display())).toList();
    }

    private DeviceAdvice advice(List<Member> along) {
        PassedDevices devices = new PassedDevices(host, passed, along, domain, singleGpu);
        Optional<Refusal> refusal = devices.findings().refusal();
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        CardChoices choices = new CardChoices(host, cards, domain.name(), singleGpu);
        choices.warn(warnings);
        along.forEach(m -> choices.choices().add(add(m)));
        mine().forEach(choices::judge);
        choices.warn(devices.warnings());
        List<PciFunction> others = passed.stream()
                .filter(f -> mine().stream().noneMatch(c -> c.functions().contains(f)))
                .toList();
        PassedDevices.alsoIn(host, others, domain.name())
                .forEach(name -> choices.warn(List.of("the VM '" + name + "' is given some of "
                        + DeviceWords.addresses(others) + " too: only one of them can run at a time")));
        return new Devices(
                DeviceWords.passed(known(passed)),
                DeviceWords.passed(known(along.stream().map(Member::function).toList())),
                gone,
                choices.hook(),
                choices.choices(),
                choices.warnings(),
                offers(devices.all()));
    }

    private static Choice add(Member member) {
        return new Choice(
                Topic.GRAPHICS,
                "pass " + DeviceWords.of(member.function()) + " too",
                "It " + member.why() + ".",
                "",
                "the host is without it while the VM runs");
    }

    private static List<PciFunction> known(List<PciFunction> functions) {
        return functions.stream()
                .filter(f -> f.vendorId() != PciFunction.UNKNOWN_ID && f.deviceId() != PciFunction.UNKNOWN_ID)
                .toList();
    }

    private List<DeviceAdvice.Offer> offers(List<PciFunction> taken) {
        List<DeviceAdvice.Offer> all = new ArrayList<>(DeviceOffers.of(host, taken, disks));
        for (Card card : mine()) {
            card.functions().stream()
                    .filter(f -> !taken.contains(f) && !f.isUsbController() && apart(f))
                    .filter(f -> judge.needed(f, taken).isEmpty())
                    .filter(f -> judge.judge(List.of(f)) instanceof GroupVerdict.Alone)
                    .forEach(f -> all.add(part(card, f)));
        }
        return all;
    }

    private static DeviceAdvice.Offer part(Card card, PciFunction function) {
        return new DeviceAdvice.Offer(
                DeviceWords.passed(List.of(function)),
                new Choice(
                        Topic.GRAPHICS,
                        DeviceWords.of(function) + ", a part of the card "
                                + card.display().address(),
                        "It has an IOMMU group of its own, so that it may stay with the host.",
                        "",
                        "the host is without it while the VM runs"));
    }
}
