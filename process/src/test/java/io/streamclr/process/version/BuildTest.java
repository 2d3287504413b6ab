package io.streamclr.process.version;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class BuildTest {

    @Test
    void versionAndCommitAreSaid() {
        assertThat(build("1.2.3", "0123abc", "false").words()).isEqualTo("1.2.3 (commit 0123abc)");
        assertThat(build("1.2.3", "0123abc", "true").words()).isEqualTo("1.2.3 (commit 0123abc, dirty)");
    }

    @Test
    void aTreeWithoutGitHasAnUnknownCommit() {
        assertThat(build("1.2.3", "${git.commit.id.abbrev}", "${git.dirty}").words())
                .isEqualTo("1.2.3 (unknown commit)");
    }

    @Test
    void theBuildWroteDownWhatItBuilt() {
        assertThat(Build.here().version()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(Build.here().commit()).matches("([0-9a-f]{7,40})?");
    }

    private static Build build(String version, String commit, String dirty) {
        Properties written = new Properties();
        written.setProperty("version", version);
        written.setProperty("commit", commit);
        written.setProperty("dirty", dirty);
        return Build.from(written);
    }
}
