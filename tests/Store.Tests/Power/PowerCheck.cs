// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Hermetic.Store.Tests.Power;

/// <summary>Looks at a database that a power cut left: is it whole, and is everything there that was
/// promised?</summary>
internal static class PowerCheck
{
    /// <summary>All that is wrong.</summary>
    /// <param name="folder">Where the database lies; it is opened as the next start opens it.</param>
    /// <param name="marks">What <see cref="PowerWork"/> had marked before the cut.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(string folder, IReadOnlyList<string> marks)
    {
        string file = Path.Combine(folder, "hermetic.db");
        List<string> wrong = [];
        try
        {
            await using (FaxStore store = await FaxStore.OpenSqliteAsync(file, null, default))
            {
                foreach (string mark in marks)
                {
                    wrong.AddRange(await IsKeptAsync(store, mark) ? [] : [$"lost: {mark}"]);
                }
                for (int tenant = 1; tenant <= PowerWork.Tenants; tenant++)
                {
                    wrong.AddRange(await HalvesAsync(store, Sample.Id(tenant)));
                }
                // The store goes on: what comes next is kept as well.
                await store.Tenants.RegisterAsync(Sample.Tenant(9), default);
            }
            wrong.AddRange(await PragmaAsync(file, "integrity_check", "ok"));
            wrong.AddRange(await PragmaAsync(file, "foreign_key_check", null));
        }
        catch (Exception e) when (e is StoreUnavailableException or SqliteException)
        {
            wrong.Add($"unusable: {e.Message}");
        }
        return wrong;
    }

    private static async Task<bool> IsKeptAsync(FaxStore store, string mark)
    {
        string[] words = mark.Split(' ');
        int number = int.Parse(words[1], CultureInfo.InvariantCulture);
        Guid tenant = PowerWork.TenantOf(number);
        if (words[0] == "tenant")
        {
            return await store.Tenants.FindAsync(Sample.Id(number), default) is not null;
        }
        if (words[0] is "call" or "ended")
        {
            CallRecord? call = await store.Calls.FindAsync(tenant, PowerWork.CallOf(number), default);
            return call is not null && (words[0] == "call" || call.End is not null);
        }
        NewFax written = PowerWork.FaxOf(number);
        FaxRecord? fax = await store.Faxes.FindAsync(tenant, written.FaxId, default);
        if (fax is null || !fax.SealedSubject.AsSpan().SequenceEqual(written.SealedSubject))
        {
            return false;
        }
        int pages = words[0] == "moved" ? PowerWork.PagesOf(number)
            : int.Parse(words[2], CultureInfo.InvariantCulture);
        return fax.PagesStored >= pages && (words[0] == "fax" || fax.State == FaxState.Received);
    }

    // What is one transaction is there whole or not at all: a page and its count, an end and its event.
    private static async Task<IEnumerable<string>> HalvesAsync(FaxStore store, Guid tenant)
    {
        List<string> halves = [];
        List<FaxRecord> faxes = await store.Faxes.ListAsync(new FaxList(tenant, FaxList.LimitMax), default);
        HashSet<Guid?> told = [.. (await store.Events.ListAsync(tenant, 0, FaxList.LimitMax, default))
            .Select(told => told.FaxId)];
        foreach (FaxRecord fax in faxes)
        {
            List<PageRecord> pages = await store.Pages.ListAsync(tenant, fax.FaxId, default);
            bool same = pages.Select(page => page.Number).SequenceEqual(Enumerable.Range(1, fax.PagesStored));
            halves.AddRange(same ? [] : [$"{fax.FaxId}: {fax.PagesStored} pages counted, {pages.Count} there"]);
            bool ended = fax.State == FaxState.Received;
            halves.AddRange(ended == told.Contains(fax.FaxId) ? [] : [$"{fax.FaxId}: {fax.State}, and its event not"]);
        }
        return halves;
    }

    private static async Task<IEnumerable<string>> PragmaAsync(string file, string pragma, string? expected)
    {
        await using SqliteConnection connection = new($"Data Source={file};Pooling=False");
        await connection.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";
        object? answer = await command.ExecuteScalarAsync();
        return (string?)answer == expected ? [] : [$"{pragma}: {answer}"];
    }
}
