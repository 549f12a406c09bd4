# Loads kvm_amd again: load-kvm.sh [FILE.ko] [PARAMETER=VALUE]…, without a file the kernel's own.
set -e
modprobe kvm_amd # what it needs stays loaded
rmmod kvm_amd
case $1 in
*.ko) insmod "$@" ;;
*) modprobe kvm_amd "$@" ;;
esac
