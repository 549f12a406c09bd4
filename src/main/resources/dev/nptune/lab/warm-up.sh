# Reads QEMU and what it loads into memory, so that no page of it has to come from the real machine, in real time,
# while something is measured on the instruction clock.
cat @QEMU@ /usr/share/seabios/bios-256k.bin > /dev/null
ldd @QEMU@ | while read -r name arrow file rest; do
    case $file in /*) cat "$file" > /dev/null ;; esac
done
