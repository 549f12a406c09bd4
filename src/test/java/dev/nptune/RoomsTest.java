package dev.nptune;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Who may use whom. The table is the one in ARCHITECTURE.md; a room that is not there yet breaks nothing.
class RoomsTest {
    private static final String BASE = "dev.nptune";

    /// Tools without knowledge, for everybody.
    private static final List<String> TOOLS = List.of("internal.text", "internal.json");

    /// Tools that reach out of the program, for those that may.
    private static final List<String> REACH = List.of("internal.proc", "internal.ffm", "internal.files");

    private static final String[] ALL_BELOW = {
        "host", "vm", "doctor", "kernel", "paging", "plan", "apply", "lab", "bench", "watch"
    };

    private static final List<Room> ROOMS = List.of(
            Room.reaching("host"),
            Room.reaching("vm").withClasses("host.CpuSet", "host.PciAddress", "host.Fact"),
            Room.pure("doctor", "host", "vm"),
            Room.reaching("kernel"),
            Room.reaching("paging"),
            Room.pure("plan", "host", "vm", "doctor"),
            Room.reaching("apply", "plan", "host", "vm", "kernel"),
            Room.reaching("lab", "host", "vm", "paging"),
            Room.reaching("bench", "host", "vm", "watch"),
            Room.reaching("watch", "host", "vm"),
            Room.reaching("report", ALL_BELOW),
            Room.reaching("web", join(ALL_BELOW, "report")),
            Room.reaching("cli", join(ALL_BELOW, "report")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(BASE);

    /// @param classes single classes of rooms that it may not use otherwise
    record Room(String name, boolean mayReachOut, List<String> uses, List<String> classes) {
        static Room reaching(String name, String... uses) {
            return new Room(name, true, List.of(uses), List.of());
        }

        static Room pure(String name, String... uses) {
            return new Room(name, false, List.of(uses), List.of());
        }

        Room withClasses(String... names) {
            return new Room(name, mayReachOut, uses, List.of(names));
        }

        DescribedPredicate<JavaClass> forbidden() {
            return resideInAnyPackage(BASE + "..")
                    .and(not(resideInAnyPackage(allowed())))
                    .and(not(DescribedPredicate.describe(
                            "one of " + classes,
                            c -> classes.stream().anyMatch(name -> c.getName().equals(BASE + "." + name)))));
        }

        String[] allowed() {
            return Stream.of(Stream.of(name), uses.stream(), TOOLS.stream(), mayReachOut ? REACH.stream() : null)
                    .flatMap(s -> s)
                    .map(RoomsTest::within)
                    .toArray(String[]::new);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest
    @FieldSource("ROOMS")
    void usesOnlyWhatTheTableAllows(Room room) {
        hold(noClasses()
                .that()
                .resideInAPackage(within(room.name()))
                .should()
                .dependOnClassesThat(room.forbidden())
                .because(room + " may use " + Arrays.toString(room.allowed()) + " and " + room.classes()));
    }

    @Test
    void everyClassLivesInARoomOfTheTable() {
        String[] known = Stream.concat(ROOMS.stream().map(Room::name), Stream.of("internal"))
                .map(RoomsTest::within)
                .toArray(String[]::new);
        hold(classes().should().resideInAnyPackage(known));
    }

    @Test
    void thereIsNoCycle() {
        hold(slices().matching(BASE + ".(*)..").should().beFreeOfCycles());
        hold(slices().matching(BASE + ".internal.(*)..").should().beFreeOfCycles());
    }

    @Test
    void internalKnowsNoRoom() {
        hold(noClasses()
                .that()
                .resideInAPackage(within("internal"))
                .should()
                .dependOnClassesThat(resideInAnyPackage(BASE + "..").and(not(resideInAnyPackage(within("internal"))))));
    }

    @Test
    void nobodyDependsOnTheCommandLine() {
        hold(noClasses()
                .that()
                .resideOutsideOfPackage(within("cli"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(within("cli")));
    }

    @Test
    void foreignMemoryOnlyWhereTheSystemIsCalled() {
        hold(noClasses()
                .that()
                .resideOutsideOfPackages(within("internal.ffm"), within("vm"), within("paging"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign.."));
    }

    @Test
    void rulesAndPlansTouchNoFileProcessClockOrEnvironment() {
        hold(noClasses()
                .that()
                .resideInAnyPackage(within("doctor"), within("plan"))
                .should()
                .dependOnClassesThat(OUTSIDE_WORLD)
                .orShould()
                .accessTargetWhere(ASKS_MACHINE));
    }

    @Test
    void onlyTheCommandLinePrintsAndExits() {
        hold(noClasses().that().resideOutsideOfPackage(within("cli")).should().accessTargetWhere(PRINTS_OR_EXITS));
    }

    /// Files, programs, sockets, threads' clocks. A [java.nio.file.Path] is only a name and is allowed.
    private static final DescribedPredicate<JavaClass> OUTSIDE_WORLD = DescribedPredicate.describe(
            "the world outside",
            c -> c.getPackageName().startsWith("java.net")
                    || c.getPackageName().startsWith("java.nio.channels")
                    || Set.of(
                                    "java.io.File",
                                    "java.io.FileInputStream",
                                    "java.io.FileOutputStream",
                                    "java.io.FileReader",
                                    "java.io.FileWriter",
                                    "java.io.RandomAccessFile",
                                    "java.nio.file.Files",
                                    "java.nio.file.FileSystem",
                                    "java.nio.file.FileSystems",
                                    "java.lang.Process",
                                    "java.lang.ProcessBuilder",
                                    "java.lang.ProcessHandle",
                                    "java.lang.Runtime",
                                    "java.time.Clock")
                            .contains(c.getName()));

    /// Methods whose answer depends on when and where they are called.
    private static final DescribedPredicate<JavaAccess<?>> ASKS_MACHINE = targets(
            "the clock or the environment",
            Map.of(
                    "java.lang.System",
                    Set.of("getenv", "getProperty", "getProperties", "currentTimeMillis", "nanoTime", "in"),
                    "java.lang.Thread",
                    Set.of("sleep"),
                    "java.time.Instant",
                    Set.of("now"),
                    "java.time.LocalDate",
                    Set.of("now"),
                    "java.time.LocalDateTime",
                    Set.of("now"),
                    "java.time.ZonedDateTime",
                    Set.of("now"),
                    "java.time.ZoneId",
                    Set.of("systemDefault"),
                    "java.util.UUID",
                    Set.of("randomUUID")));

    private static final DescribedPredicate<JavaAccess<?>> PRINTS_OR_EXITS = targets(
            "standard streams or the end of the program",
            Map.of(
                    "java.lang.System", Set.of("out", "err", "exit", "console"),
                    "java.lang.Runtime", Set.of("exit", "halt"),
                    "java.io.IO", Set.of("print", "println", "readln"),
                    "java.lang.Throwable", Set.of("printStackTrace")));

    private static DescribedPredicate<JavaAccess<?>> targets(String what, Map<String, Set<String>> members) {
        return DescribedPredicate.describe(
                what,
                access -> members.entrySet().stream()
                        .anyMatch(m -> access.getTargetOwner().isAssignableTo(m.getKey())
                                && m.getValue().contains(access.getTarget().getName())));
    }

    private static String within(String room) {
        return BASE + "." + room + "..";
    }

    private static String[] join(String[] names, String more) {
        return Stream.concat(Arrays.stream(names), Stream.of(more)).toArray(String[]::new);
    }

    private static void hold(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
