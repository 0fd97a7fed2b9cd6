// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using Hermetic.Documents.Tiff;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Receiving;

/// <summary>
/// One fax on its way in: seals each page to its tenant's public key, makes it durable, writes its record, and only
/// then says that it may be confirmed (P1, P2).
/// </summary>
/// <remarks>
/// Order, and what a crash between leaves: sealed bytes durable, then the record that points at them, then MCF. So a
/// record never points at nothing; bytes that no record points at are orphans, which the next start sweeps; a page
/// that was recorded and not confirmed stays in a partial fax. One caller at a time.
/// </remarks>
internal sealed class InboundFax(ReceivingContext context, NumberRoute route, InboundCaller caller)
{
    // A field's place among the small sealed values of a fax or call. Stored: never renumber.
    internal const uint RemoteNumberField = 1;
    internal const uint StationIdField = 2;

    /// <summary>What the tags of a fax's other side are made for.</summary>
    internal const string RemoteNumberTag = "fax.remote-number";

    private Guid _fax;
    private Guid _call;
    private bool _begun;

    // Its record may be there: the answer that it is was perhaps lost.
    private bool _mayBeThere;

    /// <summary>Pages that are recorded.</summary>
    public int Pages { get; private set; }

    /// <summary>Its id; empty before the first page.</summary>
    public Guid Id => _fax;

    /// <summary>Keeps a page; when this returns true the page is sealed, durable and recorded. False: the fax takes no
    /// such page, and it must not be confirmed.</summary>
    /// <exception cref="Exception">Store, blobs or keys failed: the page must not be confirmed.</exception>
    public async Task<bool> KeepAsync(ArrivedPage arrived, CancellationToken cancellation)
    {
        context.Reached(ReceivingStep.PageArrived);
        DateTimeOffset now = context.Time.GetUtcNow();
        SealingKey key = context.Keys.At(route.Tenant, route.RetentionClass, now);
        if (_fax == Guid.Empty)
        {
            _fax = ReceivingContext.NewId(now);
            _call = ReceivingContext.NewId(now);
        }

        byte[] tiff = PageTiff.Write(arrived.Page, arrived.Quality);
        byte[] sealedPage = context.Sealer.Seal(
            key, new ObjectBinding(route.Tenant, _fax, (uint)arrived.Number, ObjectKind.Page), tiff);
        CryptographicOperations.ZeroMemory(tiff);
        context.Reached(ReceivingStep.PageSealed);
        Guid blob = ReceivingContext.NewId(now);
        await context.Blobs.PutAsync(PageBlob.Of(route.Tenant, blob), sealedPage, cancellation).ConfigureAwait(false);
        context.Reached(ReceivingStep.BlobDurable);
        await BeginAsync(key, now, cancellation).ConfigureAwait(false);
        AddPageResult added = await context.Store.Faxes.AddPageAsync(
            Record(arrived, blob, sealedPage, key.Epoch, now), cancellation).ConfigureAwait(false);
        if (added is not (AddPageResult.Added or AddPageResult.AlreadyThere))
        {
            return false;
        }

        Pages = arrived.Number;
        context.Reached(ReceivingStep.PageRecorded);
        return true;
    }

    /// <summary>Writes down how the call ended, and tells of the fax, in one transaction. After a failure it may be
    /// asked again.</summary>
    public async Task EndAsync(CallReport report, CancellationToken cancellation)
    {
        context.Reached(ReceivingStep.CallEnded);
        DateTimeOffset now = context.Time.GetUtcNow();
        if (!_mayBeThere)
        {
            return;
        }

        SealingKey key = context.Keys.At(route.Tenant, route.RetentionClass, now);
        await context.Store.Calls.EndAsync(route.Tenant, _call, EndOf(report, key, now), cancellation)
            .ConfigureAwait(false);
        int confirmed = Math.Min(report.T30?.PagesReceived ?? 0, Pages);
        FaxState to = report.IsSuccess && confirmed == Pages ? FaxState.Received
            : Pages > 0 ? FaxState.Partial
            : FaxState.Failed;
        FaxEventKind kind = to switch
        {
            FaxState.Received => FaxEventKind.Received,
            FaxState.Partial => FaxEventKind.ReceivedInPart,
            _ => FaxEventKind.ReceptionFailed,
        };
        await context.Store.Faxes.MoveAsync(
            new FaxMove(route.Tenant, _fax, to, now, FaxEndCode.Of(report.T30), confirmed),
            new NewEvent((int)kind, now), cancellation).ConfigureAwait(false);
        context.Reached(ReceivingStep.FaxEnded);
    }

    private async Task BeginAsync(SealingKey key, DateTimeOffset now, CancellationToken cancellation)
    {
        if (_begun)
        {
            return;
        }

        _mayBeThere = true;
        byte[] tag = context.Keys.Routing.Tag("call", caller.CallIdentity);
        _call = await context.Store.Calls.BeginAsync(
            new NewCall(route.Tenant, _call, route.Line, ReceivingContext.TrunkId(caller.Trunk), FaxDirection.Inbound,
                caller.StartedAt, tag, key.Epoch.Encoded,
                Field(key, _call, RemoteNumberField, caller.RemoteNumber)),
            cancellation).ConfigureAwait(false);
        BegunFax begun = await context.Store.Faxes.BeginAsync(
            new NewFax
            {
                TenantId = route.Tenant,
                FaxId = _fax,
                Direction = FaxDirection.Inbound,
                BegunAt = caller.StartedAt,
                IdempotencyTag = context.Keys.Routing.Tag("fax", caller.CallIdentity),
                LineId = route.Line,
                CallId = _call,
                RetentionClass = route.RetentionClass,
                KeyEpoch = key.Epoch.Encoded,
                RemoteTag = caller.RemoteNumber.Length > 0
                    ? context.Keys.Routing.Tag(RemoteNumberTag, caller.RemoteNumber) : null,
                SealedRemoteNumber = Field(key, _fax, RemoteNumberField, caller.RemoteNumber),
            },
            cancellation).ConfigureAwait(false);
        if (begun.FaxId != _fax)
        {
            _mayBeThere = false;
            throw new InvalidOperationException("two calls with one identity: the second is not taken for the first");
        }

        _begun = true;
        context.Reached(ReceivingStep.FaxBegun);
    }

    private PageRecord Record(
        ArrivedPage arrived, Guid blob, byte[] sealedPage, KeyEpoch epoch, DateTimeOffset now) => new(
        route.Tenant, _fax, arrived.Number, PageState.Stored, blob, sealedPage.Length, arrived.Page.Rows,
        arrived.Page.Format.WidthPels, (int)Math.Round(arrived.Page.Format.HorizontalDpi),
        (int)Math.Round(arrived.Page.Format.VerticalDpi), arrived.Quality.BadRows, epoch.Encoded,
        SHA256.HashData(sealedPage), now);

    private CallEnd EndOf(CallReport report, SealingKey key, DateTimeOffset now) => new(
        now, FaxEndCode.Of(report.T30), report.T30?.Modulation is { } modulation
            ? Protocol.T30.FaxModulations.BitsPerSecond(modulation) : null,
        report.T30?.Ecm, report.T38.DatagramsReceived, report.T38.Repaired, report.T38.Lost,
        Field(key, _call, StationIdField, report.T30?.RemoteStationId ?? ""));

    private byte[]? Field(SealingKey key, Guid record, uint place, string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        byte[] value = Encoding.UTF8.GetBytes(text);
        byte[] field = context.Sealer.Seal(
            key, new ObjectBinding(route.Tenant, record, place, ObjectKind.Field), value);
        CryptographicOperations.ZeroMemory(value);
        return field;
    }
}

/// <summary>What is known of a caller. Untrusted text and PHI: it leaves this process only sealed.</summary>
/// <param name="Trunk">The trunk that the call came by.</param>
/// <param name="RemoteNumber">The number that the caller claims; empty if none.</param>
/// <param name="CallIdentity">Tells this call from every other one.</param>
/// <param name="StartedAt">When it came.</param>
internal sealed record InboundCaller(
    string Trunk, string RemoteNumber, string CallIdentity, DateTimeOffset StartedAt)
{
    /// <inheritdoc/>
    public override string ToString() => "an inbound caller";
}
