package dev.nptune.doctor;

import java.util.List;

/// Cases of [GraphicsRules].
final class GraphicsCases {
    private GraphicsCases() {}

    static List<Case> all() {
        return List.of();
    }
}
