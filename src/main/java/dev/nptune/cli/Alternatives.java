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
    /// No alternative: what `--what-if` means without a value.
    static final String NONE = "none";

    private static final List<String> KEYS = List.of("vcpus", "memory", "for");

    private static final List<String> SETTINGS =
            SettingEffect.ALL.stream().map(SettingEffect::setting).toList();

    private Alternatives() {}

    /// Each once, in the order given.
    ///
    /// @throws UserException if one is not understood, with what there is
    static List<Alternative> parse(List<String> given) throws UserException {
        List<Alternative> all = new ArrayList<>();
        for (String word : given) {
            if (!word.equals(NONE)) {
                Alternative alternative = parse(word.strip());
                if (!all.contains(alternative)) {
                    all.add(alternative);
                }
            }
        }
        return all;
    }

    private static Alternative parse(String word) throws UserException {
        Optional<SettingEffect> effect = SettingEffect.of(word);
        if (effect.isPresent()) {
            return new Alternative.Setting(effect.get());
        }
        int equals = word.indexOf('=');
        String key = key(word).toLowerCase(Locale.ROOT);
        String value = equals < 0 ? "" : word.substring(equals + 1);
        if (equals < 0 && KEYS.contains(key)) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "--what-if " + key + " needs a value",
                    "write it as one of: vcpus=N, memory=SIZE, for=GOAL");
        }
        return switch (key) {
            case "vcpus" -> new Alternative.Vcpus("vcpus=" + value, vcpus(value, "--what-if vcpus="));
            case "memory" -> new Alternative.Memory("memory=" + value, Sizes.bytes(value, "--what-if memory="));
            case "for" -> {
                Goal goal = goal(value);
                yield new Alternative.For("for=" + goal.name().toLowerCase(Locale.ROOT), goal);
            }
            default -> throw unknown(word);
        };
    }

    private static String key(String word) {
        return word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
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

    /// Another value of a key that is known, else a key or a setting that is nearly the one given, else all there are.
    private static UserException unknown(String word) {
        String key = key(word).toLowerCase(Locale.ROOT);
        List<String> values = SETTINGS.stream().filter(s -> key(s).equals(key)).toList();
        String known = "vcpus=N, memory=SIZE, for=GOAL, " + String.join(", ", SETTINGS);
        if (!values.isEmpty()) {
            return new UserException(
                    Exit.WRONG_USE,
                    "the effect of --what-if " + Printable.line(word) + " was not measured",
                    "use one of: " + String.join(", ", values));
        }
        List<String> near = near(word, key);
        return new UserException(
                Exit.WRONG_USE,
                "--what-if does not know '" + Printable.line(word) + "'",
                !near.isEmpty()
                        ? "did you mean: " + String.join(", ", near) + "?"
                        : word.contains("=")
                                ? "use one of: " + known
                                : "use one of: " + known + "; a VM's name goes before --what-if");
    }

    private static List<String> near(String word, String key) {
        List<String> settings = NearMiss.of(word.toLowerCase(Locale.ROOT), SETTINGS);
        if (!settings.isEmpty() || !word.contains("=")) {
            return settings;
        }
        String rest = Printable.line(word.substring(word.indexOf('=')));
        return NearMiss.of(key, KEYS).stream().map(name -> name + rest).toList();
    }
}
