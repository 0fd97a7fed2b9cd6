// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Hermetic.Cli.Remote;

/// <summary>A command that speaks to a server: its client, and the two ways in which it answers.</summary>
internal sealed class RemoteCommand(string name, RemoteOptions options, TextWriter output, TextWriter error)
{
    public bool IsJson => options.Json;

    public TextWriter Error => error;

    public TextWriter Output => output;

    /// <summary>Does the work, or says why not.</summary>
    public async Task<ExitCode> RunAsync(Func<RemoteClient, Task<ExitCode>> work)
    {
        try
        {
            using RemoteClient client = RemoteClient.Open(options);
            return await work(client);
        }
        catch (RemoteException refused)
        {
            error.WriteLine($"{name}: {refused.Message}");
            return refused.Code;
        }
    }

    /// <summary>Says something; one line of JSON, or words.</summary>
    public void Say(JsonElement answer, string words)
    {
        if (IsJson)
        {
            JsonLine.Write(output, answer.WriteTo);
        }
        else
        {
            output.WriteLine(Plain(words));
        }
    }

    /// <summary>Lists: a line of JSON each, or a table.</summary>
    public void List(IEnumerable<JsonElement> items, string[] heads, Func<JsonElement, string[]> cells)
    {
        if (IsJson)
        {
            foreach (JsonElement item in items)
            {
                JsonLine.Write(output, item.WriteTo);
            }

            return;
        }

        string[][] rows = [heads, .. items.Select(item => cells(item).Select(Line).ToArray())];
        int[] widths = [.. heads.Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
        }
    }

    /// <summary>A field as a cell; `-` if it is not there.</summary>
    public static string Cell(JsonElement item, string name) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? value.ToString() : "-";

    // Some of it comes over a telephone line: no control character of it reaches the terminal.
    private static string Plain(string text) =>
        string.Concat(text.Select(letter => char.IsControl(letter) && letter != '\n' ? '\uFFFD' : letter));

    private static string Line(string text) => Plain(text).Replace('\n', '\uFFFD');
}
