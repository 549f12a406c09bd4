# Sets the emulated host up to look into page tables: a VM with the second graphics card, which libvirt takes from its host
# driver when the VM starts. kvm_amd is the file that lies in /lab, or the kernel's own.
set -e
modprobe vfio-pci
modprobe bochs
set --
[ ! -e /lab/kvm-amd.ko ] || set -- /lab/kvm-amd.ko
while read -r option; do
    [ -z "$option" ] || set -- "$@" "$option"
done < /lab/kvm-options
sh /lab/load-kvm.sh "$@"
. /lab/libvirt.sh
virsh --quiet define --file /lab/game.xml
