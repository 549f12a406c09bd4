# Makes the tree that all variants start from: base.sh TREE. Debian 12 without a kernel, a boot loader and a builder of
# initramfs, but with libvirt and QEMU; the packages of the variants are fetched, not installed.
set -eu
tree=$1

# The first Debian archive that this machine's own apt uses: no mirror's name is written here.
mirror=$(apt-get indextargets --format '$(REPO_URI)' \
    'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 'Codename: bookworm' | head -n 1)
[ -n "$mirror" ] || { echo "apt on this machine knows no archive of Debian 12 (run 'apt-get update')" >&2; exit 1; }

debootstrap --variant=minbase bookworm "$tree" "$mirror"

# Nothing here outlives a failed build, so dpkg need not wait for the disk; nobody reads manuals in there.
echo force-unsafe-io > "$tree/etc/dpkg/dpkg.cfg.d/lab"
for path in doc man info locale help gnome lintian; do
    echo "path-exclude=/usr/share/$path/*" >> "$tree/etc/dpkg/dpkg.cfg.d/lab"
    find "$tree/usr/share/$path" -mindepth 1 -delete 2> /dev/null || true
done
printf '#!/bin/sh\nexit 101\n' > "$tree/usr/sbin/policy-rc.d"
chmod 755 "$tree/usr/sbin/policy-rc.d"

inside() {
    chroot "$tree" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}
install="apt-get -q -y --no-install-recommends install"

inside $install systemd systemd-sysv libpam-systemd udev dbus kmod util-linux fdisk e2fsprogs \
    iproute2 pciutils zstd \
    libvirt-daemon-system libvirt-clients libvirt-daemon-driver-qemu qemu-system-x86 dnsmasq-base
inside $install --download-only linux-image-amd64 initramfs-tools grub-pc
inside $install --download-only linux-image-amd64 initramfs-tools systemd-boot dosfstools
inside $install --download-only linux-image-amd64 dracut grub-pc
