package dev.nptune.lab;

import java.time.Duration;

/// For how much of an emulated host's CPU time something has been the same: a busy computer makes nothing stand still.
public final class Quiet {
    private final EmulatedHost host;
    private final Duration limit;
    private long last = -1;
    private Duration since = Duration.ZERO;

    /// @param limit of QEMU's CPU time
    public Quiet(EmulatedHost host, Duration limit) {
        this.host = host;
        this.limit = limit;
    }

    /// Whether it has been the same for longer than the limit.
    ///
    /// @param now grows with whatever happens, from 0 on
    public boolean tooLong(long now) {
        if (now != last) {
            last = now;
            since = host.cpuTime();
        }
        return host.cpuTime().minus(since).compareTo(limit) > 0;
    }
}
