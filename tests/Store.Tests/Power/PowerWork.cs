// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Hermetic.Store.Tests.Power;

/// <summary>A process that keeps calls and faxes in the store, several at once, and marks in a file what the store said
/// to be durable: from then on no power cut may take it.</summary>
internal static class PowerWork
{
    public const string Command = "power-work";

    /// <summary>The marks, below the folder.</summary>
    public const string Marks = "marks";

    public const int Tenants = 2;

    private const int Sessions = 2;
    private const int Workers = 12;
    private const int FaxesAWorker = 2;

    // With this many the log of the database outgrows, in each session, the 1,000 pages at which SQLite moves them.
    private const int FieldBytes = 60 << 10;

    /// <summary>Twice opened, twice closed: so the log is also moved as a whole and deleted.</summary>
    public static async Task<int> RunAsync(string folder)
    {
        using SafeFileHandle file = File.OpenHandle(
            Path.Combine(folder, Marks), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        MarkFile marks = new(file);
        for (int session = 0; session < Sessions; session++)
        {
            await using FaxStore store = await FaxStore.OpenSqliteAsync(
                Path.Combine(folder, "hermetic.db"), null, default);
            for (int tenant = 1; tenant <= Tenants && session == 0; tenant++)
            {
                await store.Tenants.RegisterAsync(Sample.Tenant(tenant), default);
                marks.Add($"tenant {tenant}");
            }
            int first = 1000 + (session * Workers * FaxesAWorker);
            await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
            {
                for (int i = 0; i < FaxesAWorker; i++)
                {
                    await KeepAsync(store, first + (worker * FaxesAWorker) + i, marks);
                }
            })));
        }
        return 0;
    }

    /// <summary>Whose fax the one with this number is.</summary>
    public static Guid TenantOf(int number) => Sample.Id(1 + (number % Tenants));

    public static Guid CallOf(int number) => Sample.Id(50_000 + number);

    public static NewFax FaxOf(int number) => Sample.Fax(TenantOf(number), number) with
    {
        CallId = CallOf(number),
        SealedSubject = Field(number),
        SealedFileName = Field(number + 1),
        SealedStationId = Field(number + 2),
    };

    public static int PagesOf(int number) => 1 + (number % 3);

    // Most as they come from the line, page by page; each fourth as one transaction.
    private static async Task KeepAsync(FaxStore store, int number, MarkFile marks)
    {
        NewFax fax = FaxOf(number);
        await store.Calls.BeginAsync(new NewCall(fax.TenantId, CallOf(number), null, Sample.Id(7),
            FaxDirection.Inbound, fax.BegunAt, Sample.Tag($"identity {number}"), 1), default);
        marks.Add($"call {number}");
        PageRecord[] pages = [.. Enumerable.Range(1, PagesOf(number)).Select(page => Sample.Page(fax, page))];
        if (number % 4 == 0)
        {
            await store.Faxes.RecordAsync(fax, pages, Sample.Move(fax, FaxState.Received), Sample.Told(), default);
            marks.Add($"moved {number}");
            return;
        }
        await store.Faxes.BeginAsync(fax, default);
        marks.Add($"fax {number} 0");
        foreach (PageRecord page in pages)
        {
            Expect(await store.Faxes.AddPageAsync(page, default) == AddPageResult.Added);
            marks.Add($"fax {number} {page.Number}");
        }
        Expect(await store.Calls.EndAsync(fax.TenantId, CallOf(number),
            new CallEnd(fax.BegunAt.AddMinutes(1), 1, 14_400, true, 10, 0, 0), default));
        marks.Add($"ended {number}");
        Expect(await store.Faxes.MoveAsync(Sample.Move(fax, FaxState.Received), Sample.Told(), default)
            == MoveResult.Moved);
        marks.Add($"moved {number}");
    }

    private static byte[] Field(int number) => [.. Enumerable.Range(0, FieldBytes).Select(i => (byte)(i + number))];

    private static void Expect(bool held)
    {
        if (!held)
        {
            throw new InvalidOperationException("the store did not do what it was asked");
        }
    }

    private sealed class MarkFile(SafeFileHandle file)
    {
        private readonly Lock _gate = new();
        private long _length;

        public void Add(FormattableString mark)
        {
            byte[] line = Encoding.ASCII.GetBytes(mark.ToString(CultureInfo.InvariantCulture) + "\n");
            lock (_gate)
            {
                RandomAccess.Write(file, line, _length);
                _length += line.Length;
            }
        }
    }
}
