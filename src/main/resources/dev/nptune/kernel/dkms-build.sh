#!/bin/sh
# Builds patched modules of a kernel for DKMS, from the distribution's source of that kernel.
# Usage: dkms-build.sh RELEASE HEADERS SOURCES
#   RELEASE  the kernel's release
#   HEADERS  its headers, such as /lib/modules/RELEASE/build
#   SOURCES  where linux-source-X.Y.tar.xz is, such as /usr/src
# It stops at the first thing that does not fit; the kernel's own module then stays in use.
set -eu

release=$1
headers=$(cd "$2" && pwd -P)
sources=$3
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/modules.conf" # folder, modules, parts, version
work=$here/build

fail() {
    echo "dkms-build.sh: $*" >&2
    exit 1
}

# Debian's headers are in two folders; the Makefile of the one includes that of the other.
common=$(sed -n 's|^include \(/.*\)/Makefile$|\1|p' "$headers/Makefile")
if [ -n "$common" ]; then
    beside=$(dirname "$headers")/$(basename "$common")
    [ ! -d "$beside" ] || common=$beside
else
    common=$headers
fi
linux() {
    sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\|EXTRAVERSION\) *= *//p' "$1" | head -n 4 | tr '\n' '.'
}
series=$(linux "$common/Makefile" | cut -d. -f1,2)
archive=$sources/linux-source-$series.tar.xz
[ -f "$archive" ] || fail "there is no $archive: install linux-source-$series"

rm -rf "$work"
mkdir -p "$work/source" "$work/tree/arch"
names=""
for part in $parts; do
    names="$names linux-source-$series/${part%/}"
done
# a patch may name files that are not there yet: tar complains of these, and is checked below
# shellcheck disable=SC2086
tar -xf "$archive" -C "$work/source" --strip-components=1 $names 2>"$work/tar.log" || true
[ -d "$work/source/$folder" ] || fail "no $folder in $archive: $(cat "$work/tar.log")"
there=$(linux "$work/source/Makefile")
wanted=$(linux "$common/Makefile")
[ "$there" = "$wanted" ] || fail "$archive is Linux $there, the kernel $release is Linux $wanted"

for patch in "$here"/patches/*; do
    patch -p1 --fuzz=0 --batch -d "$work/source" -i "$patch" >"$work/patch.log" 2>&1 ||
        fail "$(basename "$patch") does not apply to Linux $wanted: $(grep -m1 -i fail "$work/patch.log")"
done

# The headers as links, with the patched folders laid over them, so that includes lead where they do in a full tree.
cp -rs "$common/include" "$common/Makefile" "$work/tree/"
cp -rs "$common/arch/x86" "$work/tree/arch/"
for name in scripts tools; do
    [ ! -d "$common/$name" ] || ln -s "$(cd "$common/$name" && pwd -P)" "$work/tree/$name"
done
objects=$work/tree
if [ "$common" != "$headers" ]; then
    objects=$work/objects
    mkdir "$objects"
    for file in "$headers"/* "$headers"/.[a-z]*; do
        case $(basename "$file") in
        Makefile | scripts | tools) ;;
        *) ln -s "$file" "$objects/" ;;
        esac
    done
    for name in scripts tools; do
        [ ! -d "$common/$name" ] || ln -s "$(cd "$common/$name" && pwd -P)" "$objects/$name"
    done
    echo "include $work/tree/Makefile" >"$objects/Makefile"
else
    for file in "$headers"/Module.symvers "$headers"/.config; do
        [ ! -f "$file" ] || ln -s "$file" "$work/tree/"
    done
fi
rm "$work/source/Makefile"
cp -r --remove-destination "$work/source/." "$work/tree/"

original=Makefile
if [ -f "$work/tree/$folder/Kbuild" ]; then
    mv "$work/tree/$folder/Kbuild" "$work/tree/$folder/Kbuild.tree"
    original=Kbuild.tree
fi
# DKMS does not replace a module by one that says the same of its version, and the kernel's own mostly says nothing.
{
    echo "include \$(src)/$original"
    echo "obj-y :="
    echo "lib-y :="
    echo "obj-m :="
    for module in $modules; do
        printf '#include <linux/module.h>\nMODULE_INFO(version, "%s");\n' "$version" \
            >"$work/tree/$folder/nptune-version-$module.c"
        echo "obj-m += $module.o"
        echo "ifneq (\$(strip \$($module-y) \$($module-objs)),)"
        echo "$module-y += nptune-version-$module.o"
        echo "endif"
    done
} >"$work/tree/$folder/Kbuild"
env -u ARCH -u CROSS_COMPILE -u CC -u KBUILD_OUTPUT -u MAKEFLAGS -u M -u O \
    make -C "$objects" "M=$work/tree/$folder" "-j$(nproc)" modules
for module in $modules; do
    cp "$work/tree/$folder/$module.ko" "$here/"
done
rm -rf "$work"
