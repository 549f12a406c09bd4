#!/bin/sh
# Process 1 of the boot that installs GRUB, as only a machine with the disk in it can.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C.UTF-8
# The root file system can be put to rest only if no file is open that was removed.
if [ "$0" = /install-grub.sh ]; then
    mount -t tmpfs tmpfs /run
    cp "$0" /run/install-grub.sh
    exec sh /run/install-grub.sh
fi
mount -o remount,rw /
for kind in proc sysfs devtmpfs; do
    case $kind in proc) at=/proc ;; sysfs) at=/sys ;; devtmpfs) at=/dev ;; esac
    mountpoint -q $at || mount -t $kind $kind $at
done
if grub-install --no-floppy /dev/vda && update-grub; then
    rm /install-grub.sh
    done='GRUB is installed.'
fi
mount -o remount,ro / && echo "${done-}"
echo o > /proc/sysrq-trigger
sleep 60
