package dev.nptune.host;

import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The package a kernel came in. Every distribution tells it in another place, some not at all.
final class KernelPackage {
    /// `Ubuntu 6.8.0-45.45-generic 6.8.12`: the version, then the flavour.
    private static final Pattern SIGNATURE =
            Pattern.compile("Ubuntu (\\d[\\w.~+-]{0,80}?)(?:-[a-z][\\w-]{0,40})? \\S+");
    /// `… #1 SMP PREEMPT_DYNAMIC Debian 6.1.106-3 (2024-08-26)`.
    private static final Pattern DEBIAN = Pattern.compile(".* Debian (\\d[\\w.~+:-]{0,80}) \\(\\d{4}-\\d\\d-\\d\\d\\)");
    /// `6.10.12-200.fc40.x86_64`: the release is the package's version and release, then the architecture.
    private static final Pattern RPM = Pattern.compile(
            "(\\d[\\w.~+^]{0,60}-[\\w.~+^]{1,60}\\.(?:fc|el|amzn|cm|azl|mga)\\d[\\w.]{0,30})\\.x86_64(?:\\+\\w+)?");

    private KernelPackage() {}

    /// Arch and kin leave the package's name beside the modules.
    static Fact<String> name(Tree tree, Fact<String> release) {
        return switch (release.map(KernelReader::fileName)) {
            case Fact.Known<String>(String r, String _) -> tree.value("/lib/modules/" + r + "/pkgbase");
            case Fact.Absent<String>(String source) -> Fact.absent(source);
            case Fact.Unreadable<String>(String source, String reason) -> Fact.unreadable(source, reason);
        };
    }

    static Fact<String> version(Tree tree, Fact<String> release, Fact<String> version, Fact<String> name) {
        List<Supplier<Fact<String>>> places = List.of(
                () -> tree.value("/proc/version_signature").map(s -> find(SIGNATURE, s)),
                () -> version.map(v -> find(DEBIAN, v)),
                () -> release.map(r -> find(RPM, r)),
                () -> pacman(tree, name));
        for (Supplier<Fact<String>> place : places) {
            Fact<String> found = place.get();
            if (found instanceof Fact.Known<String>) {
                return found;
            }
        }
        return version instanceof Fact.Known<String>
                ? Fact.unreadable(version.source(), "names no version of a package")
                : version;
    }

    private static String find(Pattern pattern, String text) {
        Matcher m = pattern.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("names no version of a package");
        }
        return m.group(1);
    }

    /// Pacman's database has a directory `NAME-VERSION-RELEASE` for each package installed.
    private static Fact<String> pacman(Tree tree, Fact<String> name) {
        String database = "/var/lib/pacman/local";
        return name.get()
                .map(n -> {
                    Pattern entry = Pattern.compile(Pattern.quote(n) + "-(\\d[^-]{0,60}-[\\d.]{1,10})");
                    return tree.names(database)
                            .map(names -> names.stream()
                                    .map(entry::matcher)
                                    .filter(Matcher::matches)
                                    .map(m -> m.group(1))
                                    .findFirst()
                                    .orElseThrow(() -> new IllegalArgumentException("package " + n + " is not there")));
                })
                .orElse(Fact.absent(database));
    }
}
