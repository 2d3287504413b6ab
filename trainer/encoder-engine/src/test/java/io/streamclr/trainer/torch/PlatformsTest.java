package io.streamclr.trainer.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The platforms whose native library the build fetches, each on a machine of its kind. */
class PlatformsTest {

    private static final Pattern PLATFORM = Pattern.compile("<pytorch\\.platform>(.*?)</pytorch\\.platform>");

    @Test
    void everyPlatformThatTheBuildKnowsHasABridgeToItsLibraryAndOnlyThisOneIsFetched() throws Exception {
        TreeSet<String> known = PLATFORM.matcher(Files.readString(Path.of("../../pom.xml")))
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(known).containsExactly("linux-aarch64", "linux-x86_64", "osx-aarch64");
        ClassLoader libraries = Torch.class.getClassLoader();
        int fetched = 0;
        for (String platform : known) {
            String ending = platform.startsWith("osx") ? ".dylib" : ".so";
            assertThat(libraries.getResource("jnilib/" + platform + "/cpu/libdjl_torch" + ending))
                    .as(platform)
                    .isNotNull();
            fetched += libraries.getResource("pytorch/cpu/" + platform + "/libtorch_cpu" + ending) == null ? 0 : 1;
        }
        assertThat(fetched).isEqualTo(1);
    }
}
