// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.EndToEnd.Tests.Programs;
using Hermetic.Store;
using Hermetic.TestKit.Canaries;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.PostgreSql;
using Hermetic.TestKit.Peers.Sip;
using Hermetic.TestKit.Peers.Spandsp;

namespace Hermetic.EndToEnd.Tests.Canaries;

/// <summary>P1, over the line: calls by SIP and T.38 into `hermetic serve`, one of them cut by SIGKILL behind its first
/// page, one while the system is asked for a core; nothing of what was faxed lies in any file, before and after. Then
/// the same fax without seals, in the same folders, is found by the same search.</summary>
public abstract class CanaryCalls
{
    private const byte SubFrame = 0xC3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected static async Task ReceiveCrashAndSearchAsync(
        TestFolder folder, CanaryServer server, PostgreSqlPeer? database, Func<Task<FaxStore>> openStore)
    {
        using FaxFiles files = new();
        files.Write(CanaryFax.Pages);
        await using UnsealedTwin twin = await UnsealedTwin.StartAsync();
        server.Start();
        await Task.WhenAll(
            SendAsync(files, await server.ReadyAsync()), SendAsync(files, twin.Port));
        Assert.Equal(2, server.Pages);
        Assert.DoesNotContain(Directory.GetFileSystemEntries(server.Temporary),
            name => name.Contains("diagnostic", StringComparison.Ordinal));
        await AssertNothingFoundAsync(folder, server, database);

        await CutAsync(files, server, await server.ReadyAsync(), "KILL");
        await AssertNothingFoundAsync(folder, server, database);

        server.Start();
        // The runtime keeps ABRT to itself where it may write no dump; SYS is the system's own.
        await CutAsync(files, server, await server.ReadyAsync(), "ABRT", "SYS");
        Assert.Empty(Directory.GetFileSystemEntries(folder["cwd"]));
        await AssertNothingFoundAsync(folder, server, database);

        server.Start();
        await server.ReadyAsync();
        await AssertNothingFoundAsync(folder, server, database);
        Assert.Equal(0, await server.EndAsync("INT"));
        await AssertNothingFoundAsync(folder, server, database);

        Assert.Null(SyntheticFax.Difference(CanaryFax.Pages, twin.Pages));
        await using (FaxStore store = await openStore())
        {
            await twin.WriteAsync(server, store);
        }

        if (database is not null)
        {
            // Into its tables: in the WAL a value may lie across two pages, with a page's head in it.
            await database.SqlAsync("postgres", "CHECKPOINT");
        }

        AssertAllFound(Find(folder, server), server);
        AssertFieldsFound(database is not null ? CanarySearch.FindIn(database.Data, CanaryFax.Marks)
            : [.. Find(folder, server).Where(found => found.File.Contains("hermetic.db", StringComparison.Ordinal))]);
    }

    private static async Task SendAsync(FaxFiles files, int port)
    {
        await using SipFaxPeer caller = Call(files, port);
        await caller.WaitForEndAsync(HermeticProgram.Patience, Cancellation);
        Assert.True(caller.T30.CompletionCode == 0, $"{caller.T30.Completion}: {caller.Dialogue}");
        Assert.Equal(2, caller.PagesConfirmed);
        // The sub-address went over the line; T.30 takes it only where it is asked for.
        Assert.Contains(caller.T30.Frames, frame => frame.Sent && frame.Octets[2] == SubFrame);
    }

    // The second page is on the line when the server goes.
    private static async Task CutAsync(FaxFiles files, CanaryServer server, int port, params string[] signals)
    {
        int before = server.Pages;
        await using SipFaxPeer caller = Call(files, port);
        using CancellationTokenSource patience = new(HermeticProgram.Patience);
        while (caller.PagesConfirmed == 0)
        {
            await Task.Delay(20, patience.Token);
        }

        Assert.NotEqual(0, await server.EndAsync(signals));
        Assert.Equal(before + 1, server.Pages);
    }

    private static SipFaxPeer Call(FaxFiles files, int port) => SipFaxPeer.Start(new()
    {
        T30 = new()
        {
            TransmitFile = files.Sent,
            StationId = CanaryFax.StationId,
            SubAddress = CanaryFax.SubAddress,
        },
        Call = new IPEndPoint(IPAddress.Loopback, port),
        Dialled = CanaryFax.Dialled,
        Number = CanaryFax.CallerNumber,
        Name = CanaryFax.CallerName,
    });

    private static IReadOnlyList<CanaryFinding> Find(TestFolder folder, CanaryServer server) =>
        CanarySearch.FindIn(folder.Path, CanaryFax.Marks, server.Configuration);

    private static async Task AssertNothingFoundAsync(
        TestFolder folder, CanaryServer server, PostgreSqlPeer? database)
    {
        await server.SaveLogAsync();
        if (database is not null)
        {
            await File.WriteAllLinesAsync(Path.Combine(server.Logs, "postgresql.log"), database.Log, Cancellation);
            Assert.Empty(CanarySearch.FindIn(database.Data, CanaryFax.Marks));
        }

        Assert.NotEmpty(Directory.GetFiles(server.Logs));
        Assert.Empty(Find(folder, server));
    }

    private static void AssertAllFound(IReadOnlyList<CanaryFinding> found, CanaryServer server)
    {
        HashSet<(string, string)> there = [.. found.Select(one => (one.Mark, one.Form))];
        foreach (CanaryMark mark in CanaryFax.Marks)
        {
            foreach (string form in mark.Forms.Select(form => form.Name).Concat(["zlib, raw", "gzip, raw"]))
            {
                Assert.True(there.Contains((mark.Name, form)), $"{mark.Name} is not found as {form}");
            }
        }

        Assert.Contains(found, one => one.Mark.EndsWith("TIFF", StringComparison.Ordinal)
            && one.File.StartsWith(server.Data, StringComparison.Ordinal)
            && one.File.EndsWith(".page", StringComparison.Ordinal));
    }

    private static void AssertFieldsFound(IReadOnlyList<CanaryFinding> found)
    {
        foreach (string mark in (string[])["tenant", "station id", "caller's name", "page 1, strip of the TIFF"])
        {
            Assert.Contains(found, one => one.Mark == mark && one.Form == "raw");
        }
    }
}

public sealed class SqliteCanaryTests : CanaryCalls
{
    [Fact]
    public async Task P1_FaxesCrashesAndDumps_OnSqlite_LeaveNothingReadable()
    {
        using TestFolder folder = new();
        await using CanaryServer server = new(folder, "");
        await ReceiveCrashAndSearchAsync(folder, server, null, () => FaxStore.OpenSqliteAsync(
            Path.Combine(server.Data, "hermetic.db"), null, TestContext.Current.CancellationToken));
    }
}

public sealed class PostgreSqlCanaryTests : CanaryCalls
{
    [Fact]
    public async Task P1_FaxesCrashesAndDumps_OnPostgreSql_LeaveNothingReadable()
    {
        using TestFolder folder = new();
        // Every statement goes into its log, with what it was given.
        await using PostgreSqlPeer peer = await PostgreSqlPeer.StartAsync(
            "log_statement=all", "log_parameter_max_length=-1");
        string connection = await peer.CreateDatabaseAsync();
        folder.WriteSecret("password", PostgreSqlPeer.Password);
        string withoutPassword = connection.Replace(
            $"Password={PostgreSqlPeer.Password};", "", StringComparison.Ordinal);
        await using CanaryServer server = new(folder, $$"""
            ,
              "store": {
                "kind": "postgresql",
                "connection": "{{withoutPassword}}",
                "passwordFile": "{{folder["password"]}}"
              }
            """);
        await ReceiveCrashAndSearchAsync(folder, server, peer,
            () => FaxStore.OpenPostgreSqlAsync(connection, null, TestContext.Current.CancellationToken));
    }
}
