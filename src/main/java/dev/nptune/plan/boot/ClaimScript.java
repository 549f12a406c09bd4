package dev.nptune.plan.boot;

import dev.nptune.host.PciAddress;
import dev.nptune.plan.PassedFunction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The script that claims PCI functions for vfio-pci at boot: of each the address and the `vendor:device` must
/// both match, so that neither a twin of a card is taken nor another card that was put into its slot.
///
/// It sets `driver_override` before any driver is loaded, which keeps all other drivers off, and then loads
/// vfio-pci. That works where vfio-pci is not to be had yet (an initramfs without it): the real root's run binds
/// it then. What has a driver is never taken from it. Nor is the last graphics card of a host whose own is not there
/// any more: a controller of class 03 that is on nobody's list must be left, be it that of a server's BMC; one of
/// class 0302 does not count, for it has nothing to show a picture on. It does nothing unless `nptune.bind=1` is on the
/// kernel's
/// command line, so that the arguments of before undo it, whatever is in the initramfs.
///
/// Source: Documentation/ABI/testing/sysfs-bus-pci of Linux, `driver_override`.
public final class ClaimScript {
    /// Where it is, on the machine and in an initramfs.
    public static final String PATH = "/etc/nptune/vfio-claim";

    /// The name of the kernel argument that must be given, with a mark as its value. The mark is that of all that
    /// is in an initramfs for it, the list of functions and the scripts: with another list or another script the
    /// arguments of before do nothing, and the first boot with what is built anew has new arguments, so it is a
    /// trial.
    public static final String ARGUMENT = "nptune.bind";

    private static final Pattern LINE = Pattern.compile(
            "^claim ([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]) ([0-9a-f]{4}:[0-9a-f]{4})$", Pattern.MULTILINE);

    private static final Pattern MARK = Pattern.compile("^mark=(\\w+)$", Pattern.MULTILINE);

    /// What the shell has built in, and modprobe: an initramfs may have no more. It is called by the path by which
    /// the kernel calls it, since a busybox may take its own for the bare name (Debian's does).
    private static final String BODY = """
            set -f
            wanted=
            devices=/sys/bus/pci/devices

            say() {
                { echo "nptune: $*" >> /dev/kmsg; } 2> /dev/null
            }

            # the last nptune.bind= counts
            asked() {
                line= bind=
                read -r line < /proc/cmdline
                for word in $line; do
                    case $word in nptune.bind=*) bind=${word#*=} ;; esac
                done
                [ "$bind" = "$mark" ]
            }

            # address, vendor:device
            claim() {
                device=$devices/$1 vendor= model=
                if [ ! -e "$device/vendor" ]; then
                    say "no device is at $1; $2 is not claimed"
                    return
                fi
                read -r vendor < "$device/vendor"
                read -r model < "$device/device"
                if [ "${vendor#0x}:${model#0x}" != "$2" ]; then
                    say "$1 is ${vendor#0x}:${model#0x} and not $2: it is left alone"
                elif [ -e "$device/driver" ]; then
                    driver=$(cd -P "$device/driver" && pwd)
                    [ "${driver##*/}" = vfio-pci ] || say "$1 has the driver ${driver##*/} already, and keeps it"
                else
                    wanted="$wanted $1"
                fi
            }

            # address: whether it is a display controller with an output
            shows() {
                class=
                [ ! -e "$devices/$1/class" ] || read -r class < "$devices/$1/class"
                case $class in
                0x0302*) return 1 ;;
                0x03*) return 0 ;;
                *) return 1 ;;
                esac
            }

            # address: whether vfio-pci has it or is to have it
            given() {
                override= driver=
                [ ! -e "$devices/$1/driver_override" ] || read -r override < "$devices/$1/driver_override"
                [ ! -e "$devices/$1/driver" ] || driver=$(cd -P "$devices/$1/driver" && pwd)
                [ "$override" = vfio-pci ] || [ "${driver##*/}" = vfio-pci ]
            }

            # whether the host would lose a display controller and keep none
            dark() {
                loses= keeps=
                set +f
                for device in "$devices"/*; do
                    address=${device##*/}
                    shows "$address" || continue
                    case "$wanted " in
                    *" $address "*) loses=yes ;;
                    *) given "$address" || keeps=yes ;;
                    esac
                done
                set -f
                [ "$loses" = yes ] && [ "$keeps" != yes ]
            }

            asked || exit 0
            """;

    private static final String END = """

            [ -n "$wanted" ] || exit 0
            if dark; then
                say "the host has no other graphics card: it keeps$wanted"
                exit 0
            fi
            for address in $wanted; do
                echo vfio-pci > "$devices/$address/driver_override"
            done
            /sbin/modprobe -q vfio-pci
            for address in $wanted; do
                [ -e "$devices/$address/driver" ] || echo "$address" > /sys/bus/pci/drivers_probe
                [ -e "$devices/$address/driver" ] || say "$address waits for vfio-pci"
            done 2> /dev/null
            exit 0
            """;

    private ClaimScript() {}

    /// The script for a machine.
    ///
    /// @param functions all that are to be claimed
    /// @param beside the texts that go into an initramfs beside it
    static String of(List<PassedFunction> functions, Collection<String> beside) {
        String mark = mark(functions, beside);
        String head = """
                #!/bin/sh
                # Made by nptune: gives PCI functions to vfio-pci before another driver has them, if the kernel was
                # booted with %1$s=%2$s. 'nptune rollback' takes it away again.
                mark=%2$s
                """.formatted(ARGUMENT, mark);
        String claims = functions.stream()
                .map(f -> "claim " + f.address() + " " + f.id() + "\n")
                .collect(Collectors.joining());
        return head + BODY + claims + END;
    }

    /// The kernel argument with which a script claims.
    static String argument(String script) {
        return ARGUMENT + "="
                + MARK.matcher(script)
                        .results()
                        .map(m -> m.group(1))
                        .findFirst()
                        .orElse("");
    }

    private static String mark(List<PassedFunction> functions, Collection<String> beside) {
        String list = functions.stream().map(f -> f.address() + " " + f.id()).collect(Collectors.joining(","));
        String all = list + "\n" + BODY + END + String.join("", beside);
        return String.format(Locale.ROOT, "%08x", all.hashCode());
    }

    /// What a script claims.
    public static List<PassedFunction> functions(String script) {
        List<PassedFunction> all = new ArrayList<>();
        for (MatchResult line : LINE.matcher(script).results().toList()) {
            all.add(new PassedFunction(PciAddress.parse(line.group(1)), line.group(2)));
        }
        return all;
    }
}
