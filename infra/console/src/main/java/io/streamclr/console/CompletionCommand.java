package io.streamclr.console;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code streamclr completion}: what a shell needs to complete our commands. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Print a script that completes commands, options and their values in a shell, bash or zsh; there is none for"
                    + " fish and others.",
            "In ~/.bashrc or ~/.zshrc: source <(streamclr completion bash), or zsh"
        })
public final class CompletionCommand implements Callable<Integer> {

    /** The shells that the script is for. */
    enum Shell {
        BASH,
        ZSH;

        /** As the command line has it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private Shell shell;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        String script = shell == Shell.BASH ? CompletionScript.bash(spec.root()) : CompletionScript.zsh(spec.root());
        spec.commandLine().getOut().print(script);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
