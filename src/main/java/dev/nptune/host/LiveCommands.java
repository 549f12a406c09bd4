package dev.nptune.host;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// Asks the programs of this machine, thirty seconds each at most.
public final class LiveCommands implements Commands {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final List<Command> ALWAYS =
            List.of(Command.KERNEL_LOG, Command.LIBVIRT_VERSION, Command.QEMU_VERSION);

    private final List<Path> directories;

    LiveCommands(List<Path> directories) {
        this.directories = List.copyOf(directories);
    }

    /// Programs are looked for on `PATH` and in the places where distributions keep daemons and QEMU.
    public static LiveCommands ofThisMachine() {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return new LiveCommands(
                Stream.concat(Arrays.stream(path.split(":")), Stream.of("/usr/sbin", "/sbin", "/usr/libexec"))
                        .filter(directory -> directory.startsWith("/"))
                        .map(Path::of)
                        .distinct()
                        .toList());
    }

    @Override
    public Fact<String> output(Command command) {
        String source = command.line();
        Optional<Path> file = program(command.argv().getFirst());
        if (file.isEmpty()) {
            return Fact.absent(source);
        }
        try {
            Exec.Result result = Exec.run(
                    LIMIT,
                    Stream.concat(
                                    Stream.of(file.get().toString()),
                                    command.argv().stream().skip(1))
                            .toList());
            return result.ok()
                    ? Fact.known(Printable.lines(result.out()), source)
                    : Fact.unreadable(source, "exit status " + result.exit() + ": " + Values.brief(result.complaint()));
        } catch (IOException e) {
            return Fact.unreadable(source, Printable.line(String.valueOf(e.getMessage())));
        }
    }

    @Override
    public Commands ahead() {
        Map<Command, CompletableFuture<Fact<String>>> asked = new EnumMap<>(Command.class);
        for (Command command : ALWAYS) {
            asked.put(command, CompletableFuture.supplyAsync(() -> output(command), Thread::startVirtualThread));
        }
        return command -> {
            CompletableFuture<Fact<String>> answer = asked.get(command);
            return answer == null ? output(command) : answer.join();
        };
    }

    private Optional<Path> program(String name) {
        // Red Hat's QEMU has another name and lies elsewhere.
        Stream<String> names = name.equals("qemu-system-x86_64") ? Stream.of(name, "qemu-kvm") : Stream.of(name);
        return names.flatMap(n -> directories.stream().map(directory -> directory.resolve(n)))
                .filter(candidate -> Files.isRegularFile(candidate) && Files.isExecutable(candidate))
                .findFirst();
    }
}
