package dev.nptune.doctor;

import java.util.List;

/// Rules about the domain XML itself.
final class XmlRules {
    private XmlRules() {}

    static List<Rule> all() {
        return List.of();
    }
}
