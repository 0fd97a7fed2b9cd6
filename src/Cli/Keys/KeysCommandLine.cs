// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using Hermetic.Cli.Remote;

namespace Hermetic.Cli.Keys;

/// <summary>The options of `hermetic keys list`, `rotate`, `destroy` and `erase-due`.</summary>
internal static class KeysCommandLine
{
    private const string ExitTable =
        "0 done, 2 wrong usage, 6 refused, 9 not confirmed or cancelled, 10 something is missing or does not fit.";

    public static Command Build() => new("keys", "Lists, rotates and destroys the keys of an installation.")
    {
        List(),
        Rotate(),
        Destroy(),
        EraseDue(),
    };

    private static Command List()
    {
        Option<string> config = SharedOptions.Config();
        Option<bool> json = new("--json") { Description = "One line of JSON on standard output." };
        Command command = new("list", "Shows the root key's generations, each tenant's key epochs, and how much rests "
            + "on each. Works beside a running server; no secret is shown.")
        {
            config, json,
        };
        HelpWithExitCodes.AddTo(command, ExitTable);
        command.SetAction((parsed, cancellation) => CommandLine.Run(new KeysListCommand(
            parsed.GetRequiredValue(config), parsed.GetValue(json), TimeProvider.System, Console.Out, Console.Error)
            .RunAsync(cancellation)));
        return command;
    }

    private static Command Rotate()
    {
        Option<string> config = SharedOptions.Config();
        Command command = new("rotate", "Makes a new root key, wraps all keys with it, and destroys the old one. Works "
            + "beside a running server, which needs no restart. Afterwards the root key and the keys folder have to be "
            + "backed up anew.")
        {
            config,
        };
        HelpWithExitCodes.AddTo(command, ExitTable);
        command.SetAction((parsed, _) => CommandLine.Run(
            new KeysRotateCommand(parsed.GetRequiredValue(config), Console.Out, Console.Error).RunAsync()));
        return command;
    }

    private static Command EraseDue()
    {
        RemoteOptionSet remote = new();
        Option<bool> yes = new("--yes") { Description = "Do not ask." };
        Command command = remote.AddTo(new Command("erase-due", "Erases all months that the practices' own retention "
            + "has made due, of a running server: shows them, and asks. Their keys are destroyed, here and in every "
            + "backup, and the root key changes: back up at once what it then says.")
        {
            yes,
        });
        command.SetAction((parsed, cancellation) => CommandLine.Run(new KeysEraseDueCommand(
            new RemoteCommand("hermetic keys erase-due", remote.Read(parsed), Console.Out, Console.Error),
            parsed.GetValue(yes), Console.In).RunAsync(cancellation)));
        return command;
    }

    private static Command Destroy()
    {
        Argument<string> tenant = new("TENANT") { Description = "The tenant's name or id." };
        Argument<string> epoch = new("EPOCH") { Description = "The key epoch, as `keys list` shows it: 2026-11-0001." };
        Option<string> config = SharedOptions.Config();
        Option<bool> yes = new("--yes") { Description = "Do not ask. Needs --reason." };
        Option<string?> reason = new("--reason")
        {
            Description = "Why, for the ledger, where it is sealed. At most 1,000 characters.",
            HelpName = "TEXT",
        };
        Option<bool> current = new("--even-current")
        {
            Description = "Also an epoch that faxes are sealed to now or next month. Until another month begins, the "
                + "tenant's faxes are sealed to the epoch before it, or refused if there is none. Needs --reason.",
        };
        Command command = new("destroy", "Destroys the keys of an epoch for good, here and in every backup, and with "
            + "them every fax that was sealed to it. The ledger says so before and after. The server must be stopped.")
        {
            tenant, epoch, config, yes, reason, current,
        };
        HelpWithExitCodes.AddTo(command, ExitTable);
        command.Validators.Add(result =>
        {
            string why = result.GetValue(reason) ?? "";
            SharedOptions.Refuse(result, !string.IsNullOrWhiteSpace(why)
                || (!result.GetValue(yes) && !result.GetValue(current)), "--yes and --even-current need a --reason");
            SharedOptions.Refuse(result, why.Length <= KeysDestroyCommand.ReasonCharsMax,
                $"--reason takes at most {KeysDestroyCommand.ReasonCharsMax} characters");
        });
        command.SetAction((parsed, cancellation) => CommandLine.Run(new KeysDestroyCommand(
            new KeysDestroyOptions
            {
                Config = parsed.GetRequiredValue(config),
                Tenant = parsed.GetRequiredValue(tenant),
                Epoch = parsed.GetRequiredValue(epoch),
                Yes = parsed.GetValue(yes),
                Reason = parsed.GetValue(reason) ?? "",
                EvenCurrent = parsed.GetValue(current),
                Account = $"os-user {Environment.UserName}",
            },
            TimeProvider.System, Console.In, Console.Out, Console.Error).RunAsync(cancellation)));
        return command;
    }
}
