package io.streamclr.console.views;

import io.streamclr.console.CommandsBelow;
import picocli.CommandLine.Command;

/** {@code streamclr views}: what the trainer is fed, for human eyes. */
@Command(
        name = "views",
        mixinStandardHelpOptions = true,
        description =
                "Show what was done to view pairs, as text and pictures, or render them again and compare the bytes.",
        subcommands = {ShowViews.class, VerifyViews.class})
public final class ViewsCommand extends CommandsBelow {}
