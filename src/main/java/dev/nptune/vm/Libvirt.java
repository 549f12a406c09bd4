package dev.nptune.vm;

import dev.nptune.internal.proc.Exec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A connection to libvirt through `virsh`, which exists wherever libvirt is used by hand.
///
/// Domain names are passed as single arguments after `--domain`, so that no name is taken for an option.
public final class Libvirt {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /// Length of a UUID as libvirt prints it.
    private static final int UUID = 36;

    private final String uri;
    private final String program;

    /// @param uri a libvirt URI, e.g. `qemu:///system` or, for tests, `test:///default`
    public Libvirt(String uri) {
        this(uri, "virsh");
    }

    /// @param program what to run as `virsh`, where it is not the one on the path
    public Libvirt(String uri, String program) {
        this.uri = uri;
        this.program = program;
    }

    /// Names of all domains, running or not.
    public List<String> domains() throws IOException {
        return virsh("list", "--all", "--name")
                .lines()
                .map(String::strip)
                .filter(n -> !n.isEmpty())
                .toList();
    }

    /// The UUID of the domain of exactly that name, if there is one. Unlike a name, which may be another domain's
    /// number,
    /// it names one domain to `virsh`.
    public Optional<String> uuid(String domain) throws IOException {
        return byUuid().entrySet().stream()
                .filter(e -> e.getValue().equals(domain.stripTrailing()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /// The name of the domain of that UUID, if there is one.
    public Optional<String> name(String uuid) throws IOException {
        return Optional.ofNullable(byUuid().get(uuid.strip().toLowerCase(Locale.ROOT)));
    }

    private Map<String, String> byUuid() throws IOException {
        Map<String, String> names = new LinkedHashMap<>();
        virsh("list", "--all", "--uuid", "--name")
                .lines()
                .filter(l -> l.length() > UUID)
                .forEach(l ->
                        names.put(l.substring(0, UUID), l.substring(UUID + 1).stripTrailing()));
        return names;
    }

    /// The persistent XML of a domain: what it will be at its next start, secrets left out.
    public String inactiveXml(String domain) throws IOException {
        return virsh("dumpxml", "--inactive", "--domain", domain);
    }

    /// As [#inactiveXml(String)], with the passwords in it: to find out whether there are any.
    public String inactiveXmlWithSecrets(String domain) throws IOException {
        return virsh("dumpxml", "--inactive", "--security-info", "--domain", domain);
    }

    /// Defines or redefines a domain.
    public void define(String xml) throws IOException {
        Path file = Files.createTempFile("nptune-domain", ".xml");
        try {
            Files.writeString(file, xml);
            virsh("define", "--file", file.toString());
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /// What becomes of a domain's files when it is forgotten.
    ///
    /// @param nvram whether the firmware's variables stay
    /// @param tpm whether the state of an emulated TPM stays; asked for only where [#keepsTpm]
    public record Keep(boolean nvram, boolean tpm) {
        /// The options of `virsh undefine`.
        public List<String> options() {
            List<String> out = new ArrayList<>(List.of(nvram ? "--keep-nvram" : "--nvram"));
            if (tpm) {
                out.add("--keep-tpm");
            }
            return out;
        }
    }

    /// Forgets a domain; its disks stay.
    public void undefine(String domain, Keep keep) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("undefine"));
        arguments.addAll(keep.options());
        arguments.addAll(List.of("--domain", domain));
        virsh(arguments.toArray(String[]::new));
    }

    /// Whether a TPM's state can outlive its domain: from libvirt 8.9 on. Before, `undefine` always deletes it.
    public boolean keepsTpm() throws IOException {
        return virsh("help", "undefine").contains("--keep-tpm");
    }

    /// The state in libvirt's words: `running`, `shut off`, `paused`, …
    public String state(String domain) throws IOException {
        return virsh("domstate", "--domain", domain).strip();
    }

    public void start(String domain) throws IOException {
        virsh("start", "--domain", domain);
    }

    /// Ends a domain at once, as pulling the plug would.
    public void destroy(String domain) throws IOException {
        virsh("destroy", "--domain", domain);
    }

    /// The daemon's version, e.g. `9.0.0`.
    public String version() throws IOException {
        return virsh("version")
                .lines()
                .filter(l -> l.startsWith("Using library: libvirt "))
                .map(l -> l.substring("Using library: libvirt ".length()).strip())
                .findFirst()
                .orElseThrow(() -> new IOException("virsh version printed no library version"));
    }

    private String virsh(String... arguments) throws IOException {
        List<String> argv = new ArrayList<>(List.of(program, "--quiet", "--connect", uri));
        argv.addAll(List.of(arguments));
        Exec.Result result = Exec.runShielded(LIMIT, argv);
        if (!result.ok()) {
            throw new IOException("virsh " + arguments[0] + ": " + result.complaint());
        }
        return result.out();
    }
}
