// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Cli.Remote;

namespace Hermetic.Cli.Keys;

/// <summary>`hermetic keys erase-due`: says what would be erased, has it confirmed, has the server erase it, and says
/// what to back up.</summary>
internal sealed class KeysEraseDueCommand(RemoteCommand run, bool yes, TextReader input)
{
    private const string Word = "erase";

    private static readonly string[] s_heads = ["PRACTICE", "MONTH", "DUE SINCE", "FAXES", "WAITS FOR"];

    public Task<ExitCode> RunAsync(CancellationToken cancellation) => run.RunAsync(async client =>
    {
        JsonElement[] due = [.. (await client.GetAsync("keys/due", cancellation)).GetProperty("months")
            .EnumerateArray()];
        if (!run.IsJson)
        {
            run.List(due, s_heads, Cells);
        }

        if (!Array.Exists(due, month => RemoteCommand.Cell(month, "waitsFor") == "operator"))
        {
            run.Error.WriteLine("hermetic keys erase-due: nothing is due. Nothing was erased.");
            return ExitCode.Success;
        }

        if (!yes && !IsConfirmed())
        {
            run.Error.WriteLine($"hermetic keys erase-due: that is not the word `{Word}`. Nothing was erased.");
            return ExitCode.Cancelled;
        }

        JsonElement erased = await client.SendAsync(HttpMethod.Post, "keys/erase-due", null, cancellation);
        int months = erased.GetProperty("erased").GetArrayLength();
        run.Say(erased, $"Erased: {months} {(months == 1 ? "month" : "months")}; the ledger says so. The root "
            + $"key is now {RemoteCommand.Cell(erased, "root")}. Back up now, on the server's machine:\n"
            + RemoteCommand.Cell(erased, "backup"));
        return ExitCode.Success;
    });

    private static string[] Cells(JsonElement month) =>
    [
        RemoteCommand.Cell(month, "name"), RemoteCommand.Cell(month, "month"), RemoteCommand.Cell(month, "since"),
        RemoteCommand.Cell(month, "faxes"), RemoteCommand.Cell(month, "waitsFor"),
    ];

    private bool IsConfirmed()
    {
        run.Error.Write($"All of that goes for good, here and in every backup. Type the word `{Word}` to go on: ");
        run.Error.Flush();
        return input.ReadLine()?.Trim() == Word;
    }
}
