package dev.nptune.bench.why;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nptune.bench.compare.RealCaptures;
import dev.nptune.bench.why.Stutters.Definition;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StuttersTest {
    @ParameterizedTest
    @EnumSource
    void aLongFrameIsOneAndSteadyFramesAreNone(Definition definition) {
        double[] frames = steady(200);
        assertThat(Stutters.find(frames, definition)).isEmpty();
        frames[100] = 50;
        List<Stutter> found = Stutters.find(frames, definition, 7);
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().frame()).isEqualTo(100);
        assertThat(found.getFirst().endSeconds()).isCloseTo(7 + 1.05, within(1e-9));
        assertThat(found.getFirst().frameMillis()).isEqualTo(50);
        assertThat(found.getFirst().excessMillis()).isCloseTo(40, within(1e-9));
    }

    /// 29 is below three times its predecessor and enters the mean as it is, which then is 11.1 over 32 frames.
    @Test
    void theMeanLeavesOutSpikesOnly() {
        double[] frames = steady(200);
        frames[100] = 29;
        frames[103] = 26.5;
        assertThat(Stutters.find(frames, Definition.CAPFRAMEX))
                .extracting(Stutter::frame)
                .containsExactly(100);
        frames[100] = 31;
        assertThat(Stutters.find(frames, Definition.CAPFRAMEX))
                .extracting(Stutter::frame)
                .containsExactly(100, 103);
    }

    @Test
    void aSlowStretchIsNoStutterByMedian() {
        double[] frames = steady(200);
        Arrays.fill(frames, 100, 200, 25);
        assertThat(Stutters.find(frames, Definition.ROLLING_MEDIAN))
                .extracting(Stutter::frame)
                .allSatisfy(frame -> assertThat(frame).isBetween(100, 110));
        assertThat(Stutters.find(frames, Definition.CAPFRAMEX)).isEmpty();
    }

    /// Three frames of 1171 in CapFrameX.
    @Test
    void aRealCaptureHasThree() throws IOException {
        double[] frames = RealCaptures.frames(RealCaptures.FAR_CRY);
        assertThat(Stutters.find(frames, Definition.CAPFRAMEX)).hasSize(3);
    }

    private static double[] steady(int number) {
        double[] frames = new double[number];
        Arrays.fill(frames, 10);
        return frames;
    }
}
