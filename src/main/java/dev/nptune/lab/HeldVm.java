package dev.nptune.lab;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a VM that holds its card's framebuffer printed on its console.
///
/// @param framebuffer where it has mapped the first 16 MiB of the framebuffer, a guest-virtual address
/// @param memory where it has mapped 64 MiB of memory, likewise
/// @param physical where that begins in what the guest takes for physical memory, by its own kernel's word
/// @param pat the memory types of its PAT's entries 0 to 7 as its kernel set them up, such as `WB WC UC- UC WB WP UC-
/// WT`
public record HeldVm(long framebuffer, long memory, long physical, String pat) {
    private static final Pattern HOLD = Pattern.compile(
            ".*NPTUNE-HOLD 0x(?<framebuffer>[0-9a-f]{1,16}) 0x(?<memory>[0-9a-f]{1,16}) 0x(?<physical>[0-9a-f]{1,16})");
    private static final Pattern PAT = Pattern.compile(".*NPTUNE-PAT ([A-Z -]+)");

    /// Once it holds it.
    static Optional<HeldVm> parse(List<String> console) {
        String pat = "";
        for (String line : console) {
            Matcher told = PAT.matcher(line.strip());
            if (told.matches()) {
                pat = told.group(1).strip().replaceAll(" +", " ");
            }
            Matcher hold = HOLD.matcher(line.strip());
            if (hold.matches()) {
                return Optional.of(new HeldVm(
                        address(hold, "framebuffer"), address(hold, "memory"), address(hold, "physical"), pat));
            }
        }
        return Optional.empty();
    }

    private static long address(Matcher hold, String group) {
        return Long.parseUnsignedLong(hold.group(group), 16);
    }
}
