package dev.nptune.host;

import dev.nptune.host.Graphics.AddressRange;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Picks from `/proc/iomem` the memory of the framebuffer that the firmware set up and whoever took it over.
final class BootFramebuffers {
    private static final int MOST = 64;
    private static final Set<String> NAMES =
            Set.of("BOOTFB", "efifb", "vesafb", "simplefb", "simple-framebuffer", "simpledrm");
    private static final Pattern LINE = Pattern.compile("(?m)^ {0,64}([0-9a-f]{1,15})-([0-9a-f]{1,15}) : (.*)$");
    private static final Pattern ZERO = Pattern.compile("0+");

    private BootFramebuffers() {}

    /// Each range once, however deep; 64 at most.
    ///
    /// @throws IllegalArgumentException if the addresses are hidden, or there are none
    static List<AddressRange> parse(String iomem) {
        if (!LINE.matcher(iomem).find()) {
            throw new IllegalArgumentException("no address in it");
        }
        if (LINE.matcher(iomem).results().allMatch(line -> isZero(line.group(1)) && isZero(line.group(2)))) {
            throw new IllegalArgumentException("addresses are shown to root only");
        }
        return LINE.matcher(iomem)
                .results()
                .filter(line -> NAMES.contains(line.group(3).strip()))
                .map(BootFramebuffers::range)
                .distinct()
                .limit(MOST)
                .toList();
    }

    private static boolean isZero(String address) {
        return ZERO.matcher(address).matches();
    }

    private static AddressRange range(MatchResult line) {
        return new AddressRange(
                line.group(3).strip(), Long.parseLong(line.group(1), 16), Long.parseLong(line.group(2), 16));
    }
}
