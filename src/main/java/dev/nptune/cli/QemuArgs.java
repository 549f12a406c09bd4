package dev.nptune.cli;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.Missing;
import dev.nptune.doctor.Severity;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import dev.nptune.host.Virtualization.QemuThread;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.vm.Domain;
import dev.nptune.vm.QemuCommandLine;
import dev.nptune.vm.QemuDomain;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `--qemu-args`: a VM that is a QEMU command line and not a libvirt domain.
final class QemuArgs {
    /// The pseudo-rule under which a diagnosis lists what was not understood.
    static final String RULE = "qemu-args";
    /// Rules that hold the XML against what libvirt knows.
    private static final Set<String> OF_THE_XML = Set.of("xml-invalid", "xml-ignored", "wrong-place");
    /// The most characters of an argument that evidence shows.
    private static final int LONGEST = 160;

    private static final Pattern CMDLINE = Pattern.compile("/proc/([0-9]{1,9})/cmdline");
    private static final Pattern VCPU = Pattern.compile("CPU ([0-9]{1,4})/KVM");

    private QemuArgs() {}

    /// Reads a command line, of at most [QemuCommandLine#MAX_CHARS] bytes.
    ///
    /// @param file a script, a log of libvirt's, `/proc/PID/cmdline`, or `-` for standard input
    /// @throws UserException if it cannot be read or starts no QEMU
    static QemuDomain read(String file, InputStream standardInput) throws UserException {
        byte[] content = bytes(file, standardInput);
        String name = file.equals("-") ? "standard input" : file;
        try {
            return QemuDomain.of(QemuCommandLine.parse(content));
        } catch (IllegalArgumentException e) {
            boolean xml = new String(content, 0, Math.min(content.length, 200), StandardCharsets.UTF_8)
                    .stripLeading()
                    .startsWith("<");
            throw new UserException(
                    Exit.CANNOT,
                    "cannot make out a QEMU command line in " + name + ": " + e.getMessage(),
                    xml
                            ? "it looks like XML: give it without --qemu-args"
                            : "give the script that starts QEMU, or a running one's /proc/PID/cmdline",
                    e);
        }
    }

    private static byte[] bytes(String file, InputStream standardInput) throws UserException {
        int most = QemuCommandLine.MAX_CHARS + 1;
        try {
            if (file.equals("-")) {
                return standardInput.readNBytes(most);
            }
            try (InputStream in = Files.newInputStream(Path.of(file))) {
                return in.readNBytes(most);
            }
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot read " + file + ": " + IoReason.of(e),
                    "give a file that you may read, or - for standard input",
                    e);
        } catch (InvalidPathException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "no name of a file: " + file,
                    "give a file that you may read, or - for standard input",
                    e);
        }
    }

    /// The process whose command line a file is; empty if it is another file.
    static OptionalInt pid(String file) {
        Matcher m = CMDLINE.matcher(file);
        return m.matches() ? OptionalInt.of(Integer.parseInt(m.group(1))) : OptionalInt.empty();
    }

    /// The same, its threads bound to where those of the process may run. A thread that may run anywhere is not bound.
    static QemuDomain placed(QemuDomain qemu, Host host, int pid) {
        Optional<CpuSet> online = host.cpu().online().get();
        Domain domain = qemu.domain();
        for (QemuThread thread : threads(host, pid)) {
            Optional<CpuSet> allowed = thread.allowed()
                    .get()
                    .filter(cpus -> online.filter(o -> !cpus.containsAll(o)).isPresent());
            Matcher vcpu = VCPU.matcher(thread.name().get().orElse(""));
            if (allowed.isEmpty()) {
                continue;
            }
            if (vcpu.matches() && domain.vcpus().enabled().contains(Integer.parseInt(vcpu.group(1)))) {
                domain = domain.withVcpuPin(Integer.parseInt(vcpu.group(1)), allowed.get());
            } else if (thread.tid() == pid) {
                domain = domain.withEmulatorPin(allowed.get());
            }
        }
        return new QemuDomain(domain, qemu.origins(), qemu.notUnderstood());
    }

    private static List<QemuThread> threads(Host host, int pid) {
        return host.virtualization().running().stream()
                .filter(q -> q.pid() == pid)
                .flatMap(q -> q.threads().stream())
                .toList();
    }

    /// The diagnosis with each XPath into the made-up XML replaced by the argument behind it, and with what was not
    /// understood among what could not be judged. Whether the made-up XML is valid is nobody's question.
    static Diagnosis inArguments(Diagnosis diagnosis, QemuDomain qemu) {
        List<Diagnosis.Undecided> unknown = new ArrayList<>();
        diagnosis.unknown().stream()
                .filter(u -> !OF_THE_XML.contains(u.rule()))
                .forEach(u -> unknown.add(inArguments(u, qemu)));
        if (!qemu.notUnderstood().isEmpty()) {
            unknown.add(new Diagnosis.Undecided(
                    RULE,
                    Severity.INFORMATION,
                    "Parts of the command line that may change an answer",
                    qemu.notUnderstood().stream().map(QemuArgs::missing).toList()));
        }
        return new Diagnosis(
                diagnosis.schemaVersion(),
                diagnosis.domain(),
                diagnosis.findings().stream()
                        .filter(f -> !OF_THE_XML.contains(f.rule()))
                        .map(f -> inArguments(f, qemu))
                        .toList(),
                unknown,
                diagnosis.clear());
    }

    private static Missing missing(String text) {
        return text.startsWith("-")
                ? new Missing(Printable.brief(text, LONGEST), "not understood")
                : new Missing("command line", Printable.brief(text, LONGEST));
    }

    private static Finding inArguments(Finding f, QemuDomain qemu) {
        return new Finding(
                f.rule(),
                f.category(),
                f.severity(),
                f.possible(),
                f.title(),
                inArguments(f.evidence(), qemu),
                f.effect(),
                f.fix(),
                f.risk(),
                f.source(),
                f.after());
    }

    /// Where several rest on one argument, each says what in it.
    private static List<Evidence> inArguments(List<Evidence> evidence, QemuDomain qemu) {
        return evidence.stream()
                .map(e -> {
                    String where = where(e.where(), qemu);
                    boolean alone = evidence.stream()
                                    .filter(o -> where(o.where(), qemu).equals(where))
                                    .count()
                            == 1;
                    return new Evidence(
                            alone || where.equals(e.where()) ? where : where + " (" + e.where() + ")",
                            e.found(),
                            e.wanted());
                })
                .toList();
    }

    private static Diagnosis.Undecided inArguments(Diagnosis.Undecided u, QemuDomain qemu) {
        return new Diagnosis.Undecided(
                u.rule(),
                u.severity(),
                u.title(),
                u.missing().stream()
                        .map(m -> new Missing(where(m.where(), qemu), m.reason()))
                        .toList());
    }

    /// Places on the host begin with a slash.
    private static String where(String where, QemuDomain qemu) {
        return where.startsWith("/")
                ? where
                : qemu.origin(where)
                        .map(a -> "argument: " + Printable.brief(a, LONGEST))
                        .orElse(where);
    }
}
