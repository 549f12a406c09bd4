package dev.nptune.plan;

import dev.nptune.host.Host;
import dev.nptune.host.HostUse;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.plan.DeviceAdvice.Devices;
import dev.nptune.plan.GroupVerdict.Member;
import dev.nptune.vm.Disk;
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

    DomainDevices(Host host, Domain domain) {
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
            return needed.get();
        }
        List<Member> missing = missing();
        List<PciFunction> whole = new ArrayList<>(passed);
        missing.forEach(m -> whole.add(m.function()));
        return switch (judge.judge(whole)) {
            case GroupVerdict.NoGroups _ -> GroupRefusals.noGroups(host);
            case GroupVerdict.Blocked blocked -> GroupRefusals.blocked(host, passed, blocked);
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
            if (!use.uses().isEmpty()) {
                used.add(DeviceWords.of(function) + ": " + String.join("; ", use.uses()));
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
            UsbInput.against(host, function.address())
                    .ifPresent(why -> warnings.add(DeviceWords.of(function) + " " + why));
        }
    }

    private void disk(PciFunction function, HostUse use) {
        for (Disk disk : domain.disks()) {
            disk.source()
                    .filter(s -> use.drives().stream().anyMatch(d -> s.startsWith("/dev/" + d)))
                    .ifPresent(s -> warnings.add("the VM has " + s + " as a disk and is given its controller "
                            + DeviceWords.of(function) + " too: take the disk out"));
        }
    }

    /// The functions of the VM's cards that it is not given.
    private List<Member> missing() {
        List<Member> missing = new ArrayList<>();
        for (Card card : mine()) {
            card.functions().stream()
                    .filter(f -> !passed.contains(f))
                    .forEach(f -> missing.add(new Member(
                            f, "is part of the card " + card.display().address() + ", of which the VM gets all")));
        }
        return missing;
    }

    private List<Card> mine() {
        return cards.stream().filter(c -> passed.contains(c.display())).toList();
    }

    private DeviceAdvice advice(List<Member> along) {
        PassedDevices devices = new PassedDevices(host, passed, along, domain);
        Optional<Refusal> refusal = devices.findings().refusal();
        if (refusal.isPresent()) {
            return refusal.get();
        }
        CardChoices choices = new CardChoices(host, cards, domain.name());
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
        return DeviceOffers.of(host, taken, disks);
    }
}
