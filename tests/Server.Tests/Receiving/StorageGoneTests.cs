// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Ledger.Entries;
using Hermetic.Protocol.T30;
using Hermetic.Server.Features;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;
using Hermetic.TestKit.Disk;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers;
using Hermetic.TestKit.Peers.PostgreSql;
using Hermetic.TestKit.Simulation;

namespace Hermetic.Server.Tests.Receiving;

/// <summary>Storage goes in the middle of a real call over SIP and T.38, behind its first page. The second page is
/// never confirmed, the next call is not answered, and when storage is back calls are. Then the server is killed, and
/// all that was confirmed opens.</summary>
public sealed class StorageGoneTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly LoopbackPorts _ports = LoopbackPorts.Reserve(20);
    private FaxEndpoint _sender = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _sender = await FaxEndpoint.StartAsync(new FaxEndpointSettings
    {
        Listeners = [new SipListener(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 0))],
        MediaPorts = new MediaPortRange(_ports.First, _ports.First + 19),
        Direct = new TrunkSettings { Name = "direct" },
        ClockSpeed = ServingHost.Speed,
    }, new FastTime(ServingHost.Speed));

    [Theory]
    [InlineData(DiskCue.NoSpace, "blobs/", DiskCall.Write, "no space is left")]
    [InlineData(DiskCue.NoSpace, "blobs/", DiskCall.Name, "no space is left")]
    [InlineData(DiskCue.InputOutput, "blobs/", DiskCall.Write, "the store failed")]
    [InlineData(DiskCue.InputOutput, "blobs/", DiskCall.Flush, "the store failed")]
    [InlineData(DiskCue.NoSpace, "hermetic.db", DiskCall.Write, "no space is left")]
    [InlineData(DiskCue.InputOutput, "hermetic.db", DiskCall.Write, "the device failed")]
    [InlineData(DiskCue.InputOutput, "hermetic.db", DiskCall.Flush, "the device failed")]
    public async Task P2_DiskFailsInMidCall_NoPageIsConfirmedForNothing(
        int error, string prefix, DiskCall call, string reason)
    {
        using TestFolder folder = new();
        DiskCue cue = new(Path.Combine(folder.Path, "cue"));
        await RunAsync(folder, DiskShim.Environment(folder.Data, null, cue.Path), reason,
            () =>
            {
                cue.Fail(error, prefix, call);
                return Task.CompletedTask;
            },
            () =>
            {
                cue.Heal();
                return Task.CompletedTask;
            });
    }

    [Fact]
    public async Task P2_PostgreSqlStopsInMidCall_NoPageIsConfirmedForNothing()
    {
        await using PostgreSqlPeer database = await PostgreSqlPeer.StartAsync();
        string connection = await database.CreateDatabaseAsync();
        string password = Path.Combine(Path.GetTempPath(), $"hermetic-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(password, PostgreSqlPeer.Password, Cancellation);
        File.SetUnixFileMode(password, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        connection = connection.Replace($"Password={PostgreSqlPeer.Password};", "", StringComparison.Ordinal);
        using TestFolder folder = new($$"""
            , "store": { "kind": "postgresql", "connection": "{{connection}}", "passwordFile": "{{password}}" }
            """);
        await RunAsync(folder, new Dictionary<string, string>(), "it does not answer",
            database.KillAsync, database.StartServerAsync);
        File.Delete(password);
    }

    public async ValueTask DisposeAsync()
    {
        await _sender.DisposeAsync();
        _ports.Dispose();
    }

    private async Task RunAsync(TestFolder folder, IReadOnlyDictionary<string, string> environment, string reason,
        Func<Task> fail, Func<Task> heal)
    {
        (PeerProcess server, int port) = await ServingHost.StartAsync(folder, environment, s_patience);
        await using (server)
        {
            Task failing = Task.CompletedTask;
            CallReport cut = await SendAsync(port, 2, () => failing = fail());
            await failing;
            Assert.True(cut is { Outcome: CallOutcome.FaxFailed, T30.PagesConfirmed: 1 }, Told(cut, server));
            await server.WaitForOutputAsync("storage is gone", s_patience, Cancellation);
            Assert.Contains(server.Output, line => line.Contains(reason, StringComparison.Ordinal));
            await server.WaitForOutputAsync("call 1: FaxFailed HostRefused", s_patience, Cancellation);

            CallReport refused = await SendAsync(port, 1, static () => { });
            Assert.True(refused is { Outcome: CallOutcome.Unreachable, SipStatus: 503, AnsweredAfter: null },
                Told(refused, server));

            await heal();
            await server.WaitForOutputAsync("storage is back", s_patience, Cancellation);
            CallReport whole = await SendAsync(port, 1, static () => { });
            Assert.True(whole is { IsSuccess: true, T30.PagesConfirmed: 1 }, Told(whole, server));
            await server.WaitForOutputAsync("Completed", s_patience, Cancellation);
            Assert.DoesNotContain(server.Output, line => line.Contains("Critical", StringComparison.Ordinal));
            server.Signal("KILL");
        }

        await AssertKeptAsync(folder);
    }

    private Task<CallReport> SendAsync(int port, int pages, Action beforeTheLast) => _sender.SendAsync(new OutgoingFax
    {
        To = $"sip:{TestFolder.Number}@127.0.0.1:{port}",
        From = "5550177",
        Pages = new CuedPages([.. Enumerable.Range(1, pages).Select(Arrivals.Page)], beforeTheLast),
        T30 = new T30Settings { StationId = "+1 555 0177" },
    }, Cancellation);

    // The server ended the first fax itself when storage came back, without a restart.
    private static async Task AssertKeptAsync(TestFolder folder)
    {
        await using Installation installation = await Installation.OpenAsync(
            folder.Settings, TimeProvider.System, Cancellation);
        Guid tenant = (await new Provisioning(installation).RunAsync(Cancellation))[0].Route.Tenant;
        List<FaxRecord> faxes = await installation.Store.Faxes.ListAsync(new FaxList(tenant), Cancellation);
        Assert.Equal([FaxState.Received, FaxState.Partial], faxes.Select(fax => fax.State));
        Assert.Equal([1, 1], faxes.Select(fax => fax.PagesConfirmed));
        foreach (FaxRecord fax in faxes)
        {
            byte[] tiff = await installation.Reader.OpenPageAsync(new EntryActor("test", "test", "", ""),
                new EntryReason("test"), tenant, fax.FaxId, 1, Cancellation);
            Assert.Equal(Arrivals.TiffOf(Arrivals.Page(1)), tiff);
        }

        Assert.Equal(2, (await installation.Store.Events.ListAsync(tenant, 0, 10, Cancellation)).Count);
        await foreach (PageFinding finding in installation.Store.Pages.VerifyAsync(tenant, async (page, cancellation) =>
            await installation.Blobs.GetAsync(PageBlob.Of(page.TenantId, page.BlobId), cancellation) is { } bytes
                ? new MemoryStream(bytes) : null, Cancellation))
        {
            Assert.Fail($"a record points at nothing: {finding}");
        }
    }

    private static string Told(CallReport report, PeerProcess server) =>
        server.Describe($"took the call: {report.ToJsonLine()}");

    /// <summary>Pages, and something that happens as the last of several is begun: those before it are
    /// confirmed.</summary>
    private sealed class CuedPages(IReadOnlyList<PageBitmap> pages, Action beforeTheLast) : IOutgoingPages
    {
        private readonly BitmapPages _pages = new(pages);
        private bool _cued;

        public int Count => _pages.Count;

        public Protocol.T4.PageFormat FormatOf(int index) => _pages.FormatOf(index);

        public IRowSource Open(int index, Protocol.T4.PageFormat negotiated)
        {
            if (index > 0 && index == Count - 1 && !_cued)
            {
                _cued = true;
                beforeTheLast();
            }

            return _pages.Open(index, negotiated);
        }
    }
}
