#!/bin/busybox sh
# Init of the machine that is measured: the same image on bare metal and in the VM.
# Kernel command line: nptune.ram=MIB makes a RAM disk of that size, for the machine that has no other disk;
# nptune.hold measures nothing, but keeps the framebuffer mapped.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev

for word in $(cat /proc/cmdline); do
    case $word in
    nptune.ram=*) ram=${word#*=} ;;
    nptune.hold) hold=1 ;;
    esac
done
while read -r module; do insmod "/modules/$module"; done < /modules/order
[ -z "$ram" ] || insmod /modules/brd.ko rd_nr=1 rd_size=$((ram * 1024))

# The disk: whatever bus it hangs on in the VM, the RAM disk on bare metal.
tries=0
while [ -z "$hold$disk" ] && [ $tries -lt 50 ]; do
    for candidate in /dev/sda /dev/vda /dev/ram0; do
        [ ! -b $candidate ] || disk=$candidate
    done
    [ -n "$disk" ] || sleep 0.1
    tries=$((tries + 1))
done

for function in /sys/bus/pci/devices/*; do
    [ "$(cat "$function/class")" = 0x038000 ] || continue
    echo "NPTUNE-GPU ${function##*/} $(cat "$function/vendor") $(cat "$function/device")"
    framebuffer=$function/resource0_wc
    [ -e "$framebuffer" ] || framebuffer=$function/resource0
done
echo "NPTUNE-MACHINE $(uname -r) $(nproc) $disk $(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)"

sleep 2 # the host settles; on the instruction clock an idle second costs nothing
[ -n "$framebuffer" ] || echo "NPTUNE-FAILED framebuffer no display device"
if [ -n "$hold" ]; then
    dmesg | sed -n 's|.*x86/PAT: Configuration .0-7.: *|NPTUNE-PAT |p'
    nptune-workloads --hold "$framebuffer"
    poweroff -f
fi
nptune-workloads "$disk" $framebuffer
echo NPTUNE-DONE
poweroff -f
