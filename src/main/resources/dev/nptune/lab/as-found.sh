# Sets the emulated host up as the people in the forum thread had theirs: nested paging off, small pages only, the
# graphics card on its host driver, a VM with emulated SATA disk, memory balloon and no pins.
set -e
printf '# nested paging was slow, so turn it off (2017)\noptions kvm_amd npt=0\n' > /etc/modprobe.d/kvm.conf
echo never > /sys/kernel/mm/transparent_hugepage/enabled
modprobe brd rd_nr=1 rd_size=65536
modprobe kvm_amd
modprobe vfio-pci
modprobe bochs

. /lab/libvirt.sh
virsh --quiet define --file /lab/win10.xml
