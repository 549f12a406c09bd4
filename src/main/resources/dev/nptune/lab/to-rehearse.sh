# Sets the emulated host up to rehearse a plan: KVM and libvirt, and nothing that the plan's machine might not have.
set -e
modprobe kvm_amd
. /lab/libvirt.sh
