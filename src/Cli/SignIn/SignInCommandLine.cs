// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using Hermetic.Cli.Remote;

namespace Hermetic.Cli.SignIn;

/// <summary>The options of `hermetic sign-in` and `hermetic sign-out`.</summary>
internal static class SignInCommandLine
{
    public static Command BuildIn()
    {
        RemoteOptionSet remote = new();
        Command command = remote.AddTo(new Command("sign-in", "Signs a person in at a server: asks for name, password "
            + "and the authenticator's code. The session is kept in ~/.config/hermetic, for this account alone, and "
            + "ends like one in a browser."), withCredentials: false);
        command.SetAction((parsed, cancellation) => CommandLine.Run(
            new SignInCommand(remote.Read(parsed), Console.In, Console.Error).RunAsync(cancellation)));
        return command;
    }

    public static Command BuildOut()
    {
        RemoteOptionSet remote = new();
        Command command = remote.AddTo(
            new Command("sign-out", "Ends the session of `hermetic sign-in`."), withCredentials: false);
        command.SetAction((parsed, cancellation) => CommandLine.Run(
            SignInCommand.SignOutAsync(remote.Read(parsed), Console.Error, cancellation)));
        return command;
    }
}
