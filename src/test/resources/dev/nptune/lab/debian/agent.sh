# Runs in the lab's Debian: takes the name of a call from the control port, runs the command whose arguments stand in
# /lab/calls/NAME.argv, one a line, and answers with its exit status. Calls run side by side. The boot's number, told
# first, says that it is there.
while read -r tag path; do
    mkdir -p "$path"
    mountpoint -q "$path" ||
        mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro "$tag" "$path"
done < /lab/mounts
tries=0
port=
while [ -z "$port" ]; do
    for name in /sys/class/virtio-ports/*/name; do
        [ "$(cat "$name" 2> /dev/null)" = nptune ] || continue
        device=${name%/name}
        [ ! -c "/dev/${device##*/}" ] || port=/dev/${device##*/}
    done
    tries=$((tries + 1))
    [ $tries -lt 600 ] || exit 1
    [ -n "$port" ] || sleep 0.1
done
exec 3<> "$port"
printf '\nready %s\n' "$(cat /proc/sys/kernel/random/boot_id)" >&3
while read -r call <&3; do
    [ -e "/lab/calls/$call.argv" ] || continue
    set --
    while IFS= read -r argument; do set -- "$@" "$argument"; done < "/lab/calls/$call.argv"
    {
        "$@" > "/lab/calls/$call.out" 2> "/lab/calls/$call.err" < /dev/null 3>&-
        printf '%s %s\n' "$call" $? >&3
    } &
done
