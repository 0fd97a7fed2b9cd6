// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Cli.Remote;

namespace Hermetic.Cli.SignIn;

/// <summary>`hermetic sign-in`: who runs practices and accounts is a person, with two factors; no program is given
/// those scopes (P4). So a command has to begin a person's session, by the door that the portal uses.</summary>
internal sealed class SignInCommand(RemoteOptions options, TextReader input, TextWriter error)
{
    public async Task<ExitCode> RunAsync(CancellationToken cancellation)
    {
        try
        {
            using RemoteClient client = RemoteClient.OpenForNobody(options);
            string name = Ask("name: ", isSecret: false);
            string password = Ask("password: ", isSecret: true);
            string code = Ask("code: ", isSecret: false);
            string session = await client.SignInAsync(name, password, code, cancellation);
            ClientFolder.KeepSession(client.Server, session);
            error.WriteLine("signed in");
            return ExitCode.Success;
        }
        catch (RemoteException refused)
        {
            error.WriteLine($"hermetic sign-in: {refused.Message}");
            return refused.Code;
        }
    }

    /// <summary>`hermetic sign-out`: ends the session there, and forgets it here whatever the server says.</summary>
    public static async Task<ExitCode> SignOutAsync(
        RemoteOptions options, TextWriter error, CancellationToken cancellation)
    {
        try
        {
            using RemoteClient client = RemoteClient.Open(options);
            await client.SendAsync(HttpMethod.Delete, "session", null, cancellation);
            return ExitCode.Success;
        }
        catch (RemoteException refused)
        {
            error.WriteLine($"hermetic sign-out: {refused.Message}");
            return refused.Code;
        }
        finally
        {
            ClientFolder.ForgetSession();
        }
    }

    private string Ask(string what, bool isSecret)
    {
        error.Write(what);
        if (!isSecret || Console.IsInputRedirected)
        {
            return input.ReadLine() ?? "";
        }

        StringBuilder typed = new();
        for (ConsoleKeyInfo key; (key = Console.ReadKey(intercept: true)).Key != ConsoleKey.Enter;)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(typed.Length - 1, 0);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        error.WriteLine();
        return typed.ToString();
    }
}
