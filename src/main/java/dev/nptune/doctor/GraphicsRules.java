package dev.nptune.doctor;

import java.util.List;

/// Rules about graphics cards.
final class GraphicsRules {
    private GraphicsRules() {}

    static List<Rule> all() {
        return List.of();
    }
}
