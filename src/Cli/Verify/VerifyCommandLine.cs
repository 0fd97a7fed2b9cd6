// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using Hermetic.Ledger.Notes;

namespace Hermetic.Cli.Verify;

/// <summary>The options of `hermetic verify` and of what it can verify besides a ledger.</summary>
internal static class VerifyCommandLine
{
    public static Command Build()
    {
        Argument<string> ledger = new("LEDGER")
        {
            Description = "The ledger's folder, or a copy of it; the server may go on writing.",
        };
        Option<string?> since = new("--since")
        {
            Description = "A checkpoint that you kept: the ledger must continue it.",
            HelpName = "CHECKPOINT",
        };
        TrustOptions trust = new("The ledger's public key, from whoever runs it and not from the folder.");
        Command command = new("verify", "Checks a ledger without the server: the signature, every entry and every "
            + "tile; names the first entry that does not fit. " + VerifyExit.Table)
        {
            ledger, since,
        };
        trust.AddTo(command);
        command.Add(Proof());
        command.Add(Receipt());
        command.Add(Installation());
        command.SetAction((parsed, cancellation) => Run(() => new VerifyCommand(
            parsed.GetRequiredValue(ledger), parsed.GetValue(since), trust.Of(parsed), TimeProvider.System, Console.Out,
            Console.Error).Run(cancellation)));
        return command;
    }

    private static Command Proof()
    {
        Argument<string> file = new("FILE") { Description = "The .tlog-proof file." };
        Option<string?> entry = new("--entry")
        {
            Description = "The entry's bytes. Default: the extra data in the proof, where Hermetic puts them.",
            HelpName = "FILE",
        };
        TrustOptions trust = new("The ledger's public key.", required: true);
        Command command = new("proof", "Checks a proof that an entry is in a ledger, with nothing but the proof and "
            + "the key. " + VerifyExit.Table)
        {
            file, entry,
        };
        trust.AddTo(command);
        command.SetAction((parsed, _) => Run(() => new VerifyProofCommand(
            parsed.GetRequiredValue(file), parsed.GetValue(entry), trust.Of(parsed), Console.Out,
            Console.Error).Run()));
        return command;
    }

    private static Command Receipt()
    {
        Argument<string> file = new("FILE") { Description = "The receipt's file." };
        Option<VerifierKey[]> keys = VerifierKeyOptions.Many("--key", "Twice: the public key that signs receipts, and "
            + "the ledger's.", NoteKeyType.Ed25519, required: true);
        Option<string?> pages = new("--pages")
        {
            Description = "The fax as a TIFF, as it was sent or as it was received: its pages must be those of the "
                + "receipt, pel for pel.",
            HelpName = "TIFF",
        };
        TrustOptions trust = new("");
        Command command = new("receipt", "Checks the receipt of a fax that was sent: the signature, and the proof that "
            + "the ledger tells of it, with nothing but the file and two keys. " + VerifyExit.Table)
        {
            file, keys, pages,
        };
        trust.AddWitnessesTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(() => new VerifyReceiptCommand(
            parsed.GetRequiredValue(file), parsed.GetValue(pages), parsed.GetValue(keys) ?? [],
            trust.WitnessesOf(parsed), Console.Out, Console.Error).RunAsync(cancellation)));
        return command;
    }

    private static Command Installation()
    {
        Option<string> config = SharedOptions.Config();
        Option<bool> json = new("--json") { Description = "One line of JSON on standard output." };
        Command command = new("installation", "Checks a whole stopped installation with its keys: opens every sealed "
            + "page and column, compares them with their records and the ledger with its tree, and names all that does "
            + "not fit. Nothing of a fax is shown; the ledger says that the check was made. " + VerifyExit.Table)
        {
            config, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(() => new VerifyInstallationCommand(
            parsed.GetRequiredValue(config), parsed.GetValue(json), $"os-user {Environment.UserName}",
            TimeProvider.System, Console.Out, Console.Error).RunAsync(cancellation)));
        return command;
    }

    private static Task<int> Run(Func<int> command) => RunAsync(() => Task.FromResult(command()));

    private static async Task<int> RunAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("cancelled");
            return VerifyExit.Cancelled;
        }
    }

    private sealed class TrustOptions(string keyDescription, bool required = false)
    {
        private readonly Option<VerifierKey?> _key = VerifierKeyOptions.One("--key", keyDescription, required);
        private readonly Option<VerifierKey[]> _witnesses = VerifierKeyOptions.Many(
            "--witness", "A witness that you trust, several times if wanted.", NoteKeyType.Cosignature);
        private readonly Option<int> _quorum = new("--quorum")
        {
            Description = "How many of them must have cosigned.",
            HelpName = "N",
        };
        private readonly Option<bool> _json = new("--json") { Description = "One line of JSON on standard output." };

        public void AddTo(Command command)
        {
            command.Add(_key);
            AddWitnessesTo(command);
        }

        /// <summary>All but the key, for what has keys of its own.</summary>
        public void AddWitnessesTo(Command command)
        {
            command.Add(_witnesses);
            command.Add(_quorum);
            command.Add(_json);
            command.Validators.Add(result =>
            {
                int quorum = result.GetValue(_quorum);
                if (quorum < 0 || quorum > (result.GetValue(_witnesses)?.Length ?? 0))
                {
                    result.AddError("--quorum asks for more witnesses than --witness names");
                }
            });
        }

        public VerifyTrust Of(ParseResult parsed) => WitnessesOf(parsed) with { Key = parsed.GetValue(_key) };

        public VerifyTrust WitnessesOf(ParseResult parsed) => new()
        {
            Witnesses = parsed.GetValue(_witnesses) ?? [],
            Quorum = parsed.GetValue(_quorum),
            Json = parsed.GetValue(_json),
        };
    }
}
