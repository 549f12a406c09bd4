package dev.nptune.cli;

import dev.nptune.internal.text.NearMiss;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.plan.Goal;
import dev.nptune.plan.SettingEffect;
import dev.nptune.plan.WhatIf.Alternative;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What `--what-if` takes: `vcpus=N`, `memory=SIZE`, `for=GOAL`, and settings whose effect was measured.
final class Alternatives {
    private static final List<String> KEYS = List.of("vcpus", "memory", "for");

    private Alternatives() {}

    /// @throws UserException if one is not understood, with what there is
    static List<Alternative> parse(List<String> given) throws UserException {
        List<Alternative> all = new ArrayList<>();
        for (String word : given) {
            all.add(parse(word));
        }
        return all;
    }

    private static Alternative parse(String word) throws UserException {
        Optional<SettingEffect> effect = SettingEffect.of(word);
        if (effect.isPresent()) {
            return new Alternative.Setting(effect.get());
        }
        int equals = word.indexOf('=');
        String key = equals < 0 ? word : word.substring(0, equals).toLowerCase(Locale.ROOT);
        String value = equals < 0 ? "" : word.substring(equals + 1);
        return switch (key) {
            case "vcpus" -> new Alternative.Vcpus(vcpus(value, "--what-if vcpus="));
            case "memory" -> new Alternative.Memory(Sizes.bytes(value, "--what-if memory="));
            case "for" -> new Alternative.For(goal(value));
            default -> throw unknown(word);
        };
    }

    static int vcpus(String value, String option) throws UserException {
        if (!value.matches("[1-9][0-9]{0,3}")) {
            throw new UserException(
                    Exit.WRONG_USE,
                    option + Printable.line(value) + " is no number of vCPUs",
                    "give a whole number from 1 on");
        }
        return Integer.parseInt(value);
    }

    private static Goal goal(String value) throws UserException {
        for (Goal goal : Goal.values()) {
            if (goal.name().equalsIgnoreCase(value)) {
                return goal;
            }
        }
        throw new UserException(
                Exit.WRONG_USE,
                "--what-if for=" + Printable.line(value) + " is no goal",
                "use one of: gaming, latency, throughput");
    }

    private static UserException unknown(String word) {
        List<String> settings =
                SettingEffect.ALL.stream().map(SettingEffect::setting).toList();
        List<String> all = new ArrayList<>(settings);
        KEYS.forEach(key -> all.add(key + "="));
        List<String> near = NearMiss.of(word, all);
        return new UserException(
                Exit.WRONG_USE,
                "--what-if does not know '" + Printable.line(word) + "'",
                near.isEmpty()
                        ? "use vcpus=N, memory=SIZE, for=GOAL, or one of: " + String.join(", ", settings)
                        : "did you mean: " + String.join(", ", near) + "?");
    }
}
