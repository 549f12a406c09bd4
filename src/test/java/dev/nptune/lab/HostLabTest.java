package dev.nptune.lab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Several stories on one emulated host: each leaves what the next looks at as it was.
@Tag("lab")
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class HostLabTest {
    @TempDir
    static Path folder;

    private @Nullable LabHost booted;

    @BeforeAll
    void boot() throws Exception {
        booted = LabHost.boot(folder);
    }

    @AfterAll
    void end() throws IOException {
        if (booted != null) {
            booted.close();
        }
    }

    @Test
    @Order(1)
    void rollbackBringsEveryByteBack() throws Exception {
        RollbackStory.bringsEveryByteBack(lab());
    }

    @Test
    @Order(2)
    void plansAreTakenWholeAndTakenBackWhole() throws Exception {
        for (Path needed : PlanStory.NEEDED) {
            assumeTrue(Files.exists(needed), needed + " is not there (Debian: ovmf, swtpm, swtpm-tools)");
        }
        PlanStory.areTakenWholeAndTakenBackWhole(lab());
    }

    /// After the others: it pulls a card out.
    @Test
    @Order(3)
    void scanIsWhatOtherProgramsSee() throws Exception {
        ScanStory.isWhatOtherProgramsSee(lab());
    }

    @Test
    @Order(4)
    void itGoesDownInGoodOrder() throws Exception {
        lab().host().powerOff();
    }

    private LabHost lab() {
        return Objects.requireNonNull(booted);
    }
}
