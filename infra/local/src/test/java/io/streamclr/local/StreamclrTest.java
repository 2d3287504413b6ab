package io.streamclr.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class StreamclrTest {

    @Test
    void theHelpOfEveryCommandIsFormatted() {
        List<CommandLine> commands = new ArrayList<>(List.of(Streamclr.commandLine()));
        for (int i = 0; i < commands.size(); i++) {
            commands.addAll(commands.get(i).getSubcommands().values());
        }

        // picocli shows a text that it cannot format as it was written, with every percent sign twice
        assertThat(commands).hasSizeGreaterThan(30).allSatisfy(command -> assertThat(command.getUsageMessage())
                .as(command.getCommandName())
                .doesNotContain("%%"));
    }

    @Test
    void everyOptionOfTrainIsInAGroupOfItsHelp() {
        String help = Streamclr.commandLine().getSubcommands().get("train").getUsageMessage(CommandLine.Help.Ansi.OFF);

        assertThat(help).contains("Topics:", "Loss:", "Optimisation:", "Page:").doesNotContain("Not in a group:");
    }

    @Test
    void defaultsAreSaidInOneForm() {
        List<CommandLine> commands = new ArrayList<>(List.of(Streamclr.commandLine()));
        for (int i = 0; i < commands.size(); i++) {
            commands.addAll(commands.get(i).getSubcommands().values());
        }

        assertThat(commands).allSatisfy(command -> assertThat(command.getUsageMessage())
                .as(command.getCommandName())
                .doesNotContain("Default:"));
    }
}
