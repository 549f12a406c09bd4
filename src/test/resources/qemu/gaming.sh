#!/bin/bash
# My gaming VM
if [ "$EUID" -ne 0 ]; then echo "run as root"; exit 1; fi
QEMU=/usr/bin/qemu-system-x86_64
GPU=0b:00
MEM=16G
OPTS="-name win10,debug-threads=on"
OPTS="$OPTS -enable-kvm -m ${MEM}"
OPTS+=" -mem-path /dev/hugepages -mem-prealloc"
OPTS="$OPTS -cpu host,kvm=off,hv_vendor_id=whatever,hv_relaxed,hv_spinlocks=0x1fff,hv_vapic,hv_time,+topoext,-hypervisor"
OPTS="$OPTS -smp 12,sockets=1,cores=6,threads=2"
args=(
  -machine q35,accel=kvm,kernel_irqchip=on,vmport=off   # chipset
  -device pcie-root-port,id=rp1,chassis=1,slot=1,bus=pcie.0,addr=1c.0,multifunction=on
  -device vfio-pci,host=$GPU.0,bus=rp1,addr=00.0,multifunction=on,x-vga=on,romfile=/root/gpu.rom
  -device "vfio-pci,host=${GPU}.1,bus=rp1,addr=00.1"
  -object iothread,id=io1
  -drive file=/vms/win10.qcow2,format=qcow2,if=none,id=disk0,cache=none,aio=native
  -device virtio-blk-pci,drive=disk0,iothread=io1
)
args+=(-drive "file=/vms/games,, and more.img,if=ide,cache=writeback")
if lsusb | grep -q 046d; then
  args+=(-device usb-host,vendorid=0x046d,productid=0xc52b)
fi
export QEMU_AUDIO_DRV=pa
modprobe kvm
taskset -c 2-7,10-15 $QEMU $OPTS "${args[@]}" \
  -rtc base=localtime,driftfix=slew \
  -global kvm-pit.lost_tick_policy=discard -nodefaults -vga none -nographic \
  -netdev tap,id=n0,ifname=tap0,script=no,vhost=on -device virtio-net-pci,netdev=n0 \
  -device qemu-xhci -device usb-tablet \
  -device ivshmem-plain,memdev=shm,bus=pcie.0 \
  -object memory-backend-file,id=shm,share=on,mem-path=/dev/shm/looking-glass,size=32M \
  -device frobnicator,x=1 \
  "$@" > /tmp/log 2>&1 &
wait
