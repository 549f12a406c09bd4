package dev.nptune.doctor;

import dev.nptune.Resources;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.function.Consumer;

/// One test of a rule: a host, a domain and what the rule must say of them, to the letter.
///
/// @param rule the rule's id
/// @param kind which of the three answers it is about
/// @param story what is special, for the test's name
/// @param evidence the exact evidence of a rule that fires, `where | found | wanted`, else empty
/// @param missing where the missing facts were looked for, for a rule that cannot know, else empty
record Case(
        String rule, Kind kind, String story, Host host, Domain domain, List<String> evidence, List<String> missing) {

    enum Kind {
        FIRES,
        CLEAR,
        UNKNOWN
    }

    private static final String TUNED = Resources.text("domain/tuned.xml");

    /// The tuned domain with some of its text replaced: pairs of old and new.
    static Domain tuned(String... replacements) {
        String xml = TUNED;
        for (int i = 0; i < replacements.length; i += 2) {
            if (!xml.contains(replacements[i])) {
                throw new IllegalArgumentException("the tuned domain has no " + replacements[i]);
            }
            xml = xml.replace(replacements[i], replacements[i + 1]);
        }
        return Domain.parse(xml).withSchemaProblems(Fact.known(List.of(), "domain.rng"));
    }

    static Case fires(String rule, String story, Consumer<TestHost> host, Domain domain, String... evidence) {
        return new Case(rule, Kind.FIRES, story, TestHost.host(host), domain, List.of(evidence), List.of());
    }

    static Case clear(String rule, String story, Consumer<TestHost> host, Domain domain) {
        return new Case(rule, Kind.CLEAR, story, TestHost.host(host), domain, List.of(), List.of());
    }

    static Case unknown(String rule, String story, Consumer<TestHost> host, Domain domain, String... missing) {
        return new Case(rule, Kind.UNKNOWN, story, TestHost.host(host), domain, List.of(), List.of(missing));
    }

    static final Consumer<TestHost> SOUND = _ -> {};
}
