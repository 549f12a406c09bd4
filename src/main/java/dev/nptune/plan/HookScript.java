package dev.nptune.plan;

import dev.nptune.doctor.HostFacts;
import dev.nptune.doctor.OwnHooks;
import dev.nptune.host.CpuSet;
import dev.nptune.internal.text.ShellText;

/// The libvirt hook that gives a VM its CPUs while it runs: the host's services, sessions and interrupts keep off them,
/// their frequency governor is `performance`. When the last VM stops, all is as before.
///
/// libvirt runs it from `/etc/libvirt/hooks/qemu.d` (6.5 and newer) with the VM's name, the operation and the
/// sub-operation. It never calls virsh, which would wait for the daemon that waits for the hook. What it remembers is
/// in
/// `/run/nptune`: what was before the first VM, and of each VM its CPUs and their governors. The host has the CPUs that
/// no running VM has. A step that fails (no systemd, an interrupt that cannot be moved) is passed over: the VM starts
/// all
/// the same.
///
/// systemd leaves a unit's CPUs as they are when `AllowedCPUs=` is emptied (systemd issue 43846), so all CPUs are set
/// first.
final class HookScript {
    /// The first line after the shell's, by which a file of ours is known.
    static final String MARK = HostFacts.OWN_HOOK;

    /// Plain sh with cat, mkdir, mv, rm and grep; flock and systemctl where they are. A redirection that fails ends a
    /// shell when it stands at a special builtin (`:`, `exec`), so none does that may fail.
    private static final String BODY = """
            before=$state/before

            [ "$*" != "nptune release" ] || set -- "$vm" release end
            [ "${1-}" = "$vm" ] || exit 0
            step=${2-}/${3-}
            case $step in
            prepare/begin | release/end) ;;
            *) exit 0 ;;
            esac

            # 0-2,5 as numbers, one a line
            numbers() (
                IFS=', '
                for part in $1; do
                    cpu=${part%%-*}
                    while [ "$cpu" -le "${part#*-}" ]; do
                        echo "$cpu"
                        cpu=$((cpu + 1))
                    done
                done
            )

            # the online CPUs that no VM has; all, where the VMs have all
            hosts() (
                online=$(numbers "$(cat /sys/devices/system/cpu/online)")
                taken=$(cat "$state"/*.cpus | while read -r cpus; do numbers "$cpus"; done)
                taken=" $(echo $taken) "
                left=
                for cpu in $online; do
                    case $taken in *" $cpu "*) ;; *) left="$left $cpu" ;; esac
                done
                echo ${left:-$online}
            )

            # the host's CPUs of a list; all of the host's, where the list has none of them
            share() (
                cut=
                for cpu in $(numbers "$1"); do
                    case " $free " in *" $cpu "*) cut=$cut,$cpu ;; esac
                done
                [ -n "$cut" ] || for cpu in $free; do cut=$cut,$cpu; done
                echo "${cut#,}"
            )

            # ascending numbers as the kernel's mask: words of 32 bits in hex, the highest first
            mask() (
                words= bits=0 low=0
                for cpu in $1; do
                    while [ "$cpu" -ge $((low + 32)) ]; do
                        words=,$(printf %08x "$bits")$words
                        low=$((low + 32)) bits=0
                    done
                    bits=$((bits | 1 << (cpu - low)))
                done
                printf '%x%s\\n' "$bits" "$words"
            )

            # writes a file, or a unit's CPUs
            put() {
                case $1 in
                /*) echo "$2" > "$1" ;;
                *) systemctl set-property --runtime -- "$1" "AllowedCPUs=$2" < /dev/null ;;
                esac
            }

            # the first VM keeps what is to be as before after the last one
            remember() {
                [ ! -e "$before" ] || return 0
                {
                    for unit in init.scope system.slice user.slice; do
                        was=$(systemctl show -p AllowedCPUs --value -- "$unit") && echo "$unit $was"
                    done
                    for irq in /proc/irq/default_smp_affinity /proc/irq/*/smp_affinity_list; do
                        read -r was < "$irq" && echo "$irq $was"
                    done
                    true
                } > "$before.new" && mv "$before.new" "$before"
            }

            # services, sessions and interrupts to the host's CPUs of those that they had
            confine() {
                free=$(hosts)
                last=none
                while read -r what was; do
                    case $what in
                    */default_smp_affinity)
                        put "$what" "$(mask "$free")"
                        continue
                        ;;
                    esac
                    [ "$was" = "$last" ] || now=$(share "$was")
                    last=$was
                    put "$what" "$now"
                done < "$before"
                now=$(share '')
                known=$(cat "$before")
                for irq in /proc/irq/*/smp_affinity_list; do
                    case $known in *"$irq "*) ;; *) put "$irq" "$now" ;; esac
                done
            }

            # a governor that another VM has changed already is kept as that one found it
            perform() {
                for cpu in $(numbers "$guest"); do
                    governor=$(cd -P "/sys/devices/system/cpu/cpu$cpu/cpufreq" && pwd)/scaling_governor
                    read -r was < "$governor" || continue
                    grep -hF "$governor " "$state"/*.governor || echo "$governor $was"
                done > "$mine.new"
                mv "$mine.new" "$mine.governor"
                while read -r governor was; do
                    put "$governor" performance
                done < "$mine.governor"
            }

            # after the last VM all is as before
            finish() {
                for other in "$state"/*.cpus; do
                    [ ! -e "$other" ] || return 0
                done
                while read -r what was; do
                    put "$what" "$was"
                done < "$before"
                rm -f "$before" "$before.new"
            }

            enter() {
                if remember && echo "$guest" > "$mine.cpus"; then
                    confine
                    perform
                else
                    rm -f "$mine.cpus"
                    finish
                fi
            }

            leave() {
                [ -e "$mine.cpus" ] || return 0
                rm -f "$mine.cpus"
                confine
                mv "$mine.governor" "$mine.new"
                while read -r governor was; do
                    grep -qF "$governor " "$state"/*.governor || put "$governor" "$was"
                done < "$mine.new"
                rm -f "$mine.new"
                finish
            }

            # one VM at a time; a VM that never came to its release gives back first
            alone() {
                flock -w 30 9
                leave
                [ "$step" = release/end ] || enter
            }

            {
                mkdir -p "$state" && alone 9< "$state"
            } > /dev/null 2>&1
            exit 0
            """;

    private HookScript() {}

    /// The hook's file.
    static String path(String domain) {
        return OwnHooks.cpus(domain);
    }

    /// The script for a VM.
    ///
    /// @param guest the host CPUs that are to be kept free for it
    static String of(String domain, CpuSet guest) {
        String file = name(path(domain));
        String head = """
                #!/bin/sh
                %s for the VM %s: it keeps the host off the VM's CPUs while that runs.
                # 'nptune rollback' takes it away again. Run by hand with the words 'nptune' and 'release' it gives all
                # back.
                vm=%s
                guest=%s
                state=/run/nptune
                mine=$state/%s
                """.formatted(MARK, shown(domain), word(domain), word(guest.toString()), file);
        return head + BODY;
    }

    /// A path's last part.
    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// A VM's name for a comment.
    static String shown(String domain) {
        return word(domain.replaceAll("\\p{Cntrl}", "?"));
    }

    /// A text as one word of the shell.
    static String word(String text) {
        return ShellText.quoted(text);
    }
}
