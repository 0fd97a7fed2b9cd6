// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Net;
using Hermetic.Cli.Verify;
using Hermetic.Ledger.Notes;

namespace Hermetic.Cli.Witness;

/// <summary>The options of `hermetic witness`.</summary>
internal static class WitnessCommandLine
{
    private const int DefaultPort = 8_427;

    public static Command Build()
    {
        Option<IPEndPoint> listen = new("--listen")
        {
            Description = $"Where checkpoints are taken: ADDRESS[:PORT]. Without --tls-cert only on loopback. "
                + $"Default: 127.0.0.1:{DefaultPort}.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, DefaultPort),
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (!IPEndPoint.TryParse(text, out IPEndPoint? address))
                {
                    result.AddError("--listen takes ADDRESS[:PORT], e.g. 127.0.0.1:8427 or [::]:8427");
                    return new IPEndPoint(IPAddress.Loopback, DefaultPort);
                }
                bool hasPort = text.StartsWith('[') ? text.Contains("]:", StringComparison.Ordinal)
                    : address.Address.GetAddressBytes().Length == 4 && text.Contains(':', StringComparison.Ordinal);
                return hasPort ? address : new IPEndPoint(address.Address, DefaultPort);
            },
        };
        Option<string> state = new("--state")
        {
            Description = "Folder of this witness: its key, and what it cosigned. Made if it is not there. Never put "
                + "it back from a backup: a witness that forgot can be made to cosign a fork; give it a new key.",
            HelpName = "DIR",
            Required = true,
        };
        Option<VerifierKey[]> logs = VerifierKeyOptions.Many(
            "--log", "A ledger's public key, several times if wanted.", NoteKeyType.Ed25519, required: true);
        Option<string> name = new("--name")
        {
            Description = "Name of the key that the first run makes, such as witness.example.org/w1.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "",
        };
        Option<string?> certificate = new("--tls-cert") { Description = "Certificate chain, PEM.", HelpName = "FILE" };
        Option<string?> key = new("--tls-key") { Description = "Its private key, PEM.", HelpName = "FILE" };
        Command command = new("witness", "Cosigns the checkpoints of ledgers as long as each continues the one before, "
            + "for a second machine. Prints its own public key, which the ledger and whoever verifies must be told.")
        {
            listen, state, logs, name, certificate, key,
        };
        command.SetAction((parsed, cancellation) => new WitnessCommand(new()
        {
            Listen = parsed.GetValue(listen)!,
            State = parsed.GetRequiredValue(state),
            Logs = parsed.GetRequiredValue(logs),
            Name = parsed.GetValue(name)!,
            Certificate = parsed.GetValue(certificate),
            CertificateKey = parsed.GetValue(key),
        }, TimeProvider.System, Console.Out, Console.Error).RunAsync(cancellation));
        return command;
    }
}
