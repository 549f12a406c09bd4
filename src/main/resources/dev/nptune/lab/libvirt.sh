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
