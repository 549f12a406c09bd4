#!/bin/busybox sh
# Init of the emulated host: the real machine's root, read-only under an overlay that lives in memory.
# 9p shares: root (the real root), modules (this kernel's modules), lab (what is exchanged; the only writable one).
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev

while read -r module; do insmod "/modules/$module"; done < /modules/order

mkdir -p /real /memory /root
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro root /real
mount -t tmpfs -o mode=0755 tmpfs /memory
mkdir /memory/upper /memory/work
mount -t overlay -o lowerdir=/real,upperdir=/memory/upper,workdir=/memory/work overlay /root

for moved in proc sys dev; do mount --move /$moved /root/$moved; done
cd /root || exit 1
mkdir -p dev/shm dev/pts dev/hugepages etc/sysctl.d lab var/lib/nptune
mount -t tmpfs tmpfs dev/shm
mount -t devpts devpts dev/pts
mount -t hugetlbfs hugetlbfs dev/hugepages
mount -t tmpfs -o mode=0755 tmpfs run
# The real machine's own journals, module and kernel options and domains are none of the lab's business. Journals are kept in
# memory: waiting for a disk of the real machine makes the instruction clock jump from timer to timer.
mount -t tmpfs -o mode=0755 tmpfs etc/modprobe.d
mount -t tmpfs -o mode=0755 tmpfs etc/sysctl.d
: > etc/sysctl.conf
mount -t tmpfs -o mode=0755 tmpfs etc/libvirt/qemu
mount -t tmpfs -o mode=0700 tmpfs var/lib/nptune
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t debugfs debugfs sys/kernel/debug
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=none lab lab
release=$(uname -r)
mkdir -p "usr/lib/modules/$release"
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro modules "usr/lib/modules/$release"
ip link set lo up

# chroot, not switch_root: init stays process 1 and powers the machine off whatever happens inside.
chroot . /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=dumb sh /lab/agent.sh
sync
poweroff -f
