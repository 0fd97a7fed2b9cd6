// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;
using Hermetic.Ledger.Notes;

namespace Hermetic.Cli.Verify;

/// <summary>Options that take public keys of logs and witnesses.</summary>
internal static class VerifierKeyOptions
{
    public static Option<VerifierKey?> One(string name, string description, bool required = false) => new(name)
    {
        Description = description,
        HelpName = "VKEY",
        Required = required,
        CustomParser = result => Parse(result, result.Tokens[0].Value, NoteKeyType.Ed25519),
    };

    public static Option<VerifierKey[]> Many(
        string name, string description, NoteKeyType type, bool required = false) => new(name)
        {
            Description = description,
            HelpName = "VKEY",
            Required = required,
            CustomParser = result => [.. result.Tokens
                .Select(token => Parse(result, token.Value, type)).OfType<VerifierKey>()],
        };

    private static VerifierKey? Parse(ArgumentResult result, string text, NoteKeyType type)
    {
        if (!VerifierKey.TryParse(text, out VerifierKey? key, out string reason))
        {
            result.AddError($"{Option(result)} takes a key NAME+ID+KEY: {reason}");
        }
        else if (key!.Type != type)
        {
            result.AddError($"{Option(result)} takes a key for {type}, and this one is for {key.Type}");
        }
        return key?.Type == type ? key : null;
    }

    private static string Option(ArgumentResult result) => (result.Parent as OptionResult)?.Option.Name ?? "the option";
}
