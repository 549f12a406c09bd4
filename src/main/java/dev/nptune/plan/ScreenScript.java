package dev.nptune.plan;

import dev.nptune.doctor.HostFacts;
import dev.nptune.doctor.OwnHooks;
import java.util.List;
import java.util.stream.Collectors;

/// The libvirt hook that gives a VM the machine's only graphics card while it runs: before the VM starts it ends
/// the desktop and takes the card from the host's drivers, when the VM has stopped it gives all back in reverse.
///
/// Each step is written down in `/run/nptune/screen/taken` before it is made, so that whoever comes next can undo
/// it. What the VM can do without is passed over; where it cannot start without it, all is given back and libvirt
/// is told why.
///
/// The screen must not be lost for good. So a watchdog, a process of its own, is there before the first step: it
/// gives the screen back if QEMU does not come, or has gone and libvirt did not say so. It knows the hook's take by
/// a token and ends when that is over. Hook and watchdog take turns by a lock.
///
/// No step waits without an end: the kernel's files are written by processes of their own, whose effect is looked
/// for, since an unbind that hangs cannot be stopped. virsh is never called, which would wait for the daemon that
/// waits for the hook.
final class ScreenScript {
    /// Plain sh with mkdir, mv, rm, sleep and flock; systemctl, loginctl, systemd-run, setsid, modprobe and logger
    /// where they are. A child that may outlast the hook has none of its files open: libvirt waits for the end of
    /// its output.
    private static final String HELPERS = """
            taken=$state/taken
            log=$state/$file.log
            why=
            work=
            [ "$*" != "nptune release" ] || set -- "$vm" release end
            if [ "${1-}/${2-}" = nptune/watch ]; then
                work=watch token=${3-}
            elif [ "${1-}" = "$vm" ]; then
                case ${2-}/${3-} in
                prepare/begin) work=take token=$$ ;;
                release/end) work=back ;;
                esac
            fi
            [ -n "$work" ] || exit 0

            say() {
                echo "$1" >> "$log"
                logger -t nptune -- "$vm: $1" < /dev/null
            }

            # tries a command once a tick, so many times more
            wait_for() (
                left=$1
                shift
                until "$@"; do
                    [ "$left" -gt 0 ] || exit 1
                    left=$((left - 1))
                    sleep "$tick"
                done
            )

            # writes a file of the kernel's without waiting for it
            put() (
                sh -c 'echo "$1" > "$2"' put "$1" "$2" 9<&- < /dev/null &
            )

            reads() (
                read -r now < "$1" && [ "$now" = "$2" ]
            )

            # the name of a device's driver
            driver() (
                cd -P "$1/driver" && echo "${PWD##*/}"
            )

            bound() {
                [ -e "$1/driver" ]
            }

            unbound() {
                [ ! -e "$1/driver" ]
            }

            there() {
                [ -e "$1" ]
            }

            gone() {
                [ ! -e "$1" ]
            }

            # the VM's process and when it began; nothing where there is none. libvirt writes no end of line
            qemu() (
                for run in /run /var/run; do
                    pid=
                    read -r pid < "$run/libvirt/qemu/$vm.pid" || [ -n "$pid" ] || continue
                    read -r stat < "/proc/$pid/stat" || continue
                    set -- ${stat##*) }
                    [ "$1" != Z ] || continue
                    shift 19
                    echo "$pid $1"
                    exit
                done
            )

            # whether what is taken was taken by this start of this VM
            mine() {
                read -r _ owner start < "$taken" && [ "$owner $start" = "$file $token" ]
            }

            over() {
                ! mine
            }

            come() {
                over || [ -n "$(qemu)" ]
            }

            note() {
                echo "$1" >> "$taken" || why="cannot write down in $taken what is to be given back"
                [ -z "$why" ]
            }

            noted() (
                while read -r kind what; do
                    [ "$kind" != "$1" ] || echo "$what"
                done < "$taken"
            )

            stopped() {
                case $(systemctl show -p ActiveState --value -- "$1" < /dev/null) in
                active | activating | reloading | deactivating) return 1 ;;
                esac
            }
            """;

    private ScreenScript() {}

    /// The hook's file.
    static String path(String domain) {
        return OwnHooks.screen(domain);
    }

    /// The script for a VM.
    ///
    /// @param functions what of the card it is given, with the ids they must have
    /// @param manager the service that shows the login screen, where systemd has no name for it; `""` if not known
    static String of(String domain, List<PassedFunction> functions, String manager) {
        String cards = functions.stream().map(f -> f.address() + "=" + f.id()).collect(Collectors.joining(" "));
        String head = """
                #!/bin/sh
                %s for the VM %s: it gives the VM the host's only graphics card while that runs.
                # 'nptune rollback' takes it away again. Run by hand with the words 'nptune' and 'release' it gives the
                # screen back, if the VM is off.
                vm=%s
                file=%s
                cards=%s
                manager=%s
                hostdevs=%s
                state=/run/nptune/screen
                # seconds in a tick, and between two looks at a VM that runs; ticks for units to stop, for programs and
                # the kernel to let go, for the watchdog to wake up, for QEMU to come, for libvirt to say that it has
                # gone, and for the lock
                tick=1 resting=5 stopping=60 freeing=15 waking=5 coming=180 giving=60 waiting=240
                """.formatted(
                        HostFacts.OWN_HOOK,
                        HookScript.shown(domain),
                        HookScript.word(domain),
                        HookScript.name(path(domain)),
                        HookScript.word(cards),
                        HookScript.word(manager),
                        HookScript.word(OwnHooks.hostdevs(domain)));
        return head + HELPERS + ScreenSteps.TAKE + ScreenSteps.GIVE_BACK;
    }
}
