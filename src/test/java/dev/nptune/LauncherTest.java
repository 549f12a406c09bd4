package dev.nptune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Checkout.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The `nptune` script, run for real with a made-up JDK and a made-up Maven.
class LauncherTest {
    @TempDir
    private Path temp;

    private Checkout checkout;
    private Path nptune;

    @BeforeEach
    void checkOut() throws IOException {
        checkout = Checkout.in(temp);
        nptune = checkout.home().resolve("nptune");
    }

    @Nested
    class TheJdk {
        @Test
        void noneIsAnErrorThatNamesEverythingLookedAt() throws Exception {
            Path old = checkout.jdk("old one", "17.0.2");
            Path empty = Files.createDirectories(checkout.jvms().resolve("openjdk-17"));
            Path jre = checkout.jdk("jre", "25");
            Files.delete(jre.resolve("bin/javac"));
            checkout.with("JAVA_HOME", "/nowhere/jdk");

            Result result = checkout.run(nptune);

            assertThat(result.exit()).isEqualTo(3);
            assertThat(result.out()).isEmpty();
            assertThat(result.err())
                    .contains("no JDK 25 or newer found")
                    .contains("NPTUNE_JAVA_HOME: not set")
                    .contains("JAVA_HOME=/nowhere/jdk: no such folder")
                    .contains(old + ": version 17.0.2, too old")
                    .contains(empty + ": no bin/java in it")
                    .contains(jre + ": version 25, but a JRE")
                    .contains("java on PATH: none")
                    .contains("set NPTUNE_JAVA_HOME");
        }

        @Test
        void tooOldWhereNamedExplicitlyIsAnError() throws Exception {
            checkout.jdk("good", "25.0.1");
            Path old = checkout.jdk("old", "21.0.2");

            Result result = checkout.with("NPTUNE_JAVA_HOME", old.toString()).run(nptune);

            assertThat(result.exit()).isEqualTo(3);
            assertThat(result.err()).contains("NPTUNE_JAVA_HOME is " + old + ": version 21.0.2, too old");
        }

        @Test
        void javaHomeTooOldIsPassedOverInSilence() throws Exception {
            Path good = checkout.jdk("good", "25.0.1");
            Path old = checkout.jdk("old", "21.0.2");

            Result result = checkout.with("JAVA_HOME", old.toString()).run(nptune);

            assertThat(result.out()).contains("java=" + good + "/bin/java");
            assertThat(result.err()).doesNotContain("21").doesNotContain("JAVA_HOME");
        }

        @Test
        void theNewestIsTaken() throws Exception {
            checkout.jdk("a", "25.0.9");
            Path newest = checkout.jdk("b", "25.0.10");
            checkout.jdk("c", "25");

            assertThat(checkout.run(nptune).out()).contains("java=" + newest + "/bin/java");
        }

        @Test
        void aBuildOfANewerReleaseFits() throws Exception {
            Path early = checkout.jdk("early", "27-ea");

            assertThat(checkout.run(nptune).out()).contains("java=" + early + "/bin/java");
        }

        @Test
        void withoutReleaseFileJavaIsAsked() throws Exception {
            Path quiet = checkout.silentJdk("quiet", "25.0.1");

            assertThat(checkout.run(nptune).out()).contains("java=" + quiet + "/bin/java");
        }

        @Test
        void theOneOnThePathIsFoundThroughItsLinks() throws Exception {
            Path elsewhere = checkout.jdk("elsewhere/jdk", "25.0.1");
            Files.createSymbolicLink(checkout.tools().resolve("java"), elsewhere.resolve("bin/java"));

            assertThat(checkout.run(nptune).out()).contains("java=" + elsewhere.toRealPath() + "/bin/java");
        }
    }

    @Nested
    class TheStart {
        @BeforeEach
        void jdk() throws IOException {
            checkout.jdk("good", "25.0.1");
        }

        @Test
        void worksThroughALinkAndHandsEverythingOn() throws Exception {
            Path link = Files.createSymbolicLink(temp.resolve("a link"), nptune);

            Result result = checkout.run(link, "tune", "--host", "a b", "", "*");

            assertThat(result.exit()).isEqualTo(7);
            assertThat(result.out().lines())
                    .contains("home=" + checkout.home().toRealPath())
                    .contains("launcher=" + nptune.toRealPath())
                    .contains("arg=--enable-native-access=ALL-UNNAMED")
                    .containsSequence("arg=dev.nptune.cli.Main", "arg=tune", "arg=--host", "arg=a b", "arg=", "arg=*");
        }

        @Test
        void theClassPathIsAbsolute() throws Exception {
            Path home = checkout.home().toRealPath();

            assertThat(checkout.run(nptune).out().lines())
                    .contains("arg=" + home + "/target/classes:" + home + "/target/lib/*");
        }

        @Test
        void aFolderWithAColonIsRefused() throws Exception {
            Path odd = Files.createDirectory(temp.resolve("a:b"));
            Files.move(checkout.home(), odd.resolve("nptune"));

            Result result = checkout.run(odd.resolve("nptune/nptune"));

            assertThat(result.exit()).isEqualTo(3);
            assertThat(result.err()).contains("colon");
        }
    }

    @Nested
    class TheBuild {
        @BeforeEach
        void jdk() throws IOException {
            checkout.jdk("good", "25.0.1");
        }

        @Test
        void happensOnceWithTheJdkFound() throws Exception {
            Result first = checkout.run(nptune);
            Result second = checkout.run(nptune);

            assertThat(first.err()).isEqualTo("Building NPTune (first use: about a minute)…\n");
            assertThat(first.out()).doesNotContain("maven says");
            assertThat(second.err()).isEmpty();
            assertThat(checkout.mavenRuns())
                    .singleElement()
                    .asString()
                    .startsWith(checkout.jvms().resolve("good") + " -q")
                    .endsWith("package");
        }

        @ParameterizedTest
        @ValueSource(strings = {"src/main/java/A.java", "pom.xml", ".mvn/jvm.config"})
        void happensAgainWhenAFileChanges(String file) throws Exception {
            checkout.run(nptune);
            later(checkout.home().resolve(file));

            assertThat(checkout.run(nptune).err()).contains("its sources have changed");
            assertThat(checkout.mavenRuns()).hasSize(2);
        }

        @Test
        void happensAgainWhenAFileIsRemoved() throws Exception {
            checkout.run(nptune);
            Files.delete(checkout.home().resolve("src/main/java/B.java"));
            later(checkout.home().resolve("src/main/java"));

            checkout.run(nptune);

            assertThat(checkout.mavenRuns()).hasSize(2);
        }

        @Test
        void isNotNeededToRunWhatIsBuilt() throws Exception {
            checkout.run(nptune);
            checkout.withoutTool("mvn");

            assertThat(checkout.run(nptune).exit()).isEqualTo(7);
        }

        @Test
        void withoutMavenNamesTheInstallLine() throws Exception {
            Result result = checkout.withoutTool("mvn").run(nptune);

            assertThat(result.exit()).isEqualTo(3);
            assertThat(result.err()).contains("apt-get install maven");
        }

        @Test
        void thatFailsShowsWhyAndIsTriedAgain() throws Exception {
            checkout.tool("mvn", "echo '[ERROR] A.java:[1,1] no such thing'; exit 1");

            Result result = checkout.run(nptune);

            assertThat(result.exit()).isEqualTo(3);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).contains("no such thing").contains("target/nptune-build.log");
            assertThat(checkout.run(nptune).exit()).isEqualTo(3);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "yes"})
        void isDoneByOneOfTwoLaunchers(String withoutFlock) throws Exception {
            checkout.with("NPTUNE_NO_FLOCK", withoutFlock);
            String maven = Files.readString(checkout.tools().resolve("mvn"));
            checkout.tool("mvn", "sleep 1\n" + maven);

            List<Process> both = List.of(checkout.start(nptune), checkout.start(nptune));
            for (Process one : both) {
                assertThat(checkout.await(one).exit()).isEqualTo(7);
            }

            assertThat(checkout.mavenRuns()).hasSize(1);
        }

        @Test
        void isNotHeldUpByALockWhoseHolderIsDead() throws Exception {
            Process gone = checkout.start(checkout.tools().resolve("sh"), "-c", "exit 0");
            checkout.await(gone);
            checkout.write("target/nptune-build.lock.d/pid", gone.pid() + "\n");

            assertThat(checkout.with("NPTUNE_NO_FLOCK", "yes").run(nptune).exit())
                    .isEqualTo(7);
            assertThat(checkout.home().resolve("target/nptune-build.lock.d")).doesNotExist();
        }

        private static void later(Path file) throws IOException {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
        }
    }
}
