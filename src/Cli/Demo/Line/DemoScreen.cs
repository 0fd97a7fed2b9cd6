// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Threading.Channels;
using Spectre.Console;

namespace Hermetic.Cli.Demo.Line;

/// <summary>Shows the two transcripts: side by side and live on a terminal, as plain lines elsewhere.</summary>
internal sealed class DemoScreen(IAnsiConsole console, bool live)
{
    // What a terminal shows at once below the rest.
    private const int RowsLeast = 10;
    private const int RowsAround = 9;

    private readonly Channel<DemoLine> _lines = Channel.CreateUnbounded<DemoLine>(new() { SingleReader = true });
    private readonly List<DemoLine> _sender = [];
    private readonly List<DemoLine> _receiver = [];

    /// <summary>Adds a line; from any thread.</summary>
    public void Add(DemoLine line) => _lines.Writer.TryWrite(line);

    /// <summary>No more lines will come.</summary>
    public void Complete() => _lines.Writer.TryComplete();

    /// <summary>Shows lines until <see cref="Complete"/>.</summary>
    public async Task RunAsync()
    {
        if (!live)
        {
            await foreach (DemoLine line in _lines.Reader.ReadAllAsync())
            {
                string who = line.End == DemoEnd.Sender ? "sender  " : "receiver";
                console.WriteLine($"{who} | {Text(line)}");
            }

            return;
        }

        await console.Live(Draw()).StartAsync(async context =>
        {
            await foreach (DemoLine line in _lines.Reader.ReadAllAsync())
            {
                (line.End == DemoEnd.Sender ? _sender : _receiver).Add(line);
                context.UpdateTarget(Draw());
                context.Refresh();
            }
        });
    }

    private Table Draw()
    {
        int rows = Math.Max(RowsLeast, console.Profile.Height - RowsAround);
        Table table = new Table().RoundedBorder().Expand();
        table.AddColumn(new TableColumn("[bold]sender[/]"));
        table.AddColumn(new TableColumn("[bold]receiver[/]"));
        DemoLine[] left = [.. _sender.TakeLast(rows)];
        DemoLine[] right = [.. _receiver.TakeLast(rows)];
        for (int i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            table.AddRow(Cell(left, i), Cell(right, i));
        }

        return table;
    }

    private static Text Cell(DemoLine[] lines, int index) => new(index < lines.Length ? Text(lines[index]) : "");

    private static string Text(DemoLine line) =>
        string.Create(CultureInfo.InvariantCulture, $"{line.At.TotalSeconds,6:F2} {line.Text}");
}
