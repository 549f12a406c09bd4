package dev.nptune.plan;

import dev.nptune.plan.DeviceAdvice.Devices;
import java.util.List;
import java.util.stream.Collectors;

/// An advice as text, to be compared with a golden file.
final class AdviceText {
    private AdviceText() {}

    static String of(DeviceAdvice advice) {
        return switch (advice) {
            case Refusal(String reason, String next) -> "refused: " + reason + ".\n  next: " + next + "\n";
            case Devices d ->
                "passed: " + functions(d.passed()) + "\nalong: " + functions(d.along()) + "\ngone: " + d.gone()
                        + (d.hook() ? "\na hook is needed" : "") + "\n"
                        + d.choices().stream().map(AdviceText::choice).collect(Collectors.joining())
                        + d.warnings().stream().map(w -> "! " + w + "\n").collect(Collectors.joining())
                        + d.offers().stream()
                                .map(o -> "offer " + functions(o.functions()) + "\n  " + choice(o.choice()))
                                .collect(Collectors.joining());
        };
    }

    private static String functions(List<PassedFunction> functions) {
        return functions.stream().map(f -> f.address() + " " + f.id()).collect(Collectors.joining(", "));
    }

    private static String choice(Choice c) {
        return "- " + c.topic().words() + ": " + c.what() + ". " + c.why()
                + (c.costs().isEmpty() ? "" : " Costs: " + c.costs() + ".") + "\n";
    }
}
