// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;

namespace Hermetic.Cli.Remote;

/// <summary>Which server a command speaks to, and as whom. What is null comes from
/// <see cref="ClientFolder"/>.</summary>
/// <param name="Server">Its address.</param>
/// <param name="Credentials">A program's credentials file; null for the session of `hermetic sign-in`.</param>
/// <param name="CaCert">Certificates to trust in place of the system's.</param>
/// <param name="Json">Whether JSON is asked for.</param>
internal sealed record RemoteOptions(string? Server, string? Credentials, string? CaCert, bool Json = false);

/// <summary>The options that all commands share which speak to a server.</summary>
internal sealed class RemoteOptionSet
{
    private readonly Option<string?> _server = new("--server")
    {
        Description = "The server's address. Default: `server` in ~/.config/hermetic/client.json.",
        HelpName = "https://HOST[:PORT]",
    };

    private readonly Option<string?> _credentials = new("--credentials")
    {
        Description = "A program's credentials: a file {\"clientId\":…,\"clientSecret\":…} that only this account can "
            + "read. Default: the session of `hermetic sign-in`, then `credentials` in ~/.config/hermetic/client.json.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _caCert = new("--cacert")
    {
        Description = "The server's certificate, or its authority's, as PEM, in place of those that this machine "
            + "trusts. Default: `cacert` in ~/.config/hermetic/client.json.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = new("--json") { Description = "JSON on standard output, one line each." };

    /// <summary>Gives them to a command, with its exit codes.</summary>
    public Command AddTo(Command command, bool withCredentials = true)
    {
        command.Options.Add(_server);
        if (withCredentials)
        {
            command.Options.Add(_credentials);
            command.Options.Add(_json);
        }

        command.Options.Add(_caCert);
        HelpWithExitCodes.AddTo(command, RemoteExit.Table);
        return command;
    }

    public RemoteOptions Read(ParseResult parsed) => new(
        parsed.GetValue(_server), parsed.GetValue(_credentials), parsed.GetValue(_caCert), parsed.GetValue(_json));
}
