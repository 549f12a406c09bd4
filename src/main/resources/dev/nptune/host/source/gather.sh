#!/bin/sh
# Copies what NPTune reads of a machine into one archive, to be posted or sent to somebody who helps:
#
#     sh gather.sh > host.tar.gz
#
# Needs nothing but a POSIX shell and the usual small programs; busybox has them all. Root sees more, but is not needed.
# Serial numbers, MAC addresses, UUIDs, user names and the host's name are replaced; see --help.

# What is taken: an area for the summary, a directory, names in it. Directories and names may be patterns. A name that
# is a directory is only made; its files need a line of their own. @RELEASE@ is the running kernel's.
listed() {
    cat <<'END'
cpu /proc cpuinfo interrupts
cpu /proc/irq [0-9]*
cpu /proc/irq/[0-9]* effective_affinity_list
cpu /sys/devices/system/cpu online offline possible present isolated nohz_full kernel_max cpu[0-9]* cpufreq cpuidle
cpu /sys/devices/system/cpu/smt active control
cpu /sys/devices/system/cpu/vulnerabilities *
cpu /sys/devices/system/cpu/amd_pstate status prefcore
cpu /sys/devices/system/cpu/intel_pstate status no_turbo min_perf_pct max_perf_pct hwp_dynamic_boost
cpu /sys/devices/system/cpu/cpuidle current_driver current_governor current_governor_ro available_governors
cpu /sys/devices/system/cpu/cpufreq boost policy[0-9]*
cpu /sys/devices/system/cpu/cpufreq/policy[0-9]* affected_cpus related_cpus cpuinfo_m* base_frequency scaling_driver scaling_governor scaling_m* scaling_available_* energy_performance_* amd_pstate_* boost bios_limit cpb
cpu /sys/devices/system/cpu/cpu[0-9]* online node[0-9]* cpufreq topology cache cpuidle acpi_cppc
cpu /sys/devices/system/cpu/cpu[0-9]*/topology *
cpu /sys/devices/system/cpu/cpu[0-9]*/cache index[0-9]*
cpu /sys/devices/system/cpu/cpu[0-9]*/cache/index[0-9]* level type id size shared_cpu_list shared_cpu_map coherency_line_size number_of_sets ways_of_associativity
cpu /sys/devices/system/cpu/cpu[0-9]*/cpuidle state[0-9]*
cpu /sys/devices/system/cpu/cpu[0-9]*/cpuidle/state[0-9]* name desc latency residency disable default_status
cpu /sys/devices/system/cpu/cpu[0-9]*/acpi_cppc highest_perf nominal_perf lowest_perf lowest_nonlinear_perf reference_perf nominal_freq lowest_freq
cpu /sys/devices/system/cpu/cpu[0-9]*/microcode version
cpu /sys/devices/cpu_core cpus
cpu /sys/devices/cpu_atom cpus
cpu /sys/devices/cpu_lowpower cpus
cpu /sys/fs/cgroup init.scope system.slice user.slice machine.slice cpuset
cpu /sys/fs/cgroup/init.scope cpuset.cpus.effective
cpu /sys/fs/cgroup/system.slice cpuset.cpus.effective
cpu /sys/fs/cgroup/user.slice cpuset.cpus.effective
cpu /sys/fs/cgroup/machine.slice cpuset.cpus.effective
cpu /sys/fs/cgroup/cpuset init.scope system.slice user.slice machine.slice
cpu /sys/fs/cgroup/cpuset/init.scope cpuset.effective_cpus
cpu /sys/fs/cgroup/cpuset/system.slice cpuset.effective_cpus
cpu /sys/fs/cgroup/cpuset/user.slice cpuset.effective_cpus
cpu /sys/fs/cgroup/cpuset/machine.slice cpuset.effective_cpus
cpu /sys/devices/system/clocksource/clocksource0 current_clocksource available_clocksource
memory /proc meminfo
memory /proc/sys/vm compaction_proactiveness nr_hugepages nr_overcommit_hugepages swappiness overcommit_memory zone_reclaim_mode max_map_count
memory /proc/sys/kernel numa_balancing
memory /sys/devices/system/node online possible has_cpu has_memory has_normal_memory node[0-9]*
memory /sys/devices/system/node/node[0-9]* cpulist cpumap distance meminfo cpu[0-9]* hugepages
memory /sys/devices/system/node/node[0-9]*/hugepages hugepages-*
memory /sys/devices/system/node/node[0-9]*/hugepages/hugepages-* nr_hugepages free_hugepages surplus_hugepages
memory /sys/kernel/mm hugepages transparent_hugepage ksm
memory /sys/kernel/mm/hugepages hugepages-*
memory /sys/kernel/mm/hugepages/hugepages-* nr_hugepages free_hugepages resv_hugepages surplus_hugepages nr_overcommit_hugepages
memory /sys/kernel/mm/transparent_hugepage enabled defrag shmem_enabled use_zero_page hpage_pmd_size khugepaged
memory /sys/kernel/mm/transparent_hugepage/khugepaged *
memory /sys/kernel/mm/ksm *
pci /sys/bus/pci/devices *
pci /sys/bus/pci/devices/* class vendor device subsystem_vendor subsystem_device revision config resource enable irq driver driver_override iommu iommu_group physfn virtfn* numa_node local_cpulist boot_vga current_link_* max_link_* reset_method resource[0-9]*_resize msi_bus msi_irqs broken_parity_status power_state d3cold_allowed label acpi_index index ari_enabled sriov_* uevent drm graphics
pci /sys/bus/pci/devices/*/drm/card[0-9]* card[0-9]*-*
pci /sys/bus/pci/devices/*/drm/card[0-9]*/card[0-9]*-* status enabled dpms modes edid
pci /sys/bus/pci/devices/*/power control runtime_status
pci /sys/bus/pci/devices/*/msi_irqs *
pci /sys/bus/pci/devices/*/drm card[0-9]* renderD*
pci /sys/bus/pci/devices/*/graphics fb*
pci /sys/bus/pci/slots *
pci /sys/bus/pci/slots/* address cur_bus_speed max_bus_speed
pci /sys/kernel/iommu_groups [0-9]*
pci /sys/kernel/iommu_groups/[0-9]* type reserved_regions
pci /sys/kernel/iommu_groups/[0-9]*/devices *
pci /sys/class/iommu *
pci /sys/class/iommu/*/amd-iommu *
pci /sys/class/iommu/*/intel-iommu *
display /sys/class/drm version card[0-9]* renderD*
display /sys/class/drm/card[0-9]* device dev status enabled dpms modes edid card[0-9]*-*
display /proc/driver/nvidia/gpus *
display /proc/driver/nvidia/gpus/* information
display /sys/class/vfio-dev *
display /sys/class/vfio-dev/* device dev
display /sys/class/graphics fb*
display /sys/class/graphics/fb* name device
display /sys/class/vtconsole vtcon*
display /sys/class/vtconsole/vtcon* name bind
disks /sys/class/block *
disks /sys/class/block/* dev partition slaves
disks /sys/class/block/*/slaves *
disks /sys/class nvme-subsystem
disks /sys/class/nvme-subsystem *
disks /sys/class/nvme-subsystem/* nvme[0-9]*
disks /proc swaps
disks /sys/fs btrfs
disks /sys/fs/btrfs *-*
disks /sys/fs/btrfs/*-* devices
disks /sys/fs/btrfs/*-*/devices *
network /sys/class/net [0-9A-Za-df-vx-z]* e[0-9A-Za-mo-z]* en[0-9A-Za-wyz]* w[0-9A-Za-km-vx-z]* w[lw][0-9A-Za-wyz]*
network /sys/class/net/[0-9A-Za-df-vx-z]* operstate lower_[0-9A-Za-df-vx-z]* lower_e[0-9A-Za-mo-z]* lower_en[0-9A-Za-wyz]* lower_w[0-9A-Za-km-vx-z]* lower_w[lw][0-9A-Za-wyz]*
network /sys/class/net/e[0-9A-Za-mo-z]* operstate lower_[0-9A-Za-df-vx-z]* lower_e[0-9A-Za-mo-z]* lower_en[0-9A-Za-wyz]* lower_w[0-9A-Za-km-vx-z]* lower_w[lw][0-9A-Za-wyz]*
network /sys/class/net/en[0-9A-Za-wyz]* operstate lower_[0-9A-Za-df-vx-z]* lower_e[0-9A-Za-mo-z]* lower_en[0-9A-Za-wyz]* lower_w[0-9A-Za-km-vx-z]* lower_w[lw][0-9A-Za-wyz]*
network /sys/class/net/w[0-9A-Za-km-vx-z]* operstate lower_[0-9A-Za-df-vx-z]* lower_e[0-9A-Za-mo-z]* lower_en[0-9A-Za-wyz]* lower_w[0-9A-Za-km-vx-z]* lower_w[lw][0-9A-Za-wyz]*
network /sys/class/net/w[lw][0-9A-Za-wyz]* operstate lower_[0-9A-Za-df-vx-z]* lower_e[0-9A-Za-mo-z]* lower_en[0-9A-Za-wyz]* lower_w[0-9A-Za-km-vx-z]* lower_w[lw][0-9A-Za-wyz]*
usb /sys/bus/usb/devices *
usb /sys/bus/usb/devices/* idVendor idProduct bcdDevice manufacturer product bDeviceClass bDeviceSubClass bDeviceProtocol bInterfaceClass bInterfaceSubClass bInterfaceProtocol bNumInterfaces speed busnum devnum devpath maxchild removable version rx_lanes tx_lanes driver authorized
kernel /proc cmdline version version_signature config.gz
kernel /var/log dmesg
kernel /proc/sys/kernel osrelease version tainted dmesg_restrict perf_event_paranoid sched_rt_runtime_us nmi_watchdog watchdog split_lock_mitigate
kernel /sys/class/misc/hw_random rng_current
kernel /sys/module kvm kvm_amd kvm_intel vfio* kvmfr nvidia* nouveau amdgpu radeon i915 xe vendor_reset irqbypass pci_stub iommu* amd_iommu* mdev simplefb simpledrm
kernel /sys/module/kvm* version srcversion taint initstate parameters
kernel /sys/module/kvm*/parameters *
kernel /sys/module/vfio* version srcversion taint initstate parameters
kernel /sys/module/vfio*/parameters *
kernel /sys/module/irqbypass version srcversion taint initstate parameters
kernel /sys/module/irqbypass/parameters *
kernel /sys/module/pci_stub version srcversion taint initstate parameters
kernel /sys/module/pci_stub/parameters *
kernel /sys/module/vendor_reset/parameters *
kernel /sys/module/iommu* version srcversion taint initstate parameters
kernel /sys/module/iommu*/parameters *
kernel /sys/module/amd_iommu* version srcversion taint initstate parameters
kernel /sys/module/amd_iommu*/parameters *
kernel /sys/module/nvidia* version srcversion taint initstate parameters
kernel /sys/module/nvidia*/parameters *
kernel /sys/module/amdgpu version srcversion taint initstate
kernel /sys/module/nouveau version srcversion taint initstate
kernel /sys/module/vendor_reset version srcversion taint initstate parameters
kernel /sys/class/dmi/id board_name board_vendor board_version bios_vendor bios_version bios_date bios_release sys_vendor product_name product_version chassis_type
kernel /etc os-release lsb-release
kernel /usr/lib os-release
kernel /etc/modprobe.d *.conf
kernel /run/modprobe.d *.conf
kernel /usr/local/lib/modprobe.d *.conf
kernel /usr/lib/modprobe.d *.conf
kernel /lib/modprobe.d *.conf
kernel /etc modules
kernel /etc/modules-load.d *.conf
kernel /run/modules-load.d *.conf
kernel /usr/local/lib/modules-load.d *.conf
kernel /usr/lib/modules-load.d *.conf
kernel /lib/modules @RELEASE@ [0-9]*
kernel /lib/modules/[0-9]* pkgbase
kernel /lib/modules/@RELEASE@ config pkgbase modules.builtin
kernel /var/lib/pacman/local linux*
kernel /boot config-@RELEASE@
boot /sys/firmware efi
boot /sys/firmware/efi fw_platform_size efivars
boot /sys/firmware/efi/efivars SecureBoot-* SetupMode-* LoaderInfo-* StubInfo-*
boot /sys/kernel/security lockdown lsm
boot /etc/default grub grub-btrfs limine
boot /etc/default/grub.d *.cfg
boot /etc/grub.d *
boot /etc/kernel cmdline install.conf uki.conf entry-token tries cmdline.d
boot /etc/kernel/cmdline.d *
boot /usr/lib/kernel cmdline install.conf uki.conf
boot /etc/cmdline.d *
boot /etc/limine-entry-tool.d *.conf
boot /etc/kernelstub configuration
boot /etc mkinitcpio.conf dracut.conf booster.yaml rpm-ostreed.conf sdboot-manage.conf
boot /etc/booster.d *.yaml
boot /usr/lib/bootc/kargs.d *.toml
boot /usr/lib booster dracut initcpio
boot /usr/share initramfs-tools
boot /etc/mkinitcpio.conf.d *.conf
boot /etc/mkinitcpio.d *.preset
boot /etc/dracut.conf.d *.conf
boot /usr/lib/dracut/dracut.conf.d *.conf
boot /etc/initramfs-tools initramfs.conf modules conf.d scripts hooks
boot /etc/initramfs-tools/conf.d *
boot /etc/initramfs-tools/scripts/init-top *
boot /etc/initramfs-tools/hooks *
boot /etc/sysconfig grub kernel
boot /boot limine.conf limine.cfg refind_linux.conf grub grub2 loader limine EFI efi
boot /boot/grub grubenv grub.cfg custom.cfg
boot /boot/grub2 grubenv grub.cfg custom.cfg
boot /boot/limine limine.conf limine.cfg
boot /boot/loader loader.conf entries.srel entries
boot /boot/loader/entries *.conf
boot /boot/efi loader EFI limine.conf limine.cfg limine
boot /boot/efi/loader loader.conf entries.srel entries
boot /boot/efi/loader/entries *.conf
boot /boot/efi/EFI *
boot /boot/efi/EFI/refind refind.conf
boot /boot/efi/EFI/BOOT refind.conf limine.conf limine.cfg
boot /boot/efi/limine limine.conf limine.cfg
boot /boot/efi/EFI/limine limine.conf limine.cfg
boot /boot/EFI *
boot /boot/EFI/refind refind.conf
boot /boot/EFI/BOOT refind.conf limine.conf limine.cfg
boot /boot/EFI/limine limine.conf limine.cfg
boot /efi loader EFI limine.conf limine.cfg limine
boot /efi/loader loader.conf entries.srel entries
boot /efi/loader/entries *.conf
boot /efi/EFI *
boot /efi/EFI/refind refind.conf
boot /efi/EFI/BOOT refind.conf limine.conf limine.cfg
boot /efi/limine limine.conf limine.cfg
boot /efi/EFI/limine limine.conf limine.cfg
boot /run ostree-booted
boot /etc/systemd/system display-manager.service default.target nptune-vfio.service
boot /etc/systemd/system/systemd-udev-trigger.service.d nptune.conf
boot /usr/lib/systemd/system systemd-udev-trigger.service systemd-bless-boot.service
boot /lib/systemd/system systemd-udev-trigger.service systemd-bless-boot.service
boot /etc/nptune vfio-claim
boot /etc/initcpio/hooks nptune-vfio
boot /etc/initcpio/install nptune-vfio
boot /usr/lib/dracut/modules.d/90nptune-vfio *
boot /etc/X11 default-display-manager
boot /etc/X11/xorg.conf.d *.conf
vm /etc group
vm /etc/libvirt qemu.conf libvirtd.conf virtqemud.conf qemu hooks
vm /etc/libvirt/qemu *.xml
vm /etc/libvirt/hooks *
vm /etc/libvirt/hooks/qemu.d *
vm /etc/libvirt/hooks/qemu.d/* *
vm /etc/libvirt/hooks/qemu.d/*/* *
vm /etc/libvirt/hooks/qemu.d/*/*/* *
vm /sys/kernel/debug/kvm [1-9]*-[0-9]*
vm /sys/kernel/debug/kvm/[1-9]*-[0-9]* pages_4k pages_2m pages_1g
vm /etc/looking-glass *
vm /etc looking-glass-client.ini
vm /usr/share/qemu/firmware *.json
vm /etc/qemu/firmware *.json
END
}

# What is taken by name only: its contents are large, private or of no interest, that it is there is not. @ID@ is any
# machine's id.
listed_names() {
    cat <<'END'
boot /boot vmlinuz* bzImage* initrd* initramfs* booster-* *-ucode.img
boot /sys/firmware/efi/efivars LoaderEntryDefault-* LoaderEntryPreferred-*
boot /boot/*/[0-9]* initrd*
boot /efi/*/[0-9]* initrd*
boot /boot/efi/*/[0-9]* initrd*
boot /boot/@ID@/* initramfs* vmlinuz*
boot /efi/@ID@/* initramfs* vmlinuz*
boot /boot/efi/@ID@/* initramfs* vmlinuz*
boot /boot/efi/EFI/* *.efi
boot /boot/EFI/* *.efi
boot /efi/EFI/* *.efi
pci /sys/bus/pci/devices/* reset rom
boot /usr/bin rpm-ostree bootc limine-mkinitcpio limine-update
vm /usr/bin swtpm virsh virt-manager looking-glass-client qemu-system-x86_64
vm /usr/local/bin looking-glass-client
vm /usr/share/OVMF *.fd
vm /usr/share/OVMF/x64 *.fd
vm /usr/share/ovmf *.fd
vm /usr/share/ovmf/x64 *.fd
vm /usr/share/qemu *.fd
vm /usr/share/edk2/x64 *.fd
vm /usr/share/edk2/ovmf *.fd
vm /usr/share/edk2-ovmf/x64 *.fd
vm /dev kvm kvmfr[0-9]*
vm /dev/shm looking-glass*
END
}

# Programs that are asked, and the name their answer gets. All only read.
listed_commands() {
    cat <<'END'
qemu-version qemu-system-x86_64 --version
libvirt-version virsh --readonly --connect qemu:///system version --daemon
libvirtd-version libvirtd --version
virtqemud-version virtqemud --version
kernel-log dmesg
END
}

usage() {
    cat <<'END'
Usage: sh gather.sh [--no-redact] [--root DIR] > host.tar.gz

Copies what NPTune reads of a machine into one archive. Changes nothing.

  --no-redact  keep serial numbers, MAC addresses, UUIDs, user names and the host's name; passwords never stay
  --root DIR   gather the system below DIR, such as one mounted from a rescue system
  --help       show this
END
}

# Words that a user or host may be called and that mean something else in configuration files.
PLAIN_WORDS=' root user users admin host localhost local guest linux kernel kvm qemu libvirt vfio pci usb amd intel nvidia
 disk boot none auto debian ubuntu fedora arch archlinux manjaro gentoo opensuse nixos mint pop-os bazzite nobara alpine
 cachyos endeavouros windows win win7 win10 win11 vm games gaming video audio render input systemd grub efi uefi '

# The most of one text file and of one answer that is kept, in bytes.
MAX_TEXT=1048576

# What is looked at of the log of a VM: so many bytes at its end, and so many logs; one more shows that there are more.
MAX_LOG=262144
MAX_LOGS=65

TAB=$(printf '\t')
LF='
'

say() {
    printf 'nptune gather: %s\n' "$*" >&2
}

fail() {
    say "$1"
    say "next: $2"
    exit 3
}

# The copy -----------------------------------------------------------------------------------------------------------

note() {
    printf '%s\n' "$*" >>"$copy/nptune-gather/manifest"
}

deny() {
    case $denied in
        *"$LF$1$LF"*) return ;;
    esac
    denied=$denied$1$LF
    denials=$((denials + 1))
    note "denied$TAB$1"
}

# Notes the nearest directory above a path that hides what is below it from us.
deny_if_hidden() {
    above=$1
    while [ -n "$above" ] && [ ! -d "$above" ]; do
        above=${above%/*}
    done
    if [ -n "$above" ] && ! { [ -x "$above" ] && [ -r "$above" ]; }; then
        deny "${above#"$root"}"
    fi
}

# Goes into a directory and makes it in the copy, with the links on the way; $real is where it really lies.
enter() {
    if [ ! -d "$1" ]; then
        deny_if_hidden "$1"
        return 1
    fi
    if ! { [ -r "$1" ] && [ -x "$1" ] && cd -P -- "$1"; } 2>/dev/null; then
        deny "${1#"$root"}"
        return 1
    fi
    real=${PWD#"$root"}
    if [ "$PWD" != "$1" ]; then
        copy_links_on "${1#"$root"}"
        note "in$TAB$real$TAB$line"
    fi
    [ -d "$copy$real" ] || mkdir -p -- "$copy$real"
}

copy_links_on() {
    on_way=
    rest=${1#/}/
    while [ -n "$rest" ]; do
        on_way=$on_way/${rest%%/*}
        rest=${rest#*/}
        if [ -L "$root$on_way" ] && [ ! -L "$copy$on_way" ]; then
            parent=$(cd -P -- "$root${on_way%/*}/" && pwd -P) || continue
            parent=${parent#"$root"}
            mkdir -p -- "$copy$parent"
            [ -L "$copy$parent/${on_way##*/}" ] || cp -P -- "$root$on_way" "$copy$parent/"
        fi
    done
}

# Copies names, which are patterns in $names, from the directory we are in.
copy_names() {
    IFS=' '
    set -- $names
    IFS=
    found=$#
    for name in "$@"; do
        if [ -L "$name" ]; then
            set -- "$@" "$name"
        elif [ -d "$name" ]; then
            if [ -r "$name" ] && [ -x "$name" ]; then
                [ -d "$copy$real/$name" ] || mkdir -- "$copy$real/$name"
            else
                deny "$real/$name"
            fi
        elif [ -f "$name" ]; then
            if [ ! -r "$name" ]; then
                deny "$real/$name"
            elif small "$name"; then
                set -- "$@" "$name"
            fi
        fi
    done
    shift "$found"
    [ $# -gt 0 ] || return 0
    taken=$((taken + $#))
    if [ -n "$one_by_one" ] || ! cp -P -- "$@" "$copy$real/" 2>/dev/null; then
        for name in "$@"; do
            copy_one "$name"
        done
    fi
    case $real in
        /sys/* | /proc*) ;;
        *)
            for name in "$@"; do
                [ ! -L "$name" ] || printf '%s\n' "$real/$name" >>"$work/links"
            done
            ;;
    esac
}

# Sizes below /sys and /proc say nothing and need no check; elsewhere they are true.
small() {
    case $real in
        /sys/* | /proc*) return 0 ;;
    esac
    if [ "$(wc -c <"$1")" -gt "$MAX_TEXT" ]; then
        note "failed$TAB$real/$1${TAB}larger than 1 MiB, left out of the snapshot"
        return 1
    fi
}

copy_one() {
    if [ -L "$1" ]; then
        cp -P -- "$1" "$copy$real/" 2>/dev/null
    elif ! { cat <"$1" >"$work/one"; } 2>"$work/error"; then
        rm -f -- "$copy$real/$1"
        taken=$((taken - 1))
        case $(cat "$work/error") in
            *denied* | *"not permitted"*) deny "$real/$1" ;;
            *) note "failed$TAB$real/$1${TAB}could not be read when gathered" ;;
        esac
    else
        rm -f -- "$copy$real/$1"
        mv -- "$work/one" "$copy$real/$1"
    fi
}

# A link to a text file is worth little without the file.
copy_link_targets() {
    hops=0
    while [ -s "$work/links" ] && [ "$hops" -lt 5 ]; do
        hops=$((hops + 1))
        mv -- "$work/links" "$work/these-links"
        while IFS= read -r link; do
            target=$(readlink -- "$root$link") || continue
            case $target in
                /*) ;;
                *) target=${link%/*}/$target ;;
            esac
            [ -f "$root$target" ] && [ ! -e "$copy$target" ] || continue
            line=0
            names=$(printf '%s' "${target##*/}" | sed 's/[][*?\\ ]/?/g')
            enter "$root${target%/*}" && copy_names
        done <"$work/these-links"
    done
}

copy_listed() {
    area=
    listed | sed "s/@RELEASE@/$release/g" >"$work/list"
    line=0
    while IFS=' ' read -r next_area directory names; do
        line=$((line + 1))
        if [ "$next_area" != "$area" ]; then
            finish_area
            area=$next_area
        fi
        note "looked$TAB$line$TAB$directory$TAB$names"
        IFS=
        for each in $root$directory; do
            enter "$each" && copy_names
        done
    done <"$work/list"
    finish_area
    copy_link_targets
}

finish_area() {
    if [ -n "$area" ]; then
        case $summary in
            *" $area "*) summary=$(printf '%s' "$summary" | sed "s/ $area [0-9]*/&+$taken/") ;;
            *) summary="$summary $area $taken," ;;
        esac
    fi
    taken=0
}

copy_listed_names() {
    digits='[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]'
    listed_names | sed "s/@ID@/$digits$digits$digits$digits/" >"$work/list"
    while IFS=' ' read -r area directory names; do
        line=$((line + 1))
        note "looked$TAB$line$TAB$directory$TAB$names"
        IFS=
        for each in $root$directory; do
            enter "$each" || continue
            IFS=' '
            for name in $names; do
                if [ -e "$name" ] && [ ! -d "$name" ] && [ ! -e "$copy$real/$name" ]; then
                    : >"$copy$real/$name"
                    note "name$TAB$real/$name"
                fi
            done
            IFS=
        done
    done <"$work/list"
}

# Parts of files -----------------------------------------------------------------------------------------------------

# Takes what a function prints of a file in the directory we are in: the file's name, the function.
copy_part() {
    if [ -L "$1" ]; then
        cp -P -- "$1" "$copy$real/"
    elif [ -d "$1" ]; then
        mkdir -p -- "$copy$real/$1"
    elif [ ! -e "$1" ]; then
        return 0
    elif [ ! -r "$1" ]; then
        deny "$real/$1"
    elif "$2" "$1" >"$work/one" 2>"$work/error" && [ ! -s "$work/error" ]; then
        mv -- "$work/one" "$copy$real/$1"
        taken=$((taken + 1))
    elif grep -q 'denied\|not permitted' "$work/error"; then
        deny "$real/$1"
    else
        note "failed$TAB$real/$1${TAB}could not be read when gathered"
    fi
}

# Who claims the memory of the firmware's screen. The ranges at the top tell whether addresses are shown at all.
copy_memory_map() {
    area=display
    line=$((line + 1))
    note "looked$TAB$line$TAB/proc${TAB}iomem"
    enter "$root/proc" && copy_part iomem memory_map
    finish_area
}

memory_map() {
    awk '/^[0-9a-f]/ || / : (BOOTFB|efifb|vesafb|simplefb|simple-framebuffer|simpledrm)$/' "$1"
}

# What QEMU complained of. The rest of a log tells whole command lines.
copy_logs() {
    area=vm
    line=$((line + 1))
    note "looked$TAB$line$TAB/var/log/libvirt/qemu${TAB}*.log"
    if enter "$root/var/log/libvirt/qemu"; then
        left=$MAX_LOGS
        for log in *.log; do
            [ "$left" -gt 0 ] || break
            left=$((left - 1))
            copy_part "$log" complaints
        done
    fi
    finish_area
}

# The lines of interest since the last start: those that QemuLogReader.java picks, which reads them again.
complaints() {
    cut=0
    [ "$(wc -c <"$1")" -le "$MAX_LOG" ] || cut=1
    tail -c "$MAX_LOG" <"$1" | tr -d '\000' | awk -v cut="$cut" '
        { command = continued || /\\$/; continued = /\\$/ }
        NR == 1 && cut { next }
        index($0, "starting up libvirt version") { n = 0; next }
        command || n == 64 || /^[A-Z_]+=/ || / -uuid / { next }
        { lower = tolower($0) }
        lower ~ /vfio|hyperthreading|warning:|error|dma_map|audio/ && lower !~ /passw|secret/ { kept[++n] = $0 }
        END { for (i = 1; i <= n; i++) print kept[i] }'
}

# Processes ----------------------------------------------------------------------------------------------------------

# Those of QEMU with their threads, whatever holds a graphics card or a VFIO group open, and the names of some daemons.
copy_processes() {
    area=processes
    # How many there are is kept of the others, and nothing else.
    (cd "$root/proc" && printf "$copy/proc/%s\n" [0-9]*) 2>/dev/null | grep '/[0-9]*$' | sed 's|[^A-Za-z0-9/]|\\&|g' |
        xargs mkdir -p -- 2>/dev/null
    for each in "$root"/proc/[0-9]*; do
        command=
        { read -r command <"$each/comm"; } 2>/dev/null
        case $command in
            qemu-system* | qemu-kvm* | kvm) copy_qemu "$each" ;;
            libvirtd | virt*d | swtpm | irqbalance | tuned | tuned-ppd | numad | ksmtuned | power-profiles- | gamemoded | \
                auto-cpufreq | thermald | looking-glass-c | scx_* | earlyoom)
                copy_name "$each"
                ;;
            gdm | gdm3 | sddm | lightdm | ly | ly-dm | greetd | lxdm | xdm | slim | cosmic-greeter | plasmalogin)
                copy_name "$each" && copy_part cgroup services
                ;;
        esac
    done
    for each in '/proc/[0-9]*' '/proc/[0-9]*/task/[0-9]*'; do
        line=$((line + 1))
        note "looked$TAB$line$TAB$each${TAB}comm cmdline status stat cgroup task fd smaps"
    done
    line=$((line + 1))
    note "looked$TAB$line$TAB/proc/[0-9]*/fd${TAB}[0-9]*"
    copy_holders
    copy_self
    finish_area
}

# Which CPUs this session may use at all. Of the mounts only those that tell it: the rest are private.
copy_self() {
    line=$((line + 1))
    note "looked$TAB$line$TAB/proc/self${TAB}status cgroup cpuset mountinfo"
    note "looked$TAB$line$TAB/proc/net${TAB}route ipv6_route"
    note "looked$TAB$line$TAB/proc${TAB}mounts"
    names='status cgroup cpuset'
    # The link leads each process to itself, so cp would copy one to cp.
    if cd -P -- "$root/proc/self" 2>/dev/null; then
        own=$PWD
        enter "$own" && copy_names && copy_part mountinfo mounts_of_drives
        [ "$real" = /proc/self ] || ln -s "${own##*/}" "$copy/proc/self"
        note "looked$TAB$line$TAB/proc/self/net${TAB}route ipv6_route"
    fi
    if enter "$root/proc/net"; then
        copy_part route default_routes
        copy_part ipv6_route default_routes_6
    fi
    [ -r "$root/proc/mounts" ] || return 0
    mkdir -p -- "$copy/proc"
    awk '$3 == "cgroup" || $3 == "cgroup2" || $3 == "cpuset"' "$root/proc/mounts" >"$copy/proc/mounts"
    while IFS=' ' read -r _ mount _; do
        sed 's/^[^:]*:[^:]*://' "$root/proc/self/cgroup" "$root/proc/self/cpuset" 2>/dev/null | sort -u >"$work/groups"
        while IFS= read -r group; do
            copy_cpuset "$mount" "${group%/}"
        done <"$work/groups"
    done <"$copy/proc/mounts"
}

# What is mounted from drives. A mount point that the system does not come with is a name somebody gave.
mounts_of_drives() {
    awk -v all="$redacting" '
        { for (dash = 6; dash <= NF && $dash != "-"; dash++); type = $(dash + 1); source = $(dash + 2) }
        source ~ /^\/dev\// || type == "zfs" {
            at = $5
            if (all && at != "/" && at !~ /^\/(boot|efi|usr|var|home|opt|srv|tmp|nix|gnu|etc|sysroot)(\/(efi|lib|log|cache|tmp|local|store))?$/)
                at = substr(at, 1, index(substr(at, 2), "/") + 1) "redacted"
            print 0, 0, $3, "/", at, "rw", "-", type, (type == "zfs" ? "zfs" : source)
        }' "$1"
}

# Default routes, without the gateway. An interface may be named after its MAC address.
default_routes() {
    awk 'NR == 1 { print; next }
        $2 == "00000000" && $8 == "00000000" { if ($1 ~ /^(en|wl|ww)x/) $1 = substr($1, 1, 3); $3 = "00000000"; print }' "$1"
}

default_routes_6() {
    awk '$1 ~ /^0+$/ && $2 == "00" { if ($10 ~ /^(en|wl|ww)x/) $10 = substr($10, 1, 3); $1 = $3 = $5 = "0"; print }' "$1"
}

copy_cpuset() {
    group=$2
    while :; do
        names='cpuset.cpus cpuset.cpus.effective cpus'
        enter "$root$1$group" && copy_names
        [ -n "$group" ] || return 0
        group=${group%/*}
    done
}

# That it runs, and nothing of it: what serves VMs, meddles with CPUs and memory, or is a login screen.
copy_name() {
    names=comm
    enter "$1" && copy_names
}

# In which of the system's services a process is; a user's are named after the user.
services() {
    sed -n '/^[0-9]*:[^:]*:\/system\.slice\//p' "$1"
}

copy_qemu() {
    names='comm cmdline status cgroup task'
    enter "$1" && copy_names && copy_part smaps large_mappings
    for thread in "$1"/task/[0-9]*; do
        names='comm status stat'
        enter "$thread" && copy_names
    done
}

# Those of 64 MiB and more, where a guest's memory is.
large_mappings() {
    awk '
        function flush() { if (size >= 65536) printf "%s", kept }
        $1 ~ /^[0-9a-f]+-[0-9a-f]+$/ { flush(); kept = $0 "\n"; size = 0; next }
        $1 == "Size:" { size = $2 }
        $1 ~ /^(Size|KernelPageSize|Rss|AnonHugePages|ShmemPmdMapped|FilePmdMapped|(Shared|Private)_Hugetlb|VmFlags):$/ {
            kept = kept $0 "\n"
        }
        END { flush() }' "$1"
}

copy_holders() {
    # One listing of all of them, for a readlink for each would take seconds.
    IFS=
    # The second name makes ls say which directory it lists even where there is only one.
    : >"$work/error"
    (cd "$root/proc" 2>/dev/null && ls -l [0-9]*/fd/ /dev/null 2>"$work/error") </dev/null | awk '
        /^[0-9]+\/fd\/:$/ { process = $0; sub("/.*", "", process) }
        / -> \/dev\/(dri\/|nvidia|kfd|vfio\/|fb[0-9]|kvmfr|kvm$)/ {
            for (i = 1; i < NF; i++) if ($i == "->") print process, $(i - 1), $(i + 1)
        }' >"$work/holders"
    ! grep -q 'denied' "$work/error" || deny '/proc/[0-9]*/fd'
    before=
    while IFS=' ' read -r process descriptor _; do
        if [ "$process" != "$before" ]; then
            before=$process
            names='comm cmdline'
            enter "$root/proc/$process" && copy_names
        fi
        names=$descriptor
        enter "$root/proc/$process/fd" && copy_names
    done <"$work/holders"
}

# Programs -----------------------------------------------------------------------------------------------------------

ask_commands() {
    mkdir -p -- "$copy/nptune-gather/commands"
    [ -z "$root" ] || return 0
    limit=
    if timeout 5 true 2>/dev/null; then
        limit='timeout 20'
    fi
    listed_commands >"$work/list"
    while IFS=' ' read -r key program arguments; do
        answer=$copy/nptune-gather/commands/$key
        file=$(find_program "$program")
        if [ -z "$file" ]; then
            printf 'absent\n' >"$answer.status"
            continue
        fi
        IFS=' '
        { $limit "$file" $arguments; printf '%s\n' $? >"$answer.status"; } \
            </dev/null 2>"$work/error" | head -c "$MAX_TEXT" >"$answer.out"
        head -c 4096 "$work/error" >"$answer.err"
        asked=$((asked + 1))
    done <"$work/list"
}

find_program() {
    command -v "$1" && return
    [ "$1" != qemu-system-x86_64 ] || command -v qemu-kvm
}

# Redaction ----------------------------------------------------------------------------------------------------------

redact() {
    # Copies of read-only files are read-only, even to ourselves.
    chmod -R u+rwX "$copy"
    find "$copy" \( -path "$copy/sys" -o -name config.gz -o -name 'config-*' -o -name os-release -o -name config \
        -o -path "$copy/proc/irq" -o -path "$copy/proc/cpuinfo" -o -path "$copy/proc/meminfo" -o -path "$copy/nptune-gather/manifest" \) -prune \
        -o -type f -size +0 -print | sort >"$work/texts"
    # The words of a process's command line end with NUL, which awk cannot hold.
    grep '/proc/[0-9]*/cmdline$' "$work/texts" | while IFS= read -r file; do
        tr '\000' '\001' <"$file" >"$work/one" && cat "$work/one" >"$file"
    done
    known_users >"$work/users"
    # What is in a directory comes before it.
    find "$copy" \( -path "$copy/sys" -o -path "$copy/proc" \) -prune -o -print | sort -r >"$work/names"
    awk -v all="$redacting" -v users="$work/users" -v names="$work/names" -v manifest="$copy/nptune-gather/manifest" \
        -v renames="$work/renames" "$(redaction_program)" "$work/texts" "$work/names" "$copy/nptune-gather/manifest" \
        >"$work/redacted" || fail 'awk cannot redact' 'install awk, or use --no-redact'
    grep '/proc/[0-9]*/cmdline$' "$work/texts" | while IFS= read -r file; do
        # awk ended the only line with a line feed, which the kernel does not.
        tr '\001' '\000' <"$file" | tr -d '\n' >"$work/one" && cat "$work/one" >"$file"
    done
    [ -n "$redacting" ] || return 0
    if [ -f "$work/renames" ]; then
        while IFS=$TAB read -r from to; do
            mv -- "$from" "$to"
        done <"$work/renames"
    fi
    count=0
    for each in "$copy"/sys/fs/btrfs/*-*; do
        count=$((count + 1))
        [ ! -d "$each" ] || mv -- "$each" "$copy/sys/fs/btrfs/00000000-0000-4000-8000-$(printf %012x "$count")"
    done
    find "$copy/sys" -name edid -type f -size +0 2>/dev/null | while IFS= read -r file; do
        redact_edid "$file"
    done
}

# Lines "user NAME" and "host NAME".
known_users() {
    {
        id -un
        printf '%s\n' "${SUDO_USER:-}" "${DOAS_USER:-}" "${LOGNAME:-}" "${USER:-}"
        awk -F: '$3 >= 1000 && $3 < 60000 { print $1 }' "$root/etc/passwd"
    } 2>/dev/null | sort -u | kept_words user
    {
        [ -n "$root" ] || uname -n
        cat "$root/etc/hostname"
    } 2>/dev/null | sed 's/\..*//' | sort -u | kept_words host
}

kept_words() {
    while IFS=' ' read -r word _; do
        if [ ${#word} -ge 3 ]; then
            case $PLAIN_WORDS in
                *" $word "*) ;;
                *) printf '%s %s\n' "$1" "$word" ;;
            esac
        fi
    done
}

# The first block only, without the monitor's serial number, as a number and as text. Its checksum no longer fits.
redact_edid() {
    dd if="$1" of="$work/one" bs=128 count=1 2>/dev/null
    dd if=/dev/zero of="$work/one" bs=1 seek=12 count=4 conv=notrunc 2>/dev/null
    for at in 54 72 90 108; do
        kind=$(dd if="$work/one" bs=1 skip="$at" count=5 2>/dev/null | od -An -tx1 | tr -d ' \n')
        if [ "$kind" = 000000ff00 ]; then
            printf 'SERIAL\n      ' | dd of="$work/one" bs=1 seek=$((at + 5)) conv=notrunc 2>/dev/null
        fi
    done
    cat "$work/one" >"$1"
}

redaction_program() {
    cat <<'END'
BEGIN {
    h = "[0-9a-fA-F]"; h4 = h h h h; h8 = h4 h4
    UUID = h8 "-" h4 "-" h4 "-" h4 "-" h8 h4
    MAC = h h ":" h h ":" h h ":" h h ":" h h ":" h h
    ID = h8 h8 h8 h8
    while ((getline word < users) > 0) {
        split(word, parts, " ")
        nameKind[parts[2]] = parts[1]
    }
}

# Names of files and directories, and where the manifest has them.
FILENAME == names {
    if (all) rename($0)
    next
}

FILENAME == manifest {
    told[++tellings] = all && $0 !~ /\t\/sys\// ? renamed($0) : $0
    next
}

{
    file = $0
    count = 0
    changed = 0
    while ((getline text < file) > 0) {
        new = withoutPasswords(text)
        if (all) new = redacted(new)
        if (new != text) changed = 1
        lines[++count] = new
    }
    close(file)
    if (changed) {
        printf "" > file
        for (i = 1; i <= count; i++) print lines[i] > file
        close(file)
    }
}

END {
    printf "" > manifest
    for (i = 1; i <= tellings; i++) print told[i] > manifest
    close(manifest)
    for (kind in kinds) print kinds[kind], kind
}

function rename(file,    slash, name, new) {
    slash = length(file)
    while (substr(file, slash, 1) != "/") slash--
    name = substr(file, slash + 1)
    new = renamed(name)
    if (new != name) print file "\t" substr(file, 1, slash) new > renames
}

function renamed(name) {
    return replaced(replaced(name, UUID, "UUID"), ID, "machine ID")
}

function withoutPasswords(s) {
    if (s !~ /passw|secret/) return s
    gsub(/passwd='[^']*'/, "passwd='redacted'", s)
    gsub(/passwd="[^"]*"/, "passwd=\"redacted\"", s)
    if (s ~ /^[ \t]*(vnc|spice|rbd)_[a-z_]*password[ \t]*=/) sub(/=.*/, "= \"redacted\"", s)
    if (s ~ /^[ \t]*password/) sub(/password.*/, "password redacted", s)
    gsub(/(-object[ \001]+)?secret,[^ \001]*/, "secret,redacted", s)
    gsub(/password=[^ ,\001]*/, "password=redacted", s)
    return s
}

function redacted(s) {
    if (s ~ /-/) s = replaced(s, UUID, "UUID")
    if (s ~ /[Uu][Uu][Ii][Dd]=/) s = afterMark(s, "[Uu][Uu][Ii][Dd]=", "[^ \t\001\"'/,;)]+", "UUID")
    if (s ~ /:.*:.*:.*:.*:/) s = replaced(s, MAC, "MAC address")
    s = replaced(s, ID, "machine ID")
    if (s ~ /by-id\//) s = afterMark(s, "/by-id/", "[^ \t\001\"'<>,;]+", "disk")
    if (s ~ /[Ss]erial/) {
        s = afterMark(s, "<serial>", "[^<]+", "serial number")
        s = afterMark(s, "name=.serial.>", "[^<]+", "serial number")
        s = afterMark(s, "\"serial\": *\"", "[^\"]+", "serial number")
        s = afterMark(s, "[ ,\001\"]serial=", "[^ ,\001\"']+", "serial number")
        s = afterMark(s, "[Ss]erial( ?[Nn]umber)?: *", "[^ ]+", "serial number")
    }
    s = afterMark(s, "/home/", "[^/ \t\001\"'<>,:]+", "user name")
    s = afterMark(s, "/run/media/", "[^/ \t\001\"'<>,:]+", "user name")
    for (name in nameKind) if (index(s, name)) s = withoutWord(s, name, nameKind[name] " name")
    return s
}

# Every match that no letter or digit touches.
function replaced(s, pattern, kind,    out, before, after, found) {
    out = ""
    while (match(s, pattern)) {
        found = substr(s, RSTART, RLENGTH)
        before = substr(out substr(s, 1, RSTART - 1), length(out) + RSTART - 1, 1)
        after = substr(s, RSTART + RLENGTH, 1)
        if (before ~ /[0-9A-Za-z:]/ || after ~ /[0-9A-Za-z]/ || (after == ":" && kind == "MAC address")) {
            out = out substr(s, 1, RSTART)
            s = substr(s, RSTART + 1)
        } else {
            out = out substr(s, 1, RSTART - 1) instead(found, kind)
            s = substr(s, RSTART + RLENGTH)
        }
    }
    return out s
}

# What follows a mark.
function afterMark(s, mark, pattern, kind,    out, from, value) {
    out = ""
    while (match(s, mark)) {
        from = RSTART + RLENGTH
        out = out substr(s, 1, from - 1)
        s = substr(s, from)
        if (match(s, pattern) && RSTART == 1) {
            value = substr(s, 1, RLENGTH)
            s = substr(s, RLENGTH + 1)
            out = out (kind == "disk" ? disk(value) : instead(value, kind))
        }
    }
    return out s
}

function withoutWord(s, word, kind,    out, at, before, after) {
    out = ""
    while ((at = index(s, word)) > 0) {
        before = at > 1 ? substr(s, at - 1, 1) : substr(out, length(out), 1)
        after = substr(s, at + length(word), 1)
        if (before ~ /[0-9A-Za-z_.-]/ || after ~ /[0-9A-Za-z_-]/) {
            out = out substr(s, 1, at + length(word) - 1)
        } else {
            out = out substr(s, 1, at - 1) instead(word, kind)
        }
        s = substr(s, at + length(word))
    }
    return out s
}

# ata-MODEL_SERIAL-part1: the serial number stands behind the last underscore, or is all there is.
function disk(name,    part, keep) {
    part = ""
    if (match(name, /-part[0-9]+$/)) {
        part = substr(name, RSTART)
        name = substr(name, 1, RSTART - 1)
    }
    keep = length(name)
    while (keep > 0 && substr(name, keep, 1) != "_") keep--
    if (keep == 0 && match(name, /[-.]/)) keep = RSTART
    return substr(name, 1, keep) instead(substr(name, keep + 1), "serial number") part
}

# The same for the same, so that what names it elsewhere still does.
function instead(value, kind,    key) {
    if (value in made || value ~ /^(00:00:00:00:00:00|[fF:]+)$/) return value
    key = kind SUBSEP tolower(value)
    if (!(key in placeholder)) {
        kinds[kind]++
        placeholder[key] = form(kind, kinds[kind], value)
        made[placeholder[key]] = 1
    }
    return placeholder[key]
}

function form(kind, n, value) {
    if (kind == "UUID" && value ~ ("^" UUID "$")) return sprintf("00000000-0000-4000-8000-%012x", n)
    if (kind == "UUID") return sprintf("0000-%04x", n)
    if (kind == "MAC address") return sprintf("02:00:00:00:%02x:%02x", n / 256, n % 256)
    if (kind == "machine ID") return sprintf("%032x", n)
    if (kind == "serial number") return "SERIAL" n
    sub(/ name/, "", kind)
    return kind n
}
END
}

# The archive --------------------------------------------------------------------------------------------------------

clean_up() {
    [ -z "$work" ] || { cd / && rm -rf -- "$work"; }
}

make_work_directory() {
    umask 077
    work=
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    work=$(mktemp -d "${TMPDIR:-/tmp}/nptune-gather.XXXXXX") || fail "cannot write to ${TMPDIR:-/tmp}" 'set TMPDIR'
    work=$(cd -P -- "$work" && pwd -P)
    copy=$work/host
    mkdir -p -- "$copy/nptune-gather"
}

# Some versions of cp believe the sizes that /proc and /sys show.
test_cp() {
    one_by_one=
    here=$root/proc/sys/kernel/osrelease
    if [ -s "$here" ] || [ -r "$here" ]; then
        cp -- "$here" "$work/one" 2>/dev/null
        cat "$here" 2>/dev/null | cmp -s - "$work/one" || one_by_one=yes
        rm -f -- "$work/one"
    fi
}

write_archive() {
    cd "$copy" || exit 3
    if tar --numeric-owner -cf /dev/null nptune-gather 2>/dev/null; then
        owner=--numeric-owner
    else
        owner=
        say 'this tar writes the name of the user who runs it into the archive'
    fi
    IFS=' '
    { tar $owner -cf - -- * || : >"$work/failed"; } | gzip -c
    [ ! -e "$work/failed" ] || fail 'tar failed; the archive is not whole' "look for space in ${TMPDIR:-/tmp}"
}

report() {
    counts=
    IFS=' '
    for word in $summary; do
        case $word in
            [0-9]*) counts="$counts $((${word%,}))," ;;
            *) counts="$counts $word" ;;
        esac
    done
    say "took$counts and asked $asked programs"
    if [ "$denials" -gt 0 ]; then
        say "was not permitted to read $denials place(s) (root is, mostly), the first of them:" \
            "$(printf '%s' "$denied" | sed -n '2,4p' | tr '\n' ' ')"
    fi
    if [ -n "$redacting" ]; then
        say "replaced: $(sort -k 2 "$work/redacted" | awk '
            { n = $1; $1 = ""; printf "%s%s: %d", s, substr($0, 2), n; s = ", " }
            END { if (!NR) printf "nothing" }')"
        say 'look at what is in the archive before you post it: names of VMs, disks and folders stay as they are'
    else
        say 'NOT redacted: serial numbers, MAC addresses, UUIDs and names are in it. Do not post it.'
    fi
}

main() {
    redacting=yes
    root=
    while [ $# -gt 0 ]; do
        case $1 in
            --no-redact) redacting= ;;
            --root)
                [ -n "${2:-}" ] && root=$(cd -P -- "$2" 2>/dev/null && pwd -P) ||
                    fail "not a directory: ${2:-}" 'give --root the top of a mounted system'
                [ "$root" != / ] || root=
                shift
                ;;
            -h | --help) usage; return ;;
            *) usage >&2; exit 2 ;;
        esac
        shift
    done
    if [ -t 1 ]; then
        say 'the archive is binary and does not belong on a terminal'
        say 'next: write it to a file: sh gather.sh > host.tar.gz'
        exit 2
    fi
    for program in tar gzip awk sed cp cat mkdir mktemp find grep head tail tr xargs; do
        command -v "$program" >/dev/null || fail "'$program' is missing" "install $program, or busybox"
    done
    exec </dev/null
    make_work_directory
    denied=$LF
    denials=0
    taken=0
    asked=0
    summary=' '
    release=
    { read -r release <"$root/proc/sys/kernel/osrelease"; } 2>/dev/null
    case $release in
        *[!A-Za-z0-9._+~-]*) release= ;;
    esac
    note "nptune-gather${TAB}1"
    note "redacted$TAB${redacting:-no}"
    test_cp
    copy_listed
    copy_listed_names
    copy_memory_map
    copy_logs
    copy_processes
    ask_commands
    redact
    write_archive
    report
}

PATH=${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin:/usr/libexec
LC_ALL=C
export PATH LC_ALL
main "$@"
