package dev.nptune.lab.debian;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// A command that runs in a machine. What it has written so far can be read at any time, also when the machine is no
/// more.
public final class DebianCall {
    private final DebianMachine machine;
    private final String name;

    DebianCall(DebianMachine machine, String name) {
        this.machine = machine;
        this.name = name;
    }

    /// Waits for its end.
    public Exec.Result await(Duration limit) throws IOException, UserException {
        int status = machine.await("call " + name + " ended", limit, this::status);
        return new Exec.Result(status, out(), err());
    }

    /// Its exit status, if it has ended and the machine could tell.
    public Optional<Integer> status() throws IOException {
        return machine.status(name);
    }

    public String out() throws IOException {
        return read("out");
    }

    public String err() throws IOException {
        return read("err");
    }

    private String read(String what) throws IOException {
        Path file = machine.share().resolve("calls").resolve(name + "." + what);
        return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
    }
}
