package dev.nptune.plan.boot;

import dev.nptune.host.Host;
import dev.nptune.host.Network;
import dev.nptune.host.PciAddress;
import dev.nptune.internal.text.ShellText;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The check that a machine has come up with new kernel arguments: a unit of systemd's that runs a script once a boot.
/// Until it has found all well, a boot loader that can fall back goes back to the old arguments at the next boot.
///
/// All well is: every graphics card that the host keeps has its driver, there is a way out to the network if there was
/// one, users may log in, and the display manager runs if one did when this was planned. The network counts only where
/// a cable led out then: a secret of a wireless network may be its user's, and a tunnel may be set up by hand, so that
/// they are up only after somebody has logged in. That a claimed function is not on vfio-pci does no harm to the host:
/// it is noted down in [#REMARKS] and is no reason to go back.
final class BootCheck {
    /// The script.
    static final String SCRIPT = "/etc/nptune/boot-check";
    /// The unit that runs it.
    static final String UNIT = "/etc/systemd/system/nptune-boot.service";
    /// What pulls the unit in, without the symbolic link that `systemctl enable` would make.
    static final String WANTED = "/etc/systemd/system/multi-user.target.d/nptune.conf";
    /// What keeps systemd-boot from counting a boot as good before the check.
    static final String REQUIRED = "/etc/systemd/system/boot-complete.target.d/nptune.conf";

    /// Where remarks on a boot that was good are noted down, a line each; not there if there is none.
    static final String REMARKS = "/var/lib/nptune/boot-remarks";
    /// What tells people who log in that the machine runs with what was kept; pam_motd(8) shows it.
    static final String MESSAGE = "/run/motd.d/nptune";

    static final String UNIT_TEXT = """
            # Made by nptune; 'nptune rollback' takes it away again.
            [Unit]
            Description=Check that the machine has come up with changed kernel arguments
            Documentation=man:systemd-bless-boot.service(8)
            After=systemd-user-sessions.service display-manager.service network.target getty.target
            Before=boot-complete.target
            # A VM that starts by itself takes its card from the driver that is looked for. So the daemons of libvirt, and
            # nothing else, wait until the check has ended: a second or so, and up to three minutes where all is not well.
            Before=libvirtd.service virtqemud.service libvirt-guests.service
            ConditionPathExists=/etc/nptune/boot-check

            [Service]
            Type=oneshot
            RemainAfterExit=yes
            ExecStart=/bin/sh /etc/nptune/boot-check
            TimeoutStartSec=5min
            """;

    static final String WANTED_TEXT = """
            # Made by nptune; 'nptune rollback' takes it away again.
            [Unit]
            Wants=nptune-boot.service
            """;

    static final String REQUIRED_TEXT = """
            # Made by nptune; 'nptune rollback' takes it away again.
            [Unit]
            Requires=nptune-boot.service
            After=nptune-boot.service
            """;

    private static final String BODY = """
            # words are patterns, and no names of files
            set -f
            state=$root/var/lib/nptune/boot-state
            remarks=$root/var/lib/nptune/boot-remarks
            message=$root/run/motd.d/nptune

            # what the kernel was given, a word to an argument: no quotes, and for the blanks within them a _
            given=$(sed -e ':again' -e 's/^\\(\\([^"]*"[^"]*"\\)*[^"]*"[^" ]*\\) /\\1_/' -e 't again' -e 's/"//g' "$root/proc/cmdline")

            # whether an argument is given; the patterns are ours
            has() {
                for word in $given; do
                    [ "$word" != -- ] || return 1
                    case $word in $1) return 0 ;; esac
                done
                return 1
            }

            # whether the machine runs with the new arguments
            new() {
                for argument in $added; do
                    has "$argument" || return 1
                done
                for argument in $dropped; do
                    ! has "$argument" && ! has "$argument=*" || return 1
                done
            }

            say() {
                echo "nptune: $1"
                echo "nptune: $1" > "$root/dev/kmsg"
            }

            # the functions that this boot claims and vfio-pci has not
            unclaimed() {
                list=$root/etc/nptune/vfio-claim
                [ -e "$list" ] && has "nptune.bind=$(sed -n 's/^mark=//p' "$list")" || return 0
                for address in $(sed -n 's/^claim \\([0-9a-f:.]*\\) .*/\\1/p' "$list"); do
                    driver=$(readlink "$root/sys/bus/pci/devices/$address/driver") || driver='no driver'
                    [ "${driver##*/}" = vfio-pci ] || echo "$address has ${driver##*/} and not vfio-pci"
                done
            }

            remark() {
                found=$(unclaimed)
                [ -n "$found" ] || return 0
                echo "$found" > "$remarks"
                while read -r line; do
                    say "$line"
                done < "$remarks"
            }

            # for those who log in
            warn() {
                release=
                [ ! -e "$root/proc/sys/kernel/osrelease" ] || read -r release < "$root/proc/sys/kernel/osrelease"
                mkdir -p "${message%/*}"
                {
                    echo 'nptune: this machine runs with what it was started with before the last change: it did not come'
                    echo 'up with the new kernel arguments, or another system was started in between. Run'
                    echo "'sudo nptune rollback' before the next update of the system: updates leave the kept kernel as"
                    echo 'it is, and may remove its modules.'
                    if [ ! -e "$root/lib/modules/$release/modules.dep" ]; then
                        echo "The modules of the running kernel, /lib/modules/$release, are gone already: hardware that"
                        echo 'needs one that is not loaded does not work until then.'
                    fi
                } > "$message"
            }

            tell() {
                mkdir -p "${state%/*}"
                rm -f "$remarks"
                if [ "$1" = confirmed ]; then
                    remark
                fi
                echo "$1 $(date -u +%Y-%m-%dT%H:%M:%SZ)" > "$state.new" && mv "$state.new" "$state" && sync "$state"
            }

            editenv() {
                if command -v grub-editenv > /dev/null; then
                    grub-editenv "$root$block" "$@"
                else
                    grub2-editenv "$root$block" "$@"
                fi
            }

            # GRUB reads the disk, and before anything else is told the block must be there
            settle() {
                sync -f "$root$block" 2> /dev/null || sync
            }

            # what GRUB remembers of the trial
            remembered() {
                [ -z "$block" ] || editenv list | sed -n 's/^nptune_trial=//p'
            }

            driven() {
                for card in $cards; do
                    driver=$(readlink "$root/sys/bus/pci/devices/$card/driver") || return 1
                    [ "${driver##*/}" != vfio-pci ] || return 1
                done
            }

            # a default route: destination 0 in the kernel's tables
            routed() {
                [ "$network" = yes ] || return 0
                [ -z "$(sed -n '2,$ s/^[^[:space:]]*[[:space:]]00000000[[:space:]].*/yes/p' "$root/proc/net/route")" ] ||
                    return 0
                routes=$(sed -n '/[[:space:]]lo$/! s/^0\\{32\\} 00 .*/yes/p' "$root/proc/net/ipv6_route")
                [ -n "$routes" ]
            } 2> /dev/null

            reachable() {
                systemctl -q is-active systemd-user-sessions.service || return 1
                [ -z "$desktop" ] || systemctl -q is-active "$desktop"
            }

            # waits for something that takes its time after boot
            within() {
                tries=$patience
                until "$1"; do
                    tries=$((tries - 1))
                    [ $tries -gt 0 ] || return 1
                    sleep 1
                done
            }

            # whether systemd-boot has no try left to the new entry
            used_up() {
                [ -n "$entry" ] || return 1
                set +f
                set -- "$root$entry"+0-*.conf
                set -f
                [ -e "$1" ]
            }

            check() {
                within driven || { say "a graphics card of the host ($cards) has no driver"; return 1; }
                within routed || { say "there is no way to the network"; return 1; }
                within reachable || { say "nobody can log in"; return 1; }
            }

            # whether these arguments have been found well before
            confirmed() {
                [ "$state" -nt "$root/etc/nptune/boot-check" ] && read -r word when < "$state" && [ "$word" = confirmed ]
            }

            trial=$(remembered)
            if new && [ "$trial" = failed ]; then
                # the trial is over whatever this boot is like: one that hangs must not be what GRUB starts by itself
                tell reverted
                say "GRUB has given the new kernel arguments up and starts what was kept: run 'nptune rollback'"
            elif new; then
                if [ -z "$trial" ] && confirmed; then
                    exit 0
                fi
                if ! check; then
                    if [ -n "$trial$entry" ]; then
                        say 'the machine did not come up as it was: the next boot takes the old kernel arguments'
                    else
                        say "the machine did not come up as it was: 'nptune rollback' takes the kernel arguments back"
                    fi
                    exit 1
                fi
                [ -z "$trial" ] || { editenv unset nptune_trial && settle; } || exit 1
                tell confirmed
                say 'the machine has come up with the new kernel arguments'
            elif [ "$trial" = failed ] || used_up; then
                tell reverted
                warn
                say 'the machine runs with the old kernel arguments: it did not come up with the new ones, or another system was started'
            elif [ "$trial" = tried ]; then
                editenv set nptune_trial=pending
                settle
                say 'this boot was not with the new kernel arguments: the next one tries them'
            fi
            exit 0
            """;

    private BootCheck() {}

    /// What a machine is to be like after it has come up.
    ///
    /// @param cards addresses of the graphics cards that have a driver of the host's
    /// @param network whether there is a way out before anybody logs in
    /// @param desktop the unit of the display manager; empty if none is to run
    record Expected(List<String> cards, boolean network, String desktop) {
        Expected {
            cards = List.copyOf(cards);
        }

        /// As it is now, without what is taken from the host.
        static Expected of(Host host, Set<PciAddress> passed) {
            return new Expected(
                    host.pci().stream()
                            .filter(f -> f.isDisplay() && !passed.contains(f.address()))
                            .filter(f -> f.driver()
                                    .get()
                                    .filter(d -> !d.equals("vfio-pci"))
                                    .isPresent())
                            .map(f -> f.address().toString())
                            .toList(),
                    host.network().defaultRoutes().get().stream()
                            .flatMap(List::stream)
                            .anyMatch(name -> isWired(host.network(), name)),
                    host.boot().displayManagerUnit().get().orElse(""));
        }

        /// Whether a network interface has a cable or is made of one that has. Names are of
        /// systemd.net-naming-scheme(7) or the kernel's own.
        private static boolean isWired(Network network, String name) {
            if (name.matches("(wl|ww).*")) {
                return false;
            }
            if (name.matches("(en|eth).*")) {
                return true;
            }
            return network.interfaces().get().stream()
                    .flatMap(List::stream)
                    .filter(i -> i.name().equals(name))
                    .anyMatch(i -> i.functions().get().filter(f -> !f.isEmpty()).isPresent()
                            || i.on().stream().anyMatch(lower -> !lower.equals(name) && isWired(network, lower)));
        }
    }

    /// The script's text.
    ///
    /// @param change the arguments that a boot with the change has, and has not
    /// @param block GRUB's environment block; empty where GRUB does not fall back
    /// @param entry the entry of systemd-boot on trial, without `.conf`; empty where there is none
    static String script(Expected expected, ArgumentEdit change, String block, String entry) {
        return """
                #!/bin/sh
                # Made by nptune: says whether the machine has come up with changed kernel arguments. 'nptune rollback' takes
                # it away again.
                root=
                patience=60
                added=%s
                dropped=%s
                block=%s
                entry=%s
                cards=%s
                network=%s
                desktop=%s
                """.formatted(
                                patterns(change.add()),
                                patterns(change.gone()),
                                ShellText.quoted(block),
                                ShellText.quoted(entry),
                                ShellText.quoted(String.join(" ", expected.cards())),
                                yes(expected.network()),
                                ShellText.quoted(expected.desktop()))
                + BODY;
    }

    /// Arguments as patterns of the shell's, each of them a word.
    private static String patterns(List<String> arguments) {
        return ShellText.quoted(arguments.stream().map(BootCheck::pattern).collect(Collectors.joining(" ")));
    }

    /// The kernel takes a `-` in a name for a `_`. A blank would end the word.
    private static String pattern(String argument) {
        int end = argument.indexOf('=', 1);
        String name = end < 0 ? argument : argument.substring(0, end);
        String value = end < 0 ? "" : argument.substring(end);
        return plain(name).replaceAll("[-_]", "[-_]") + plain(value).replaceAll("[ \\\\]", "?");
    }

    private static String plain(String text) {
        return text.replaceAll("[*?\\[]", "[$0]");
    }

    private static String yes(boolean is) {
        return is ? "yes" : "no";
    }
}
