// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store.Tests;

/// <summary>Lists and counts of a practice with 100,000 faxes: what they find. How long each took stands in the test's
/// output; `./bench portal` measures it.</summary>
public abstract class HandlingScaleSuite : DataSuite
{
    private const int Faxes = 100_000;

    private static readonly Guid s_clerk = Sample.Id(901);

    /// <summary>SQL of 16 and of 32 bytes made of the number `n`: an id and a tag.</summary>
    protected abstract (string Id, string Tag) Made { get; }

    [Fact]
    public async Task HundredThousandFaxes_AreListedAndCounted()
    {
        await FillAsync();
        FaxList all = new(Sample.Id(1), 51, Direction: FaxDirection.Inbound);
        (string What, FaxList Which)[] lists =
        [
            ("new", all with { Handling = FaxHandling.New }), ("done", all with { Handling = FaxHandling.Done }),
            ("mine", all with { AssigneeId = s_clerk }),
            ("mine and open", all with { AssigneeId = s_clerk, Handling = FaxHandling.Open }),
            ("nobody's and new", all with { Unassigned = true, Handling = FaxHandling.New }),
            ("rare label", all with { LabelTag = Sample.Tag("rare") }),
            ("frequent label", all with { LabelTag = Sample.Tag("frequent") }),
            ("frequent label and new", all with { LabelTag = Sample.Tag("frequent"), Handling = FaxHandling.New }),
        ];
        foreach ((string what, FaxList which) in lists)
        {
            List<FaxRecord> found = [];
            await TimedAsync(what, async () => found = await Store.Faxes.ListAsync(which, Cancellation));
            Assert.Equal(what == "rare label" ? 20 : 51, found.Count);
        }

        List<InboxCount> counts = [];
        await TimedAsync("count", async () =>
            counts = await Store.Handling.CountAsync(Sample.Id(1), s_clerk, null, Cancellation));
        Assert.Equal(Faxes / 10, counts.Sum(count => count.New + count.Open));
    }

    private static async Task TimedAsync(string what, Func<Task> act)
    {
        long start = Stopwatch.GetTimestamp();
        await act();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0.00} ms"));
    }

    // 1 of 20 new, 1 of 20 open, the others done; 1 of 1,000 the clerk's; 1 of 5,000 with a rare label, half with a
    // frequent one.
    private async Task FillAsync()
    {
        string begun = string.Create(CultureInfo.InvariantCulture,
            $"{Sample.Noon.ToUnixTimeMilliseconds()} + n * 1000");
        string fill =
            $$"""
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {{Faxes}})
            INSERT INTO faxes (tenant_id, fax_id, direction, state, row_version, retention_class, pages_stored,
              pages_confirmed, begun_at, key_epoch, idempotency_tag, handling, handling_version, assignee_id,
              notes_written, notes_struck)
            SELECT {0}, {{Made.Id}}, 1, 2, 1, 0, 1, 1, {{begun}}, 1, {{Made.Tag}},
              CASE n % 20 WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 3 END, 0, CASE n % 1000 WHEN 1 THEN {1} ELSE NULL END, 0, 0
            FROM numbers
            """;
        string label =
            """
            INSERT INTO fax_labels (tenant_id, fax_id, label_tag, begun_at)
            SELECT tenant_id, fax_id, {0}, begun_at FROM faxes WHERE (begun_at / 1000) % {1} = 0
            """;
        await using StoreContext context = Store.Engine.NewContext();
        await context.Database.ExecuteSqlRawAsync(
            fill, [context.Parameter(Sample.Id(1)), context.Parameter(s_clerk)], Cancellation);
        await context.Database.ExecuteSqlRawAsync(label, [Sample.Tag("rare"), 5000], Cancellation);
        await context.Database.ExecuteSqlRawAsync(label, [Sample.Tag("frequent"), 2], Cancellation);
        await context.Database.ExecuteSqlRawAsync("ANALYZE", Cancellation);
    }
}

public sealed class SqliteHandlingScaleTests : HandlingScaleSuite
{
    protected override (string Id, string Tag) Made => ("randomblob(16)", "randomblob(32)");

    protected override Task<ITestDatabase> NewDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteDatabase());
}

public sealed class PostgreSqlHandlingScaleTests(PostgreSqlServer server) : HandlingScaleSuite
{
    protected override (string Id, string Tag) Made => ("gen_random_uuid()", "sha256(n::text::bytea)");

    protected override async Task<ITestDatabase> NewDatabaseAsync() =>
        new PostgreSqlDatabase(await server.Peer.CreateDatabaseAsync());
}
