package io.streamclr.console.views;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr views}: what the trainer is fed, for human eyes. */
@Command(
        name = "views",
        mixinStandardHelpOptions = true,
        description = "Show view pairs as pictures, or render them again and compare the bytes.",
        subcommands = {ShowViews.class, VerifyViews.class})
public final class ViewsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with the views: show or verify");
    }
}
