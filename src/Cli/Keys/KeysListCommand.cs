// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;
using Hermetic.Server.Features.Keys;
using Hermetic.Server.Hosting;
using Hermetic.Vault.Keys;

namespace Hermetic.Cli.Keys;

/// <summary>`hermetic keys list`: which keys there are and what rests on them, as a table or as JSON.</summary>
internal sealed class KeysListCommand(string path, bool json, TimeProvider time, TextWriter output, TextWriter error)
{
    private static readonly string[] s_heads =
        ["EPOCH", "CLASS", "STATE", "SINCE", "FAXES", "PAGES", "NOTES", "CALLS", "NAMES", "DUE SINCE", "ROOT KEY"];

    public Task<ExitCode> RunAsync(CancellationToken cancellation) =>
        Configured.RunAsync("hermetic keys list", path, error, async settings =>
        {
            KeyInventory keys = await KeyCustody.ListAsync(settings, time, cancellation);
            if (json)
            {
                WriteJson(keys);
            }
            else
            {
                WriteTables(keys);
            }

            int missing = keys.Tenants.Sum(tenant => tenant.Epochs.Count(epoch => epoch.State == EpochState.Missing));
            if (missing == 0)
            {
                return ExitCode.Success;
            }

            error.WriteLine($"hermetic keys list: the keys of {missing} {(missing == 1 ? "epoch" : "epochs")} are "
                + "missing, and records rest on them. Put the folder keys of the data folder back from its newest "
                + "backup.");
            return ExitCode.Machine;
        });

    /// <summary>A state, as both forms write it.</summary>
    public static string Word(EpochState state) => state.ToString().ToLowerInvariant();

    private static string Class(EpochStatus epoch) => epoch.IsJournal ? "journal"
        : epoch.Epoch.RetentionClass.ToString(CultureInfo.InvariantCulture);

    private void WriteTables(KeyInventory keys)
    {
        output.WriteLine($"root key: {keys.Source}");
        foreach (RootGeneration generation in keys.Generations)
        {
            output.WriteLine($"  generation {generation}");
        }

        foreach (TenantKeys tenant in keys.Tenants)
        {
            output.WriteLine();
            output.WriteLine($"tenant {tenant.Id} {tenant.Name}".TrimEnd());
            WriteTable([s_heads, .. tenant.Epochs.Select(Cells)]);
        }
    }

    private static string[] Cells(EpochStatus epoch) =>
    [
        epoch.Epoch.ToString(), Class(epoch), Word(epoch.State),
        epoch.Since?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-", .. new[]
        {
            epoch.Faxes, epoch.Pages, epoch.Notes, epoch.Calls, epoch.Names,
        }.Select(count => count.ToString(CultureInfo.InvariantCulture)),
        epoch.DueSince?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-",
        epoch.Root?.ToString() ?? "-",
    ];

    private void WriteTable(string[][] rows)
    {
        int[] widths = [.. Enumerable.Range(0, s_heads.Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            output.WriteLine("  " + string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
        }
    }

    private void WriteJson(KeyInventory keys)
    {
        JsonLine.Write(output, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("source", keys.Source);
            writer.WriteStartArray("generations");
            foreach (RootGeneration generation in keys.Generations)
            {
                writer.WriteStringValue(generation.ToString());
            }

            writer.WriteEndArray();
            writer.WriteStartArray("tenants");
            foreach (TenantKeys tenant in keys.Tenants)
            {
                WriteJson(writer, tenant);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static void WriteJson(Utf8JsonWriter writer, TenantKeys tenant)
    {
        writer.WriteStartObject();
        writer.WriteString("id", tenant.Id);
        writer.WriteString("name", tenant.Name);
        writer.WriteStartArray("epochs");
        foreach (EpochStatus epoch in tenant.Epochs)
        {
            writer.WriteStartObject();
            writer.WriteString("id", epoch.Epoch.ToString());
            writer.WriteString("month", $"{epoch.Epoch.Year:0000}-{epoch.Epoch.Month:00}");
            writer.WriteNumber("retentionClass", epoch.Epoch.RetentionClass);
            writer.WriteBoolean("journal", epoch.IsJournal);
            writer.WriteString("state", Word(epoch.State));
            writer.WriteString("since", epoch.Since?.ToString("O", CultureInfo.InvariantCulture));
            writer.WriteNumber("faxes", epoch.Faxes);
            writer.WriteNumber("pages", epoch.Pages);
            writer.WriteNumber("notes", epoch.Notes);
            writer.WriteNumber("calls", epoch.Calls);
            writer.WriteNumber("names", epoch.Names);
            writer.WriteString("dueSince", epoch.DueSince?.ToString("O", CultureInfo.InvariantCulture));
            writer.WriteString("root", epoch.Root?.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
