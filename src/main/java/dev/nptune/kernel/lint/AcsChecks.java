package dev.nptune.kernel.lint;

import dev.nptune.kernel.lint.LintFinding.Kind;
import dev.nptune.kernel.lint.PatchText.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The ACS override patch and the mistake that some of its copies have.
final class AcsChecks {
    private static final Pattern TO_COLON = Pattern.compile(".*\\bstr(?:c?spn|p?brk|chr)\\s*\\([^;]*(?:\":\"|':').*");
    static final Pattern SEMICOLON = Pattern.compile("(.*[!=]=\\s*)';'(.*)");
    private static final int REACH = 4;
    private static final Pattern PARAMETER = Pattern.compile("\\+.*\"pcie_acs_override\".*");

    private AcsChecks() {}

    static List<LintFinding> check(PatchText patch) {
        List<LintFinding> found = new ArrayList<>(PatchLint.once(
                Kind.ACS_SEMICOLON,
                wrong(patch),
                "what follows up to ':' is compared with ';'",
                "vendor and device are parted by a colon, so every id: is refused: \"PCIe ACS invalid ID\"",
                "compare with ':'",
                true));
        found.addAll(PatchLint.once(
                Kind.ACS_OVERRIDE,
                patch.bodies().stream()
                        .filter(l -> PARAMETER.matcher(l.text()).matches())
                        .limit(1)
                        .toList(),
                "the ACS override: pcie_acs_override= splits IOMMU groups",
                "it takes for granted that devices are isolated, and isolates none: devices of what was one group can"
                        + " still reach each other past the IOMMU. Devices that have ACS keep what it says",
                "know that a guest with one of them may read and write another's memory; a slot at another root port,"
                        + " or a board that has ACS, is better",
                false));
        return found;
    }

    /// Added lines that compare with a semicolon what was looked for up to a colon in the few lines above.
    static List<Line> wrong(PatchText patch) {
        List<Line> wrong = new ArrayList<>();
        List<Line> added = patch.bodies().stream().filter(l -> l.sign() == '+').toList();
        for (int i = 0; i < added.size(); i++) {
            if (TO_COLON.matcher(added.get(i).text()).matches()) {
                for (Line next : added.subList(i, Math.min(i + REACH, added.size()))) {
                    if (SEMICOLON.matcher(next.text()).matches() && !wrong.contains(next)) {
                        wrong.add(next);
                    }
                }
            }
        }
        return wrong;
    }
}
