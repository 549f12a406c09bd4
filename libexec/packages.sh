# Debian packages that the lab, the build and the tests need. Sourced by verify; POSIX sh.
#
#   need_packages       installs what is missing when root, otherwise names the install line and returns 3
#
# The list of the lab's packages is the program's own; both lists: a command or a path, a tab, the package that has it.

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
    if [ "$(id -u)" -ne 0 ]; then
        echo "verify: packages are missing; nothing is tested without them. As root:" >&2
        echo "  $install_line" >&2
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
