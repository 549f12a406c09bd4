package dev.nptune.plan;

import dev.nptune.host.CpuSet;
import java.util.Locale;

/// The libvirt hook that gives a VM its CPUs while it runs: the host's services and sessions keep off them, interrupts
/// go
/// elsewhere, their frequency governor is `performance`. When the VM stops, all is as before.
///
/// libvirt runs it from `/etc/libvirt/hooks/qemu.d` (6.5 and newer) with the VM's name, the operation and the
/// sub-operation. It never calls virsh, which would wait for the daemon that waits for the hook. Several VMs may run:
/// each leaves a file with its CPUs in `/run/nptune`, and the host has what none of them has. A step that fails (no
/// systemd, an interrupt that cannot be moved) is passed over: the VM starts all the same.
final class HookScript {
    /// The first line after the shell's, by which a file of ours is known.
    static final String MARK = "# Made by nptune";

    private static final String FOLDER = "/etc/libvirt/hooks/qemu.d/";

    private HookScript() {}

    /// The hook's file. A name that is no plain file name gets a number made of it, so that two never meet.
    static String path(String domain) {
        String plain = domain.replaceAll("[^A-Za-z0-9_.-]", "_");
        String mark = plain.equals(domain) ? "" : "-" + String.format(Locale.ROOT, "%08x", domain.hashCode());
        return FOLDER + "nptune-" + plain + mark;
    }

    /// The script for a VM.
    ///
    /// @param guest the host CPUs of its vCPUs
    static String of(String domain, CpuSet guest) {
        String file = path(domain).substring(FOLDER.length());
        return """
                #!/bin/sh
                %s for the VM %s: it keeps the host off the VM's CPUs while that runs.
                # 'nptune rollback' takes it away again.
                vm=%s
                guest=%s
                state=/run/nptune
                mine=$state/%s

                [ "$1" = "$vm" ] || exit 0

                # 0-2,5 as numbers
                numbers() {
                    for part in $(echo "$1" | tr ',' ' '); do
                        seq "${part%%-*}" "${part#*-}"
                    done
                }

                # the online CPUs that no VM has
                hosts() {
                    taken=" $(cat "$state"/*.cpus 2>/dev/null | while read -r cpus; do numbers "$cpus"; done | tr '\\n' ' ')"
                    for cpu in $(numbers "$(cat /sys/devices/system/cpu/online)"); do
                        case "$taken" in *" $cpu "*) ;; *) echo "$cpu" ;; esac
                    done | paste -sd, -
                }

                # keeps services and sessions on the host's CPUs
                confine() {
                    command -v systemctl >/dev/null || return 0
                    for unit in init.scope system.slice user.slice; do
                        systemctl set-property --runtime -- "$unit" "AllowedCPUs=$(hosts)" || true
                    done
                }

                case "$2/$3" in
                prepare/begin)
                    mkdir -p "$state"
                    [ -e "$mine.cpus" ] && exit 0
                    echo "$guest" > "$mine.cpus"
                    confine
                    keep=$(hosts)
                    for irq in /proc/irq/*/smp_affinity_list; do
                        was=$(cat "$irq") || continue
                        if echo "$keep" 2>/dev/null > "$irq"; then echo "$irq $was"; fi
                    done > "$mine.irq" 2>/dev/null
                    for cpu in $(numbers "$guest"); do
                        governor=/sys/devices/system/cpu/cpu$cpu/cpufreq/scaling_governor
                        [ -w "$governor" ] || continue
                        echo "$governor $(cat "$governor")"
                        echo performance > "$governor"
                    done > "$mine.governor" 2>/dev/null
                    ;;
                release/end)
                    [ -e "$mine.cpus" ] || exit 0
                    rm -f "$mine.cpus"
                    confine
                    cat "$mine.irq" "$mine.governor" 2>/dev/null | while read -r file was; do
                        echo "$was" > "$file"
                    done 2>/dev/null
                    rm -f "$mine.irq" "$mine.governor"
                    ;;
                esac
                exit 0
                """.formatted(
                        MARK, word(domain.replaceAll("\\p{Cntrl}", "?")), word(domain), word(guest.toString()), file);
    }

    /// A text as one word of the shell.
    private static String word(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
