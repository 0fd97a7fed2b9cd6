// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Ledger.Entries;
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Receipts;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Sending;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.Vault.Blobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermetic.Server.Tests.Receipts;

/// <summary>A receipt is issued once, wherever whoever issues it dies: one entry of the ledger, one file.</summary>
public sealed class ReceiptCrashTests
{
    private static readonly TimeSpan s_lease = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Which write of blobs is the last that is seen of it, from 0, and whether that one came through: the
    /// draft, the file, the deletion of the draft.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task P6_Receipt_WhoeverDiesOverIt_IsIssuedOnce(int write, bool done)
    {
        await using SendingWorld world = await SendingWorld.OpenAsync();
        await world.StartAsync(new SendingLimits(), ("first", 2));
        Queue<Script> scripts = new([new Script(CallOutcome.FaxFailed, T30EndReason.LineLost, Pages: 1), Script.Good]);
        world.Network.Next = _ => scripts.Dequeue();
        SubmittedSending fax = await world.SubmitAsync(1, "+15550199", pages: 3);
        await world.UntilAsync(async () => (await world.FindAsync(fax.FaxId)).Sending.State == SendingState.Done, 200);

        Installation installation = world.Installation;
        using DyingBlobs dying = new(installation.Blobs, write, done);
        await Assert.ThrowsAsync<OperationCanceledException>(() => PumpOf(world, dying).StepAsync(Cancellation));
        Assert.True(dying.HasDied);
        // Its lease holds: nobody else does the same beside it.
        await PumpOf(world, installation.Blobs).StepAsync(Cancellation);
        world.Main.Advance(s_lease);
        await SettleAsync(installation);
        await PumpOf(world, installation.Blobs).StepAsync(Cancellation);
        await PumpOf(world, installation.Blobs).StepAsync(Cancellation);

        ReceiptShelf shelf = new(installation.Keys, installation.Sealer, installation.Blobs);
        Assert.Equal(2, await shelf.NewestAsync(world.Route.Tenant, fax.FaxId, Cancellation));
        List<string> parts = [];
        await foreach (BlobEntry blob in installation.Blobs.ListAsync(world.Route.Tenant, fax.FaxId, Cancellation))
        {
            parts.Add(blob.Name.Part);
        }

        Assert.Equal(["receipt-0002"], parts);
        Assert.Single(await installation.Store.Events.ListAsync(world.Route.Tenant, 0, 100, Cancellation),
            told => told.Kind == (int)FaxEventKind.ReceiptIssued && told.FaxId == fax.FaxId);
        byte[] file = await installation.Reader.OpenReceiptAsync(new EntryActor("test", "", "", ""),
            new EntryReason("test"), world.Route.Tenant, fax.FaxId, 2, Cancellation);
        ReceiptReport report = ReceiptCheck.Check(file, installation.ReceiptKeys);
        Assert.Empty(report.Findings);
        Assert.Equal([(1, 1), (2, 2), (3, 2)], report.Receipt!.Pages.Select(page => (page.Number, page.Attempt)));
        await SettleAsync(installation);
        Assert.Equal([report.Index!.Value], installation.Journal.ReadAll(world.Route.Tenant, 0)
            .Where(entry => entry.Entry.Body?.Act == LedgerAct.Sent).Select(entry => entry.Index));
        Assert.Empty(await installation.Store.Jobs.TenantsDueAsync(
            world.Main.GetUtcNow() + TimeSpan.FromDays(1), Cancellation));
    }

    /// <summary>A fax that failed and was sent again has a receipt of each.</summary>
    [Fact]
    public async Task Receipt_OfAFaxThatIsSentAgain_IsAnotherOne()
    {
        await using SendingWorld world = await SendingWorld.OpenAsync();
        await world.StartAsync(new SendingLimits(), ("first", 2));
        world.Network.Next = _ => new Script(CallOutcome.NoSuchNumber);
        SubmittedSending fax = await world.SubmitAsync(1, "+15550199");
        await world.UntilAsync(
            async () => (await world.FindAsync(fax.FaxId)).Sending.State == SendingState.Failed, 200);
        ReceiptPump pump = PumpOf(world, world.Installation.Blobs);
        await pump.StepAsync(Cancellation);
        world.Network.Next = _ => Script.Good;
        Assert.True(await world.Outbox.RetryAsync(world.Route.Tenant, fax.FaxId, Cancellation));
        await world.UntilAsync(async () => (await world.FindAsync(fax.FaxId)).Sending.State == SendingState.Done, 200);
        await pump.StepAsync(Cancellation);
        List<string> parts = [];
        await foreach (BlobEntry blob in world.Installation.Blobs.ListAsync(
            world.Route.Tenant, fax.FaxId, Cancellation))
        {
            parts.Add(blob.Name.Part);
        }

        Assert.Equal(["receipt-0001", "receipt-0002"], parts.Order());
    }

    /// <summary>A receipts' key that went missing is never made anew.</summary>
    [Fact]
    public async Task P6_ReceiptKey_ThatIsLost_KeepsTheServerFromStarting()
    {
        using TestFolder folder = new();
        string key;
        await using (Installation first = await Installation.OpenAsync(folder.Settings, TimeProvider.System, default))
        {
            key = first.Receipts.VerifierKey.ToString();
        }

        await using (Installation second = await Installation.OpenAsync(folder.Settings, TimeProvider.System, default))
        {
            Assert.Equal(key, second.Receipts.VerifierKey.ToString());
        }

        File.Delete(Path.Combine(folder.Data, "keys", "desk", "secret-receipt-seed.wrapped"));
        InstallationException refused = await Assert.ThrowsAsync<InstallationException>(
            () => Installation.OpenAsync(folder.Settings, TimeProvider.System, default));
        Assert.Contains("receipt", refused.Message, StringComparison.Ordinal);
    }

    private static ReceiptPump PumpOf(SendingWorld world, IBlobStore blobs)
    {
        Installation installation = world.Installation;
        SealedNumbers numbers = new(installation.Keys, installation.Sealer, installation.Store, world.Main);
        return new ReceiptPump(installation.Store, installation.Ledger,
            new ReceiptMaker(installation.Store, numbers, new SentAccounts(installation.Keys, installation.Sealer)),
            new ReceiptShelf(installation.Keys, installation.Sealer, blobs),
            new ReceiptIssuer(installation.Journal, installation.Ledger, installation.Receipts, world.Main), world.Main,
            NullLogger.Instance);
    }

    // As a restart would: what was appended is in the tree.
    private static async Task SettleAsync(Installation installation) => await installation.Ledger.IntegratedAsync(
        await installation.Journal.AppendAsync(Guid.NewGuid(), new EntryBody
        {
            At = DateTimeOffset.UnixEpoch,
            Act = LedgerAct.SystemRead,
            Who = new EntryActor("test", "", "", ""),
            What = new EntryObject(""),
            Why = new EntryReason("test"),
            Result = LedgerResult.Allowed,
        }, Cancellation), Cancellation);

    /// <summary>Blobs whose process dies at a write: it does nothing more from then on.</summary>
    private sealed class DyingBlobs(IBlobStore blobs, int write, bool done) : IBlobStore
    {
        private int _writes;

        public bool HasDied { get; private set; }

        public Task PutAsync(BlobName name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
            WriteAsync(() => blobs.PutAsync(name, bytes, cancellation));

        public async Task<bool> DeleteAsync(BlobName name, CancellationToken cancellation)
        {
            bool deleted = false;
            await WriteAsync(async () => deleted = await blobs.DeleteAsync(name, cancellation));
            return deleted;
        }

        public Task<long?> LengthAsync(BlobName name, CancellationToken cancellation) =>
            blobs.LengthAsync(name, cancellation);

        public Task<byte[]?> GetAsync(BlobName name, CancellationToken cancellation) =>
            blobs.GetAsync(name, cancellation);

        public Task<int?> ReadAsync(BlobName name, long offset, Memory<byte> buffer, CancellationToken cancellation) =>
            blobs.ReadAsync(name, offset, buffer, cancellation);

        public IAsyncEnumerable<BlobEntry> ListAsync(Guid tenant, Guid? fax, CancellationToken cancellation) =>
            blobs.ListAsync(tenant, fax, cancellation);

        public Task<int> SweepAsync(CancellationToken cancellation) => blobs.SweepAsync(cancellation);

        public void Dispose()
        {
            // They are the installation's.
        }

        private async Task WriteAsync(Func<Task> act)
        {
            bool isLast = _writes++ == write;
            if (!isLast || done)
            {
                await act();
            }

            if (isLast)
            {
                HasDied = true;
                throw new OperationCanceledException(string.Create(
                    CultureInfo.InvariantCulture, $"the process is gone at write {write}"));
            }
        }
    }
}
