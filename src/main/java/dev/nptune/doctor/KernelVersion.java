package dev.nptune.doctor;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The version at the head of a kernel release, `6.8.0-45-generic` → 6.8.0.
///
/// Distributions backport fixes without changing it, so what rests on it alone is possible, not certain.
public record KernelVersion(int major, int minor, int patch) implements Comparable<KernelVersion> {
    private static final Pattern HEAD = Pattern.compile("(\\d{1,4})\\.(\\d{1,5})(?:\\.(\\d{1,5}))?.*");
    private static final Comparator<KernelVersion> ORDER = Comparator.comparingInt(KernelVersion::major)
            .thenComparingInt(KernelVersion::minor)
            .thenComparingInt(KernelVersion::patch);

    static Optional<KernelVersion> parse(String release) {
        Matcher m = HEAD.matcher(release);
        if (!m.matches()) {
            return Optional.empty();
        }
        int patch = m.group(3) == null ? 0 : Integer.parseInt(m.group(3));
        return Optional.of(new KernelVersion(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)), patch));
    }

    boolean before(int thatMajor, int thatMinor, int thatPatch) {
        return compareTo(new KernelVersion(thatMajor, thatMinor, thatPatch)) < 0;
    }

    /// Whether it is older than the first of a series.
    public boolean before(int thatMajor, int thatMinor) {
        return before(thatMajor, thatMinor, 0);
    }

    boolean sameSeries(KernelVersion other) {
        return major == other.major && minor == other.minor;
    }

    @Override
    public int compareTo(KernelVersion other) {
        return ORDER.compare(this, other);
    }
}
