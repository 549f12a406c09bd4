package dev.nptune.plan.boot;

import java.util.List;

/// A change of kernel arguments.
///
/// @param add arguments to add, `name` or `name=value`
/// @param drop arguments to take away: `name` whatever its value, `name=value` only with that
public record ArgumentEdit(List<String> add, List<String> drop) {
    public ArgumentEdit {
        add = List.copyOf(add);
        drop = List.copyOf(drop);
    }
}
