package io.streamclr.console;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code streamclr completion}: what a shell needs to complete our commands. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Print a script that completes commands, options and their values in a shell.",
            "In ~/.bashrc or ~/.zshrc: source <(streamclr completion bash), or zsh"
        })
public final class CompletionCommand implements Callable<Integer> {

    /** The shells that the script is for. */
    enum Shell {
        BASH,
        ZSH
    }

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private Shell shell;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        String name = spec.root().name();
        String script = AutoComplete.bash(name, spec.root().commandLine());
        if (shell == Shell.ZSH) {
            // A shell that never completed anything has not loaded what bashcompinit needs.
            script = "autoload -U +X compinit && compinit\n" + script;
        }
        spec.commandLine().getOut().print(script);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
