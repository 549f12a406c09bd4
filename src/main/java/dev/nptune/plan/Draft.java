package dev.nptune.plan;

import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A plan in the making: the parts of the planner add to it in any order, [#plan] puts them into the right one.
final class Draft {
    private final Domain before;
    private final Set<Topic> keep;
    private Domain domain;
    private final Set<String> domainRules = new LinkedHashSet<>();
    private final List<String> domainSummary = new ArrayList<>();
    private final List<Change> files = new ArrayList<>();
    private final List<Change> reloads = new ArrayList<>();
    private final List<Change> sysfs = new ArrayList<>();
    private final List<Change> boot = new ArrayList<>();
    private final NextBoot nextBoot = NextBoot.nothing();
    private final List<Choice> choices = new ArrayList<>();
    private final List<PassedFunction> passed = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Set<String> answered = new LinkedHashSet<>();

    Draft(Domain domain, Set<Topic> keep) {
        this.before = domain;
        this.keep = keep;
        this.domain = domain;
    }

    List<PassedFunction> passed() {
        return List.copyOf(passed);
    }

    Domain domain() {
        return domain;
    }

    /// Whether a person asked to leave that part as it is.
    boolean keeps(Topic topic) {
        return keep.contains(topic);
    }

    /// Tells of a decision.
    void choose(Choice choice) {
        choices.add(choice);
    }

    /// Names a function that the VM has.
    void pass(PassedFunction function) {
        if (!passed.contains(function)) {
            passed.add(function);
        }
    }

    /// Takes an edited domain.
    void domain(String rule, String summary, Domain edited) {
        domain(List.of(rule), summary, edited);
    }

    /// Takes an edited domain that answers several rules at once.
    void domain(List<String> rules, String summary, Domain edited) {
        answered.addAll(rules);
        if (!edited.equals(domain)) {
            domain = edited;
            domainRules.addAll(rules);
            if (!domainSummary.contains(summary)) {
                domainSummary.add(summary);
            }
        }
    }

    /// Says which rules the edits of the domain answer.
    void domainAnswers(List<String> rules) {
        answered.addAll(rules);
        domainRules.addAll(rules);
    }

    void change(Change change) {
        answered.addAll(change.rules());
        switch (change) {
            case Change.EditFile edit -> files.add(edit);
            case Change.ReloadModule reload -> reloads.add(reload);
            case Change.WriteSysfs write -> sysfs.add(write);
            case Change.BindDriver bind -> sysfs.add(bind);
            case Change.KeepCopy _,
                    Change.Rebuild _,
                    Change.EditBootEntry _,
                    Change.SetGrubVariable _,
                    Change.OstreeArguments _ -> throw new IllegalArgumentException("it belongs to the next boot");
            case Change.DefineDomain _ -> throw new IllegalArgumentException("edit the draft's domain instead");
        }
    }

    /// What is asked of the next boot.
    ///
    /// @param add kernel arguments to add
    /// @param drop kernel arguments to take away
    /// @param rules what is answered by it
    /// @param files what goes with it, in order
    /// @param images initramfs images to be built anew for it
    /// @param choices what is decided by it, for people
    record NextBoot(
            Set<String> add,
            Set<String> drop,
            Set<String> rules,
            List<Change> files,
            List<Change.Rebuild> images,
            List<Choice> choices) {
        static NextBoot nothing() {
            return new NextBoot(
                    new LinkedHashSet<>(),
                    new LinkedHashSet<>(),
                    new LinkedHashSet<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>());
        }

        boolean isEmpty() {
            return add.isEmpty() && drop.isEmpty() && files.isEmpty() && images.isEmpty();
        }
    }

    NextBoot nextBoot() {
        return nextBoot;
    }

    /// Asks for a kernel argument.
    void argument(String rule, String argument) {
        nextBoot.rules.add(rule);
        nextBoot.add.add(argument);
    }

    /// Asks for a kernel argument to go.
    void dropArgument(String rule, String argument) {
        nextBoot.rules.add(rule);
        nextBoot.drop.add(argument);
    }

    /// Adds a change of what the machine boots from; they stand at the end, in the order added.
    void atNextBoot(Change change) {
        answered.addAll(change.rules());
        boot.add(change);
    }

    void note(String note) {
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }

    /// Whether a note has these words in it already.
    boolean notes(String words) {
        return notes.stream().anyMatch(n -> n.contains(words));
    }

    /// Says why a rule is left alone, so that it is not listed again.
    void leave(String rule, String why) {
        answered.add(rule);
        note(rule + ": " + why);
    }

    /// Says that a rule is dealt with, whether that took a change or not.
    void answer(String rule) {
        answered.add(rule);
    }

    boolean answered(String rule) {
        return answered.contains(rule);
    }

    Plan plan() {
        List<Change> changes = new ArrayList<>(files);
        changes.addAll(reloads);
        changes.addAll(sysfs);
        if (!domain.equals(before)) {
            changes.add(new Change.DefineDomain(
                    "Redefine " + domain.name() + ": " + String.join("; ", domainSummary),
                    List.copyOf(domainRules),
                    domain.name(),
                    before.xml(),
                    domain.xml()));
        }
        changes.addAll(boot);
        return new Plan(
                Plan.SCHEMA_VERSION, domain.name(), changes.isEmpty() ? List.of() : choices, passed, changes, notes);
    }
}
