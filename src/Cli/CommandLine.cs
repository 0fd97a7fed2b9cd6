// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;
using Hermetic.Cli.Account;
using Hermetic.Cli.Demo;
using Hermetic.Cli.Doctor;
using Hermetic.Cli.Fax;
using Hermetic.Cli.Keys;
using Hermetic.Cli.Line;
using Hermetic.Cli.Listen;
using Hermetic.Cli.Replay;
using Hermetic.Cli.Send;
using Hermetic.Cli.Serve;
using Hermetic.Cli.SignIn;
using Hermetic.Cli.Site;
using Hermetic.Cli.Tenant;
using Hermetic.Cli.Trunk;
using Hermetic.Cli.Verify;
using Hermetic.Cli.Witness;

namespace Hermetic.Cli;

/// <summary>The commands. Each has its options in its own folder, in XCommandLine.cs.</summary>
internal static class CommandLine
{
    // Our limit: DCN and BYE, with their repetitions, may take so long after Ctrl-C.
    private static readonly TimeSpan HangUpMax = TimeSpan.FromSeconds(15);

    public static RootCommand Build() => new(
        "Hermetic, a fax server for healthcare. This is its line: fax over SIP and T.38.")
    {
        DemoCommandLine.Build(),
        ListenCommandLine.Build(),
        SendCommandLine.Build(),
        ReplayCommandLine.Build(),
        ServeCommandLine.Build(),
        KeysCommandLine.Build(),
        FaxCommandLine.Build(),
        TenantCommandLine.Build(),
        LineCommandLine.Build(),
        SiteCommandLine.Build(),
        TrunkCommandLine.Build(),
        AccountCommandLine.Build(),
        SignInCommandLine.BuildIn(),
        SignInCommandLine.BuildOut(),
        DoctorCommandLine.Build(),
        VerifyCommandLine.Build(),
        WitnessCommandLine.Build(),
    };

    /// <summary>Reads the arguments and runs what they say. The exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        ParseResult parsed = Build().Parse(args);
        if (parsed.Errors.Count == 0)
        {
            return await parsed.InvokeAsync(new() { ProcessTerminationTimeout = HangUpMax });
        }

        if (parsed.CommandResult.Command is RootCommand && args.Length == 0)
        {
            await parsed.InvokeAsync();
            return (int)ExitCode.Usage;
        }

        // The complaint alone: behind a screenful of help nobody finds it.
        string name = NameOf(parsed.CommandResult);
        foreach (ParseError error in parsed.Errors)
        {
            Console.Error.WriteLine($"{name}: {error.Message}");
        }

        Console.Error.WriteLine($"`{name} --help` tells the options.");
        return (int)ExitCode.Usage;
    }

    // `hermetic verify proof`, as it was typed.
    private static string NameOf(CommandResult command) => command.Parent is CommandResult parent
        ? $"{NameOf(parent)} {command.Command.Name}"
        : "hermetic";

    /// <summary>Runs a command to its end; Ctrl-C is an end too.</summary>
    public static async Task<int> Run(Task<ExitCode> command)
    {
        try
        {
            return (int)await command;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("cancelled");
            return (int)ExitCode.Cancelled;
        }
    }
}
