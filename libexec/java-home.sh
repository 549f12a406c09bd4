# Finds a JDK. Sourced by nptune and verify; POSIX sh, no output but the error.
#
#   find_java_home      sets java_home, or says on stderr everything that was looked at and returns 3
#
# Looked at, in this order: $NPTUNE_JAVA_HOME (must fit), $JAVA_HOME, the newest that fits of
# ${NPTUNE_JVM_DIR:-/usr/lib/jvm}, and the java on PATH.

java_wanted=25
java_seen=

# Sets jdk_version to the version of the JDK in folder $1, empty if it is none, and jdk_fault to why it does not fit,
# empty if it does.
examine_jdk() {
    jdk_version=
    jdk_fault=
    if [ ! -d "$1" ]; then
        jdk_fault='no such folder'
        return
    fi
    if [ ! -f "$1/bin/java" ] || [ ! -x "$1/bin/java" ]; then
        jdk_fault='no bin/java in it'
        return
    fi
    read_release "$1/release"
    if [ -z "$jdk_version" ]; then
        ask_java "$1/bin/java"
    fi
    case ${jdk_version%%[!0-9]*} in
        '') jdk_fault='does not tell its version' ;;
        *)
            if [ "${jdk_version%%[!0-9]*}" -lt "$java_wanted" ]; then
                jdk_fault="version $jdk_version, too old"
            elif [ ! -x "$1/bin/javac" ]; then
                jdk_fault="version $jdk_version, but a JRE: no bin/javac in it"
            fi
            ;;
    esac
}

# JAVA_VERSION="25.0.1" of a release file.
read_release() {
    [ -r "$1" ] || return 0
    while IFS= read -r jdk_line || [ -n "$jdk_line" ]; do
        case $jdk_line in
            JAVA_VERSION=*)
                jdk_version=${jdk_line#JAVA_VERSION=}
                jdk_version=${jdk_version#\"}
                jdk_version=${jdk_version%%\"*}
                return 0
                ;;
        esac
    done <"$1"
}

# openjdk version "25.0.1" 2025-10-21: the first line with a version that java -version prints.
ask_java() {
    jdk_version=$("$1" -version 2>&1 </dev/null | sed -n 's/^[^"]* version "\([^"]*\)".*/\1/p' | sed -n 1p) || :
}

# Is version $1 newer than $2? Numbers compared place by place; a missing place counts as 0.
newer_version() {
    [ -n "$2" ] || return 0
    newer_a=$1
    newer_b=$2
    for _ in 1 2 3 4; do
        newer_x=${newer_a%%[!0-9]*}
        newer_y=${newer_b%%[!0-9]*}
        [ "${newer_x:-0}" -gt "${newer_y:-0}" ] && return 0
        [ "${newer_x:-0}" -lt "${newer_y:-0}" ] && return 1
        newer_a=${newer_a#"$newer_x"}
        newer_b=${newer_b#"$newer_y"}
        newer_a=${newer_a#?}
        newer_b=${newer_b#?}
    done
    return 1
}

# Remembers what was found at $1, for the error.
seen_jdk() {
    java_seen="$java_seen
  $1: $2"
}

find_java_home() {
    java_home=
    if [ -n "${NPTUNE_JAVA_HOME:-}" ]; then
        examine_jdk "$NPTUNE_JAVA_HOME"
        if [ -n "$jdk_fault" ]; then
            echo "nptune: NPTUNE_JAVA_HOME is $NPTUNE_JAVA_HOME: $jdk_fault; a JDK $java_wanted or newer is needed" >&2
            echo "Set NPTUNE_JAVA_HOME to such a JDK, or unset it to have one searched for." >&2
            return 3
        fi
        java_home=$NPTUNE_JAVA_HOME
        return 0
    fi
    seen_jdk "NPTUNE_JAVA_HOME" "not set"
    look_at_java_home || look_at_jvm_dir "${NPTUNE_JVM_DIR:-/usr/lib/jvm}" || look_at_path || complain_no_jdk
}

look_at_java_home() {
    if [ -z "${JAVA_HOME:-}" ]; then
        seen_jdk "JAVA_HOME" "not set"
        return 1
    fi
    examine_jdk "$JAVA_HOME"
    if [ -n "$jdk_fault" ]; then
        seen_jdk "JAVA_HOME=$JAVA_HOME" "$jdk_fault"
        return 1
    fi
    java_home=$JAVA_HOME
}

look_at_jvm_dir() {
    jvm_best=
    jvm_any=
    for jvm in "$1"/*; do
        [ -d "$jvm" ] || continue
        jvm_any=yes
        examine_jdk "$jvm"
        if [ -n "$jdk_fault" ]; then
            seen_jdk "$jvm" "$jdk_fault"
        elif newer_version "$jdk_version" "$jvm_best"; then
            jvm_best=$jdk_version
            java_home=$jvm
        fi
    done
    [ -n "$jvm_any" ] || seen_jdk "$1/*" "nothing there"
    [ -n "$java_home" ]
}

look_at_path() {
    path_java=$(command -v java) || {
        seen_jdk "java on PATH" "none"
        return 1
    }
    # links (/usr/bin/java -> /etc/alternatives/java -> …/bin/java) end in the JDK
    path_java=$(readlink -f -- "$path_java")
    path_home=${path_java%/bin/java}
    examine_jdk "$path_home"
    if [ -n "$jdk_fault" ]; then
        seen_jdk "java on PATH ($path_java)" "$jdk_fault"
        return 1
    fi
    java_home=$path_home
}

complain_no_jdk() {
    echo "nptune: no JDK $java_wanted or newer found. Looked at:$java_seen" >&2
    echo "Install one (Debian 12 has none of its own; https://adoptium.net/temurin/releases/?version=$java_wanted)" >&2
    echo "or set NPTUNE_JAVA_HOME to where it is." >&2
    return 3
}
