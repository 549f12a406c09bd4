package dev.nptune.plan;

/// The steps of [ScreenScript], in shell.
final class ScreenSteps {
    /// Before the VM starts: the desktop, what draws the consoles, the modules and drivers of the card.
    static final String TAKE = """

            # stops a unit and writes down what it is called
            stop() {
                ! stopped "$2" || return 0
                unit=$(systemctl show -p Id --value -- "$2" < /dev/null)
                note "$1 ${unit:-$2}" || return 1
                systemctl stop --no-block -- "${unit:-$2}" < /dev/null
                wait_for "$stopping" stopped "$2" || why="$2 has not stopped in time"
                [ -z "$why" ]
            }

            nvidia() (
                for card in $cards; do
                    [ "$(driver "/sys/bus/pci/devices/${card%=*}")" != nvidia ] || exit 0
                done
                exit 1
            )

            # what programs open to use the card
            nodes() (
                for card in $cards; do
                    for node in "/sys/bus/pci/devices/${card%=*}"/drm/*; do
                        [ ! -e "$node" ] || echo "/dev/dri/${node##*/}"
                    done
                done
                ! nvidia || echo /dev/nvidia*
            )

            # the first program that has the card
            holder() (
                nodes=$(nodes)
                for open in /proc/[0-9]*/fd/*; do
                    for node in $nodes; do
                        [ "$open" -ef "$node" ] || continue
                        pid=${open#/proc/}
                        read -r name < "/proc/${pid%%/*}/comm"
                        echo "$name (process ${pid%%/*}) has $node"
                        exit
                    done
                done
            )

            free() {
                [ -z "$(holder)" ]
            }

            desktop() {
                for unit in display-manager.service ${manager:+"$manager.service"}; do
                    stop manager "$unit" || return 1
                done
                if nvidia; then
                    stop service nvidia-persistenced.service && stop service nvidia-powerd.service || return 1
                fi
                wait_for "$freeing" free && return 0
                say "$(holder): the sessions at the screen are ended"
                loginctl terminate-seat seat0 < /dev/null
                wait_for "$freeing" free || why="$(holder), and does not let go of the card"
                [ -z "$why" ]
            }

            consoles() {
                for console in /sys/class/vtconsole/vtcon*; do
                    read -r name < "$console/name" || continue
                    case $name in *'frame buffer'*) ;; *) continue ;; esac
                    reads "$console/bind" 1 || continue
                    note "console $console" || return 1
                    put 0 "$console/bind"
                    wait_for "$freeing" reads "$console/bind" 0 || say "$console does not let go of its framebuffer"
                done
                for kind in efi-framebuffer vesa-framebuffer simple-framebuffer; do
                    drives=/sys/bus/platform/drivers/$kind
                    [ -e "$drives/$kind.0" ] || continue
                    note "framebuffer $drives $kind.0" || return 1
                    put "$kind.0" "$drives/unbind"
                    wait_for "$freeing" gone "$drives/$kind.0" || say "$kind.0 stays"
                done
            }

            # NVIDIA's driver waits for ever for who uses it, so it must be unloaded, from the top
            modules() {
                nvidia || return 0
                for module in nvidia_drm nvidia_modeset nvidia_uvm nvidia; do
                    [ -e "/sys/module/$module" ] || continue
                    note "module $module" || return 1
                    (modprobe -r "$module" 9<&- < /dev/null &)
                    wait_for "$freeing" gone "/sys/module/$module" || why="the module $module cannot be unloaded"
                    [ -z "$why" ] || return 1
                done
            }

            functions() {
                for card in $cards; do
                    device=/sys/bus/pci/devices/${card%=*}
                    name=$(driver "$device") || continue
                    case $name in *vfio-pci) continue ;; esac
                    note "function ${card%=*} $name" || return 1
                    put "${card%=*}" "$device/driver/unbind"
                    wait_for "$freeing" unbound "$device" || why="$name does not let go of ${card%=*}"
                    [ -z "$why" ] || return 1
                done
            }

            # whether the functions are what they were when this was made, and a driver of the host's has one
            ours() {
                used=
                for card in $cards; do
                    device=/sys/bus/pci/devices/${card%=*}
                    vendor= kind=
                    read -r vendor < "$device/vendor"
                    read -r kind < "$device/device"
                    if [ "${vendor#0x}:${kind#0x}" != "${card#*=}" ]; then
                        why="${card%=*} is not ${card#*=} any more: make a new plan with nptune"
                        return 1
                    fi
                    name=$(driver "$device")
                    case $name in '' | *vfio-pci) ;; *) used=$name ;; esac
                done
            }

            # whether the hook for all devices of the VM lets it start; it is run by libvirt too, which runs this one even
            # so
            fitting() {
                [ -x "$hostdevs" ] || return 0
                why=$("$hostdevs" "$vm" prepare begin - 2>&1) && why=
                why=${why#nptune: }
                [ -z "$why" ]
            }

            watched() {
                reads "$state/$file.watch" "$token"
            }

            watchdog() {
                rm -f "$state/$file.watch"
                systemd-run --collect --quiet --no-block --unit="nptune-screen-$token" -- \\
                    /bin/sh "$self" nptune watch "$token" 9<&- < /dev/null && wait_for "$waking" watched && return 0
                (setsid /bin/sh "$self" nptune watch "$token" 9<&- < /dev/null &)
                wait_for "$waking" watched || why="nothing could be started that would give the screen back"
                [ -z "$why" ]
            }

            # what an earlier start took and nobody gave back is still to be given back
            begin() {
                {
                    echo "owner $file $token"
                    while read -r kind rest; do
                        [ "$kind" = owner ] || echo "$kind $rest"
                    done < "$taken"
                    true
                } > "$taken.new" && mv "$taken.new" "$taken" || why="cannot write in $state"
                [ -z "$why" ]
            }

            take() {
                rm -f "$log"
                ours && fitting || return 1
                if [ -e "$taken" ]; then
                    owner=
                    read -r _ owner _ < "$taken"
                    [ "$owner" = "$file" ] || why="the screen is another VM's: shut that down, or if it is off, run\
             ${self%/*}/$owner nptune release"
                    [ -z "$(qemu)" ] || why='the VM runs, and has the screen'
                    [ -z "$why" ] || return 1
                elif [ -z "$used" ]; then
                    say 'no driver of the host has the card: there is nothing to take'
                    return 0
                fi
                begin && watchdog && desktop && consoles && modules && functions && return 0
                give_back
                return 1
            }
            """;

    /// After it: all of that in reverse; the watchdog; and which of it a run is for.
    static final String GIVE_BACK = """

            unforced() {
                ! reads "$1/driver_override" vfio-pci
            }

            rebind() {
                device=/sys/bus/pci/devices/$1
                name=$(driver "$device")
                case $name in
                *vfio-pci)
                    put '' "$device/driver_override"
                    wait_for "$freeing" unforced "$device"
                    put "$1" "$device/driver/unbind"
                    wait_for "$freeing" unbound "$device"
                    ;;
                esac
                bound "$device" || put "$1" /sys/bus/pci/drivers_probe
                wait_for "$freeing" bound "$device"
                name=$(driver "$device")
                [ "$name" = "$2" ] || say "$1 is not on $2 again, but on ${name:-nothing}"
            }

            give_back() {
                say 'the screen is given back'
                modules=
                for module in $(noted module); do modules="$module $modules"; done
                for module in $modules; do
                    (modprobe "$module" 9<&- < /dev/null &)
                    wait_for "$freeing" there "/sys/module/$module" || say "the module $module does not come back"
                done
                noted function | while read -r address name; do rebind "$address" "$name"; done
                noted framebuffer | while read -r drives name; do
                    there "$drives/$name" || put "$name" "$drives/bind"
                    wait_for "$freeing" there "$drives/$name" || say "$name does not come back"
                done
                for console in $(noted console); do
                    put 1 "$console/bind"
                    wait_for "$freeing" reads "$console/bind" 1 || say "$console draws nothing"
                done
                for unit in $(noted service) $(noted manager); do
                    systemctl reset-failed -- "$unit" < /dev/null
                    systemctl start --no-block -- "$unit" < /dev/null || say "$unit does not start"
                done
                rm -f "$taken"
            }

            back() {
                read -r _ owner _ < "$taken" && [ "$owner" = "$file" ] || return 0
                [ -z "$(qemu)" ] || why='the VM runs, and has the screen: shut it down first'
                [ -z "$why" ] && give_back
            }

            alone() {
                wait_for "$waiting" flock -n 9 || why='another start or stop of a VM does not end'
                [ -z "$why" ]
            }

            watch() {
                echo "$token" > "$state/$file.watch"
                # until the hook is through
                while mine && ! flock -n 9; do sleep "$tick"; done
                flock -u 9
                seen=
                while mine; do
                    if wait_for "$coming" come; then
                        seen=$(qemu)
                        while mine && [ "$(qemu)" = "$seen" ]; do sleep "$resting"; done
                        wait_for "$giving" over
                    fi
                    while mine && ! flock -n 9; do sleep "$tick"; done
                    now=$(qemu)
                    # another process may have its number meanwhile
                    [ -z "$seen" ] || [ "$now" = "$seen" ] || now=
                    if mine && [ -z "$now" ]; then
                        say 'the VM is not there, and libvirt has not said that it stopped'
                        give_back
                    fi
                    flock -u 9
                done
                ! watched || rm -f "$state/$file.watch"
            }

            run() {
                case $work in
                take) alone && take ;;
                back) alone && back ;;
                watch) watch ;;
                esac
            }

            self=$0
            {
                mkdir -p "$state" && run 9< "$state" || why=${why:-"cannot write in $state"}
            } > /dev/null 2>&1
            [ -n "$why" ] || exit 0
            say "$why" > /dev/null 2>&1
            echo "nptune: $why" >&2
            exit 1
            """;

    private ScreenSteps() {}
}
