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

    // Null if the caller gave no number: then it cannot be told who sends a page again.
    private readonly byte[]? _remoteTag = caller.RemoteNumber.Length == 0
        ? null : context.Keys.Routing.Tag(RemoteNumberTag, caller.RemoteNumber);

    private Guid _fax;
    private Guid _call;
    private bool _begun;
    private ResentFax? _resent;

    // How it ended is written down: what becomes of its call changes nothing any more.
    private bool _ended;

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
        PageContent? content = _remoteTag is null ? null : new PageContent(context.Keys.Routing, route, _remoteTag);
        byte[]? tag = content?.Tag(arrived.Number, arrived.Page);
        if (!await RecordAsync(key, Record(arrived, blob, sealedPage, tag, key.Epoch, now), cancellation)
            .ConfigureAwait(false))
        {
            return false;
        }

        if (tag is not null)
        {
            _resent?.Next(tag, rows => content!.TagOfTop(arrived.Number, arrived.Page, rows));
        }

        Pages = arrived.Number;
        context.Reached(ReceivingStep.PageRecorded);
        return true;
    }

    /// <summary>Writes down how the call ended, or that all of the fax is confirmed and it is about to end, and tells
    /// of the fax, in one transaction; once. After a failure it may be asked again.</summary>
    public async Task EndAsync(CallReport report, CancellationToken cancellation)
    {
        if (_ended)
        {
            return;
        }

        context.Reached(ReceivingStep.CallEnded);
        DateTimeOffset now = context.Time.GetUtcNow();
        if (!_mayBeThere)
        {
            return;
        }

        SealingKey key = context.Keys.At(route.Tenant, route.RetentionClass, now);
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
        FaxMove move = new(route.Tenant, _fax, to, now, FaxEndCode.Of(report.T30), confirmed);
        await context.Store.Faxes.EndAsync(
            new FaxEnd(move, new NewEvent((int)kind, now), EndOf(report, key, now),
                to == FaxState.Received ? Superseded(now) : []),
            cancellation).ConfigureAwait(false);
        _ended = true;
        context.Reached(ReceivingStep.FaxEnded);
    }

    private async Task<bool> RecordAsync(SealingKey key, PageRecord page, CancellationToken cancellation)
    {
        if (_begun)
        {
            return await context.Store.Faxes.AddPageAsync(page, cancellation).ConfigureAwait(false)
                is AddPageResult.Added or AddPageResult.AlreadyThere;
        }

        _mayBeThere = true;
        BegunCall begun = await context.Store.Faxes.BeginAsync(NewCall(key), NewFax(key), page,
            new PartsOf(FaxEndCode.ServerStopped, caller.StartedAt - ResentFax.Window), cancellation)
            .ConfigureAwait(false);
        if (begun.Fax.FaxId != _fax)
        {
            _mayBeThere = false;
            throw new InvalidOperationException("two calls with one identity: the second is not taken for the first");
        }

        _begun = true;
        _resent = await PartsAsync(begun.Parts, cancellation).ConfigureAwait(false);
        return true;
    }

    // What this sender began at this line and we cut off; mostly nothing.
    private async Task<ResentFax?> PartsAsync(IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        List<CutFax> parts = [];
        foreach (Guid id in ids)
        {
            if (await context.Store.Faxes.FindAsync(route.Tenant, id, cancellation).ConfigureAwait(false) is { } part)
            {
                parts.Add(new CutFax(part, await context.Store.Pages.ListAsync(route.Tenant, id, cancellation)
                    .ConfigureAwait(false)));
            }
        }

        return parts.Count == 0 || _remoteTag is null
            ? null : new ResentFax(route.Line, _remoteTag, caller.StartedAt, parts);
    }

    private List<(FaxMove Move, NewEvent Told)> Superseded(DateTimeOffset now) =>
        [.. _resent?.Held.Select(part => (
            new FaxMove(part.TenantId, part.FaxId, FaxState.Superseded, now, SupersededBy: _fax),
            new NewEvent((int)FaxEventKind.Superseded, now))) ?? []];

    private NewCall NewCall(SealingKey key) => new(
        route.Tenant, _call, route.Line, ReceivingContext.TrunkId(caller.Trunk), FaxDirection.Inbound,
        caller.StartedAt, context.Keys.Routing.Tag("call", caller.CallIdentity), key.Epoch.Encoded,
        Field(key, _call, RemoteNumberField, caller.RemoteNumber));

    private NewFax NewFax(SealingKey key) => new()
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
        RemoteTag = _remoteTag,
        SealedRemoteNumber = Field(key, _fax, RemoteNumberField, caller.RemoteNumber),
    };

    private PageRecord Record(
        ArrivedPage arrived, Guid blob, byte[] sealedPage, byte[]? tag, KeyEpoch epoch, DateTimeOffset now) => new(
        route.Tenant, _fax, arrived.Number, PageState.Stored, blob, sealedPage.Length, arrived.Page.Rows,
        arrived.Page.Format.WidthPels, (int)Math.Round(arrived.Page.Format.HorizontalDpi),
        (int)Math.Round(arrived.Page.Format.VerticalDpi), arrived.Quality.BadRows, epoch.Encoded,
        SHA256.HashData(sealedPage), now, tag);

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
