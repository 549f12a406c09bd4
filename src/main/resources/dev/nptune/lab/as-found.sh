# Sets the emulated host up as the people in the forum thread had theirs: nested paging off, small pages only, the
# graphics card on its host driver, a VM with emulated SATA disk, memory balloon and no pins.
set -e
printf '# nested paging was slow, so turn it off (2017)\noptions kvm_amd npt=0\n' > /etc/modprobe.d/kvm.conf
echo never > /sys/kernel/mm/transparent_hugepage/enabled
modprobe brd rd_nr=1 rd_size=65536
modprobe kvm_amd
modprobe vfio-pci
modprobe bochs

# libvirt in a machine without systemd: no namespaces, no control groups, its logs written directly.
cat > /etc/libvirt/qemu.conf <<END
namespaces = []
cgroup_controllers = []
security_driver = "none"
user = "root"
group = "root"
stdio_handler = "file"
END
libvirtd -d
tries=0
until virsh --quiet version > /dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 60 ] || { echo "libvirtd does not answer" >&2; exit 1; }
    sleep 0.5
done
virsh --quiet define --file /lab/win10.xml
