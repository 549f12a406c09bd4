# What is set in a variant's tree for the lab: settle.sh TREE.
set -eu
cd "$1"
units=etc/systemd/system

# All that a machine of a minute does without. libvirtd comes when its socket is asked.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer logrotate.timer systemd-tmpfiles-clean.timer systemd-networkd-wait-online.service \
    libvirt-guests.service systemd-pstore.service getty@tty1.service serial-getty@ttyS0.service modprobe@.service; do
    ln -sf /dev/null "$units/$unit"
done
rm -f "$units/multi-user.target.wants/libvirtd.service"
mkdir -p etc/systemd/system-generators
for name in cryptsetup debug getty gpt-auto hibernate-resume integritysetup rc-local run system-update sysv veritysetup; do
    ln -s /dev/null "etc/systemd/system-generators/systemd-$name-generator"
done

# Drivers for nothing that is used. Most test themselves when they are loaded, which takes seconds in an emulator.
for module in aesni_intel ahci cfg80211 crc32_pclmul crct10dif_pclmul ghash_clmulni_intel i2c_i801 iTCO_wdt lpc_ich pcspkr \
    psmouse serio_raw sha1_ssse3 sha256_ssse3 sha512_ssse3; do
    echo "blacklist $module"
done > etc/modprobe.d/lab.conf

# At boot udev goes through every device anew, which takes seconds in an emulator: it leaves out those for which rules do
# nothing that is used here. Not in /etc, where NPTune makes and removes a folder of this name.
early=usr/lib/systemd/system/systemd-udev-trigger.service.d
mkdir -p "$early"
{
    printf '[Service]\nExecStart=\nExecStart=-udevadm trigger --type=devices --action=add'
    printf ' --subsystem-nomatch=%s' acpi bdi mem memory msr cpuid pnp tty vc workqueue
    echo
} > "$early/lab.conf"

mkdir -p "$units/multi-user.target.wants" etc/systemd/network etc/systemd/system.conf.d etc/systemd/journald.conf.d
cat > "$units/lab-agent.service" <<'END'
[Unit]
Description=The lab's control channel
ConditionPathExists=/sys/bus/virtio

[Service]
ExecStartPre=/sbin/modprobe -a 9pnet_virtio 9p virtio_console
ExecStartPre=/bin/mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=none lab /lab
ExecStart=/bin/sh /lab/agent.sh
Environment=HOME=/root LC_ALL=C.UTF-8 TERM=dumb
TimeoutStopSec=5

[Install]
WantedBy=multi-user.target
END
ln -sf ../lab-agent.service "$units/multi-user.target.wants/"

# The network is restricted: an address and a way out, on which nothing answers.
printf '[Match]\nType=ether\n\n[Network]\nAddress=10.0.2.15/24\nGateway=10.0.2.2\nLinkLocalAddressing=no\n' \
    > etc/systemd/network/lab.network
ln -sf /lib/systemd/system/systemd-networkd.service "$units/multi-user.target.wants/"

# A shutdown that hangs is seen soon.
printf '[Manager]\nDefaultTimeoutStopSec=20s\n' > etc/systemd/system.conf.d/lab.conf
passwd -q -R "$PWD" -d root 2> /dev/null || sed -i 's/^root:[^:]*:/root::/' etc/shadow
rmdir etc/systemd/journald.conf.d
