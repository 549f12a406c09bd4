# Makes a variant's disk: variant.sh BASE VARIANT WORK, in a mount namespace of its own. Leaves WORK/disk.raw and, for
# GRUB, which is still to be installed by a boot with init=/install-grub.sh, WORK/vmlinuz and WORK/initrd.
set -eu
base=$1 variant=$2 work=$3
tree=$work/tree
root_uuid=6e707475-6e65-4c61-8000-000000000001
esp_id=4e50544e
# norandmaps: programs at the same addresses, always. At random ones QEMU 7.2 translates them anew with each process, which
# takes most of the time (mkinitramfs 45 s instead of 16).
# no_timer_check, tsc=reliable: on a busy computer the emulated timer's first interrupts come too late for Linux, which then
# panics ("timer doesn't work through Interrupt-remapped IO-APIC"), and the CPUs' counters look apart, which they are not.
# mitigations=off: what guards against a processor's leaks takes 8 % of everything there, and the emulated processor leaks
# nothing. quiet: what the kernel and systemd say on the serial port as they go takes 4 s of a boot.
arguments='console=ttyS0,115200 norandmaps no_timer_check tsc=reliable mitigations=off quiet'

case $variant in
    grub-initramfs-tools) packages='initramfs-tools grub-pc' esp_mib=0 ;;
    grub-dracut) packages='dracut grub-pc' esp_mib=0 ;;
    systemd-boot-initramfs-tools) packages='initramfs-tools systemd-boot' esp_mib=128 ;;
    *) echo "no such variant: $variant" >&2; exit 2 ;;
esac

inside() {
    chroot "$tree" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        SYSTEMD_RELAX_ESP_CHECKS=1 BOOT_ROOT=/boot/efi "$@"
}

cp -a --reflink=auto "$base" "$tree"
cd "$tree"
echo lab > etc/hostname
printf '127.0.0.1 localhost\n127.0.1.1 lab\n' > etc/hosts
: > etc/resolv.conf
echo "UUID=$root_uuid / ext4 errors=remount-ro 0 1" > etc/fstab
[ $esp_mib = 0 ] || echo 'UUID=4E50-544E /boot/efi vfat umask=0077 0 1' >> etc/fstab
mkdir -p lab

# An initramfs for this machine alone: one for every machine takes the emulated processor minutes to build.
modules='virtio_pci virtio_blk ext4'
mkdir -p etc/initramfs-tools/conf.d etc/dracut.conf.d etc/default etc/kernel
if [ "${packages%% *}" = dracut ]; then
    rmdir etc/initramfs-tools/conf.d etc/initramfs-tools
    cat > etc/dracut.conf.d/lab.conf <<END
hostonly="no"
drivers="$modules"
filesystems="ext4"
compress="gzip"
omit_dracutmodules+=" crypt dm kernel-modules-extra lunmask nvdimm overlay-root qemu resume terminfo virtiofs "
END
else
    rmdir etc/dracut.conf.d
    printf 'MODULES=list\nCOMPRESS=gzip\n' > etc/initramfs-tools/conf.d/lab
    echo "$modules" | tr ' ' '\n' > etc/initramfs-tools/modules
fi
if [ $esp_mib = 0 ]; then
    cat > etc/default/grub <<END
GRUB_DEFAULT=0
GRUB_TIMEOUT=1
GRUB_DISTRIBUTOR=Debian
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="$arguments"
GRUB_TERMINAL="serial"
GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"
GRUB_DISABLE_OS_PROBER=true
END
else
    # bootctl wants the root of a file system there.
    mkdir boot/efi
    mount -t tmpfs tmpfs boot/efi
    echo "root=UUID=$root_uuid ro $arguments" > etc/kernel/cmdline
    packages="$packages dosfstools"
fi

echo "grub-pc grub-pc/install_devices_empty boolean true" | inside debconf-set-selections
mount -t proc proc proc
mount --bind /dev dev
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
# The kernel comes last, or its initramfs is built twice.
inside apt-get -q -y --no-install-recommends install $packages
inside apt-get -q -y --no-install-recommends install linux-image-amd64
inside apt-get clean
umount proc dev/pts dev
rm -rf var/lib/apt/lists/* usr/sbin/policy-rc.d

if [ $esp_mib != 0 ]; then
    # As bootctl writes it for Debian's package. It does not where /etc/machine-id lies in memory, as it may here.
    entry=$(basename boot/efi/loader/entries/*.conf)
    printf 'timeout 1\ndefault %s-*\n' "${entry%%-*}" > boot/efi/loader/loader.conf
fi
sh "$work/settle.sh" "$tree"
if [ $esp_mib = 0 ]; then
    cp boot/vmlinuz-* "$work/vmlinuz"
    cp boot/initrd.img-* "$work/initrd"
    cp "$work/install-grub.sh" .
    chmod 755 install-grub.sh
fi
# The build's own machine is not to be found in the image, nor its log.
find var/log -type f -delete
cd "$work"

dd_sparse() { dd if="$1" of=disk.raw bs=1M seek="$2" conv=notrunc,sparse status=none; }
disk_mib=4096
truncate -s ${disk_mib}M disk.raw
if [ $esp_mib = 0 ]; then
    echo 'start=2048, type=83, bootable' | sfdisk -q --label dos disk.raw
    first_mib=1
else
    printf 'start=2048, size=%sM, type=U\ntype=L\n' $esp_mib | sfdisk -q --label gpt disk.raw
    first_mib=$((1 + esp_mib))
    truncate -s ${esp_mib}M esp.raw
    mkfs.vfat -i $esp_id esp.raw > mkfs.log
    mcopy -s -i esp.raw "$tree"/boot/efi/* ::
    umount "$tree/boot/efi"
    dd_sparse esp.raw 1
    rm esp.raw
fi
truncate -s $((disk_mib - first_mib - 1))M root.raw
# The lazy parts are done now, or the kernel does them later while a test runs.
mke2fs -q -t ext4 -U $root_uuid -E lazy_itable_init=0,lazy_journal_init=0 -d "$tree" root.raw
dd_sparse root.raw $first_mib
rm -r root.raw "$tree"
