# Debian packages that the lab, the build and the tests need. Sourced by verify; POSIX sh.
#
#   need_packages       installs what is missing, as root; returns 3 if it cannot
#
# The list of the lab's packages is the program's own; both lists: a command or a path, a tab, the package that has it.

# Whether a file is a 64-bit ELF program without a PT_INTERP header (type 3), so that it needs no loader and no
# libraries: Debian's plain busybox is at the same place as the static one, but does not run in an initramfs.
is_static() (
    number() { od -An "-tu$1" "-j$2" "-N$1" "$3" 2>/dev/null; }
    # shellcheck disable=SC2046 # the words are wanted one by one
    set -- "$1" $(od -An -tu1 -N4 "$1" 2>/dev/null)
    [ "${2-} ${3-} ${4-} ${5-}" = "127 69 76 70" ] || return 1
    at=$(($(number 8 32 "$1")))
    left=$(($(number 2 56 "$1")))
    while [ "$left" -gt 0 ]; do
        [ "$(($(number 4 "$at" "$1")))" -ne 3 ] || return 1
        at=$((at + 56))
        left=$((left - 1))
    done
)

# The packages of which something is missing, each once, separated by blanks.
missing_packages() (
    PATH=$PATH:/usr/sbin:/sbin
    tab=$(printf '\t')
    missing=
    {
        printf 'mvn\tmaven\n'
        grep -hv '^#' "$nptune_home/src/main/resources/dev/nptune/lab/debian-packages.txt" \
            "$nptune_home/libexec/test-packages.txt"
    } | {
        while IFS=$tab read -r thing package; do
            [ -n "$thing" ] || continue
            case $thing in
                */busybox) is_static "$thing" && continue ;;
                /*) [ -e "$thing" ] && continue ;;
                *) command -v "$thing" >/dev/null 2>&1 && continue ;;
            esac
            case " $missing " in
                *" $package "*) ;;
                *) missing="${missing:+$missing }$package" ;;
            esac
        done
        echo "$missing"
    }
)

need_packages() {
    packages=$(missing_packages)
    [ -n "$packages" ] || return 0
    install_line="apt-get install -y --no-install-recommends $packages"
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "verify: this machine lacks what these Debian packages have, and there is no apt-get: $packages" >&2
        return 3
    fi
    echo "Installing what is missing: $packages" >&2
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive $install_line; } >&2 </dev/null; then
        echo "verify: the packages could not be installed; the line was: $install_line" >&2
        return 3
    fi
    packages=$(missing_packages)
    if [ -n "$packages" ]; then
        echo "verify: installed, and still missing something of: $packages" >&2
        return 3
    fi
}
