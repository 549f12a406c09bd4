# Builds NPTune when its sources are newer than the build. Sourced by nptune and verify; POSIX sh.
#
#   build_if_stale      needs nptune_home and java_home; returns 3 if it cannot build
#
# The stamp carries the time at which the last good build began, so that what changes during a build counts as newer.
# Folders are compared too: a removed file makes its folder newer.

is_stale() {
    [ -f "$build_stamp" ] || return 0
    [ -f "$nptune_home/target/classes/dev/nptune/cli/Main.class" ] || return 0
    [ -d "$nptune_home/target/lib" ] || return 0
    [ -n "$(find "$nptune_home/pom.xml" "$nptune_home/.mvn" "$nptune_home/src/main" -newer "$build_stamp" -print)" ]
}

build_if_stale() {
    build_stamp=$nptune_home/target/nptune.stamp
    build_log=$nptune_home/target/nptune-build.log
    is_stale || return 0
    if ! mkdir -p "$nptune_home/target" 2>/dev/null || [ ! -w "$nptune_home/target" ]; then
        echo "nptune: the build is older than the sources, and $nptune_home/target cannot be written" >&2
        echo "Run nptune once as a user who may write there." >&2
        return 3
    fi
    if ! command -v mvn >/dev/null 2>&1; then
        echo "nptune: building needs Maven, and there is no mvn on PATH" >&2
        echo "Install it: apt-get install maven" >&2
        return 3
    fi
    if command -v flock >/dev/null 2>&1 && [ -z "${NPTUNE_NO_FLOCK:-}" ]; then
        build_under_flock
    else
        build_under_mkdir
    fi
}

# The kernel lets go of this lock however the holder ends. A subshell holds it, so that it is not handed on to java.
build_under_flock() (
    exec 9>"$nptune_home/target/nptune-build.lock"
    if ! flock -n 9; then
        echo "Another NPTune is building; waiting for it…" >&2
        flock 9
    fi
    build_now
)

# A folder is made by one only. Its holder's process id tells whether the holder still lives.
build_under_mkdir() (
    lock=$nptune_home/target/nptune-build.lock.d
    waited=0
    until mkdir "$lock" 2>/dev/null; do
        holder=$(cat "$lock/pid" 2>/dev/null) || holder=
        if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
            break_lock
        elif [ -z "$holder" ] && [ "$waited" -ge 10 ]; then
            break_lock
        else
            [ "$waited" -gt 0 ] || echo "Another NPTune is building; waiting for it…" >&2
            sleep 1
            waited=$((waited + 1))
        fi
    done
    trap 'rm -rf "$lock"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    sh -c 'echo "$PPID"' >"$lock/pid"
    build_now
)

# Of several that see the same dead holder only one succeeds in moving the folder away.
break_lock() {
    grave=$lock.dead.$(sh -c 'echo "$PPID"')
    mv "$lock" "$grave" 2>/dev/null || :
    rm -rf "$grave"
    waited=0
}

build_now() {
    is_stale || return 0
    if [ -f "$build_stamp" ]; then
        echo "Building NPTune (its sources have changed)…" >&2
    else
        echo "Building NPTune (first use: about a minute)…" >&2
    fi
    : >"$build_stamp.new"
    if (cd "$nptune_home" && JAVA_HOME=$java_home mvn -q -Dmaven.test.skip=true -Dspotless.check.skip=true package) \
        >"$build_log" 2>&1 </dev/null 9>&-; then
        mv -f "$build_stamp.new" "$build_stamp"
    else
        rm -f "$build_stamp.new"
        tail -n 30 "$build_log" >&2
        echo "nptune: the build failed; the end of Maven's output is above, all of it in $build_log" >&2
        return 3
    fi
}
