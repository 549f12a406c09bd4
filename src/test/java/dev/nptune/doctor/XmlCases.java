package dev.nptune.doctor;

import java.util.List;

/// Cases of [XmlRules].
final class XmlCases {
    private XmlCases() {}

    static List<Case> all() {
        return List.of();
    }
}
