package dev.nptune.plan;

import dev.nptune.doctor.HostFacts;
import dev.nptune.doctor.OwnHooks;
import dev.nptune.host.Host;
import dev.nptune.host.PciFunction;
import dev.nptune.host.Virtualization.Hook;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The libvirt hook that has a VM start only where each device passed to it is still the one that was planned.
///
/// libvirt passes whatever is at an address (`managed='yes'`) and takes it from the host for that. After a card is
/// moved or swapped another device may be there: the drive that the host runs from, or the host's own graphics card.
/// What the VM does not have any more, by the XML that libvirt gives the hook, is not looked at, and where nothing is
/// at the address libvirt says so itself.
final class HostdevHook {
    /// Plain sh with cat.
    private static final String BODY = """
            [ "${1-}/${2-}/${3-}" = "$vm/prepare/begin" ] || exit 0
            xml=$(cat)
            for device in $devices; do
                address=${device%=*}
                rest=${address#*:}
                slot=${rest#*:}
                bus="domain='0x${address%%:*}' bus='0x${rest%%:*}'"
                case $xml in
                *"<address $bus slot='0x${slot%.*}' function='0x${slot#*.}'/>"*) ;;
                *) continue ;;
                esac
                [ -e "/sys/bus/pci/devices/$address/vendor" ] || continue
                vendor= kind=
                read -r vendor < "/sys/bus/pci/devices/$address/vendor"
                read -r kind < "/sys/bus/pci/devices/$address/device"
                now=${vendor#0x}:${kind#0x}
                [ "$now" != "${device#*=}" ] || continue
                echo "nptune: at $address is $now now and not ${device#*=}: the host keeps it, and the VM does not\\
             start. Make a new plan for it with nptune." >&2
                exit 1
            done
            exit 0
            """;

    private HostdevHook() {}

    static void add(Draft draft, Host host) {
        String name = draft.domain().name();
        List<PassedFunction> functions = functions(draft, host);
        if (functions.isEmpty() || draft.keeps(Topic.HOST)) {
            return;
        }
        String path = OwnHooks.hostdevs(name);
        Optional<Hook> there = OwnHooks.at(host, path);
        if (there.isPresent() && !HostFacts.isOwnHook(there.get())) {
            draft.note("devices: " + path + " is there and not of nptune's making: it stays.");
            return;
        }
        if (!HostFacts.libvirtFrom(host, 6, 5).orElse(false)) {
            draft.note("devices: libvirt from 6.5 on runs hooks from a folder; with this one nothing refuses to start "
                    + name + " where another device has come to an address of a passed one: plan again after cards"
                    + " are moved.");
            return;
        }
        Optional<String> before = there.flatMap(hook -> hook.text().get());
        String after = of(name, functions);
        if (before.equals(Optional.of(after))) {
            return;
        }
        draft.change(new Change.EditFile(
                "Start " + name + " only with the devices it has now, not with others at their addresses",
                List.of(),
                path,
                before.orElse(null),
                after));
        if (!HookPlan.foundAtStart(host) && !draft.notes(HookPlan.RESTART)) {
            draft.note("devices: " + HookPlan.RESTART);
        }
    }

    private static List<PassedFunction> functions(Draft draft, Host host) {
        return draft.domain().hostdevs().stream()
                .flatMap(h -> host.function(h.address()).stream())
                .filter(f -> f.vendorId() != PciFunction.UNKNOWN_ID)
                .map(DeviceWords::passed)
                .distinct()
                .toList();
    }

    /// The script for a VM.
    ///
    /// @param functions what it is given, with the ids they must have
    static String of(String domain, List<PassedFunction> functions) {
        String devices = functions.stream().map(f -> f.address() + "=" + f.id()).collect(Collectors.joining(" "));
        return """
                #!/bin/sh
                %s for the VM %s: it starts only with the devices it was planned with.
                # 'nptune rollback' takes it away again.
                vm=%s
                devices=%s
                """.formatted(
                        HostFacts.OWN_HOOK, HookScript.shown(domain), HookScript.word(domain), HookScript.word(devices))
                + BODY;
    }
}
