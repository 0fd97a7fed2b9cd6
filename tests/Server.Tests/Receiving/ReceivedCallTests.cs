// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Ledger.Log;
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.Vault.Blobs;

namespace Hermetic.Server.Tests.Receiving;

public sealed class ReceivedCallTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_TwoPages_OpenAsTheyCame_AndAreTold()
    {
        using TestFolder folder = new();
        await using Installation installation = await OpenAsync(folder);
        NumberRoute route = await Arrivals.RouteAsync(installation);
        Arrivals call = new(installation.ForLine(null), route);
        Assert.Equal(PageVerdict.Kept, await call.ArriveAsync(0, Arrivals.Page(1)));
        Assert.Equal(PageVerdict.Kept, await call.ArriveAsync(1, Arrivals.Page(2)));
        await call.EndAsync(CallOutcome.Completed, 2);

        FaxRecord fax = await OnlyFaxAsync(installation, route);
        Assert.Equal((FaxState.Received, 2, 2), (fax.State, fax.PagesStored, fax.PagesConfirmed));
        Assert.Equal(Arrivals.TiffOf(Arrivals.Page(1)), await ReadAsync(installation, fax, 1));
        Assert.Equal(Arrivals.TiffOf(Arrivals.Page(2)), await ReadAsync(installation, fax, 2));
        EventRecord told = Assert.Single(await installation.Store.Events.ListAsync(route.Tenant, 0, 10, Cancellation));
        Assert.Equal(((int)FaxEventKind.Received, fax.FaxId), (told.Kind, told.FaxId));
    }

    /// <summary>The line is cut between the last MCF and the caller's goodbye: nothing of the fax is missing.</summary>
    [Fact]
    public async Task Call_ConfirmedToItsLastPage_IsToldBeforeItsEnd_AndNotAgain()
    {
        using TestFolder folder = new();
        await using Installation installation = await OpenAsync(folder);
        NumberRoute route = await Arrivals.RouteAsync(installation);
        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Arrivals call = new(installation.ForLine(step => _ = step == ReceivingStep.FaxEnded && told.TrySetResult()),
            route);
        await call.ArriveAsync(0, Arrivals.Page(1));
        call.Receive(1);
        await told.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        FaxRecord before = await OnlyFaxAsync(installation, route);
        await call.EndAsync(CallOutcome.FaxFailed, 1);

        Assert.Equal((FaxState.Received, 1, 1), (before.State, before.PagesStored, before.PagesConfirmed));
        Assert.Equal(before, await OnlyFaxAsync(installation, route) with
        {
            IdempotencyTag = before.IdempotencyTag,
            RemoteTag = before.RemoteTag,
            SealedRemoteNumber = before.SealedRemoteNumber,
        });
        CallRecord? record = await installation.Store.Calls.FindAsync(
            route.Tenant, before.CallId!.Value, Cancellation);
        Assert.NotNull(record!.End);
        EventRecord only = Assert.Single(await installation.Store.Events.ListAsync(route.Tenant, 0, 10, Cancellation));
        Assert.Equal(((int)FaxEventKind.Received, before.FaxId), (only.Kind, only.FaxId));
    }

    [Fact]
    public async Task Call_CutInMidPage_KeepsWhatCame_AsPartial()
    {
        using TestFolder folder = new();
        await using Installation installation = await OpenAsync(folder);
        NumberRoute route = await Arrivals.RouteAsync(installation);
        Arrivals call = new(installation.ForLine(null), route);
        await call.ArriveAsync(0, Arrivals.Page(1));
        call.Cut(1, Arrivals.Page(2));
        await call.EndAsync(CallOutcome.FaxFailed, 1);

        FaxRecord fax = await OnlyFaxAsync(installation, route);
        Assert.Equal((FaxState.Partial, 2, 1), (fax.State, fax.PagesStored, fax.PagesConfirmed));
        Assert.NotEmpty(await ReadAsync(installation, fax, 2));
    }

    [Fact]
    public async Task Call_DamagedPageSentAgain_KeepsTheGoodOne()
    {
        using TestFolder folder = new();
        await using Installation installation = await OpenAsync(folder);
        NumberRoute route = await Arrivals.RouteAsync(installation);
        Arrivals call = new(installation.ForLine(null), route);
        await call.ArriveAsync(0, Arrivals.Page(1), badRows: 250);
        await call.ArriveAsync(0, Arrivals.Page(1));
        await call.EndAsync(CallOutcome.Completed, 1);

        FaxRecord fax = await OnlyFaxAsync(installation, route);
        Assert.Equal((FaxState.Received, 1), (fax.State, fax.PagesStored));
        Assert.Equal(Arrivals.TiffOf(Arrivals.Page(1)), await ReadAsync(installation, fax, 1));
    }

    [Fact]
    public async Task P2_BlobsFail_PageIsRefused_AndNoRecordPointsAtIt()
    {
        using TestFolder folder = new();
        await using Installation installation = await OpenAsync(folder);
        NumberRoute route = await Arrivals.RouteAsync(installation);
        FailingBlobs blobs = new(installation.Blobs) { Fails = true };
        Arrivals call = new(installation.ForLine(null) with { Blobs = blobs }, route);
        Assert.Equal(PageVerdict.Refused, await call.ArriveAsync(0, Arrivals.Page(1)));
        blobs.Fails = false;
        Assert.Equal(PageVerdict.Refused, await call.ArriveAsync(0, Arrivals.Page(1)));
        await call.EndAsync(CallOutcome.FaxFailed, 0);

        Assert.DoesNotContain(PageVerdict.Kept, call.Verdicts);
        Assert.Empty(await installation.Store.Faxes.ListAsync(new FaxList(route.Tenant), Cancellation));
    }

    [Fact]
    public async Task P3_LedgerCannotWrite_NoPageIsRead()
    {
        using TestFolder folder = new();
        await using Installation installation = await OpenAsync(folder);
        NumberRoute route = await Arrivals.RouteAsync(installation);
        Arrivals call = new(installation.ForLine(null), route);
        await call.ArriveAsync(0, Arrivals.Page(1));
        await call.EndAsync(CallOutcome.Completed, 1);
        FaxRecord fax = await OnlyFaxAsync(installation, route);

        await installation.Ledger.DisposeAsync();
        await Assert.ThrowsAsync<LedgerRefusedException>(() => ReadAsync(installation, fax, 1));
    }

    [Fact]
    public async Task P3_EveryPageRead_IsOneEntry_ThatSaysWhoAndWhat()
    {
        using TestFolder folder = new();
        await using Installation installation = await OpenAsync(folder);
        NumberRoute route = await Arrivals.RouteAsync(installation);
        Arrivals call = new(installation.ForLine(null), route);
        await call.ArriveAsync(0, Arrivals.Page(1));
        await call.EndAsync(CallOutcome.Completed, 1);
        FaxRecord fax = await OnlyFaxAsync(installation, route);
        for (int i = 0; i < 3; i++)
        {
            await ReadAsync(installation, fax, 1);
        }

        await installation.Ledger.IntegratedAsync(2, Cancellation);
        EntryBody body = installation.Journal.Read(route.Tenant, 2)!.Body!;
        Assert.Equal(("clerk-7", fax.FaxId.ToString(), 1), (body.Who.Account, body.What.Fax, body.What.Page));
        Assert.Equal(LedgerAct.Page, body.Act);
        Assert.Null(installation.Journal.Read(route.Tenant, 3));
    }

    private static Task<Installation> OpenAsync(TestFolder folder) =>
        Installation.OpenAsync(folder.Settings, TimeProvider.System, Cancellation);

    private static async Task<FaxRecord> OnlyFaxAsync(Installation installation, NumberRoute route) =>
        Assert.Single(await installation.Store.Faxes.ListAsync(new FaxList(route.Tenant), Cancellation));

    private static Task<byte[]> ReadAsync(Installation installation, FaxRecord fax, int page) =>
        installation.Reader.OpenPageAsync(new EntryActor("clerk-7", "front desk", "192.0.2.7", "session-1"),
            new EntryReason("treatment"), fax.TenantId, fax.FaxId, page, Cancellation);

    /// <summary>A disk without room, on cue.</summary>
    private sealed class FailingBlobs(IBlobStore inner) : IBlobStore
    {
        public bool Fails { get; set; }

        public Task PutAsync(BlobName name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => Fails
            ? Task.FromException(new BlobException(BlobFault.NoSpace, "write a blob"))
            : inner.PutAsync(name, bytes, cancellation);

        public Task<long?> LengthAsync(BlobName name, CancellationToken cancellation) =>
            inner.LengthAsync(name, cancellation);

        public Task<byte[]?> GetAsync(BlobName name, CancellationToken cancellation) =>
            inner.GetAsync(name, cancellation);

        public Task<int?> ReadAsync(
            BlobName name, long offset, Memory<byte> buffer, CancellationToken cancellation) =>
            inner.ReadAsync(name, offset, buffer, cancellation);

        public IAsyncEnumerable<BlobEntry> ListAsync(Guid tenant, Guid? fax, CancellationToken cancellation) =>
            inner.ListAsync(tenant, fax, cancellation);

        public Task<bool> DeleteAsync(BlobName name, CancellationToken cancellation) =>
            inner.DeleteAsync(name, cancellation);

        public Task<int> SweepAsync(CancellationToken cancellation) => inner.SweepAsync(cancellation);

        public void Dispose()
        {
            // The inner one belongs to the installation.
        }
    }
}
