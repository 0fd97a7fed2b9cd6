// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Documents;
using Hermetic.Documents.Tiff;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sandbox;
using Hermetic.Server.Http;
using Hermetic.Store;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Sending;

/// <summary>One submission on its way into the queue: each page sealed and durable as it comes, and then, for each
/// number, everything else in one transaction. A crash before that leaves sealed bytes that no record points at, which
/// the next start sweeps.</summary>
internal sealed class Submission(
    SendingContext context, SealedNumbers numbers, FaxComposer composer, SubmitBroadcast fax, Guid? broadcast)
{
    // A field's place among the small sealed values of a fax. Stored: never renumber.
    internal const uint SubjectField = 3;
    internal const uint FileNameField = 4;
    internal const uint CoverField = 5;

    private const string IdempotencyTag = "fax.submitted";

    /// <summary>The number as it is dialled.</summary>
    /// <exception cref="ArgumentException">It can't be.</exception>
    public static string Dialled(string number) => DialledNumber.Normalize(number) is { Length: > 0 } dialled
        ? dialled : throw new ArgumentException("the number has other characters than digits and a + in front",
            nameof(number));

    /// <summary>Does it; the faxes in the order of the numbers.</summary>
    public async Task<IReadOnlyList<SubmittedSending>> RunAsync(CancellationToken cancellation)
    {
        string[] dialled = [.. fax.Numbers.Select(Dialled)];
        if (dialled.Length is 0 or > SubmitBroadcast.NumbersMax || dialled.Distinct().Count() != dialled.Length)
        {
            throw new ArgumentException(
                $"a fax goes to 1 to {SubmitBroadcast.NumbersMax} numbers, each of them once");
        }

        if (await composer.CheckAsync(fax.TenantId, fax.LineId, dialled, fax.Terms.Cover, cancellation)
            .ConfigureAwait(false) is { } refusal)
        {
            throw new ProblemException(ProblemCode.DocumentRefused, refusal.Reason);
        }

        DateTimeOffset now = context.Time.GetUtcNow();
        List<Part> parts = [];
        foreach (string number in dialled)
        {
            byte[] tag = context.Keys.Tags(fax.TenantId).Tag(
                IdempotencyTag, broadcast is null ? fax.IdempotencyKey : $"{fax.IdempotencyKey}\n{number}");
            FaxRecord? there = await context.Store.Faxes.FindByTagAsync(fax.TenantId, tag, cancellation)
                .ConfigureAwait(false);
            parts.Add(new Part(there?.FaxId ?? ReceivingContext.NewId(now), there is not null, number, tag, []));
        }

        SealingKey key = context.Keys.Ensure(fax.TenantId, KeyEpoch.At(now, fax.Terms.RetentionClass)).Sealing;
        await SealAsync([.. parts.Where(part => !part.IsThere)], key, cancellation).ConfigureAwait(false);
        List<SubmittedSending> submitted = [];
        foreach (Part part in parts)
        {
            submitted.Add(await QueueAsync(part, key, now, cancellation).ConfigureAwait(false));
        }

        return submitted;
    }

    // Of a repetition nothing is read.
    private async Task SealAsync(Part[] parts, SealingKey key, CancellationToken cancellation)
    {
        if (parts.Length == 0)
        {
            return;
        }

        int page = fax.Terms.Cover is null ? 0 : 1;
        EncodedPage? first = null;
        await foreach (EncodedPage encoded in fax.Pages.WithCancellation(cancellation).ConfigureAwait(false))
        {
            first ??= encoded;
            await SealAsync(parts, ++page, key, encoded, cancellation).ConfigureAwait(false);
        }

        if (first is null)
        {
            throw new ArgumentException("a fax has at least one page");
        }

        if (fax.Terms.Cover is { } cover)
        {
            // Last, since it says how many pages there are.
            EncodedPage drawn = await composer
                .CoverAsync(fax.TenantId, fax.LineId, cover, page, first.Format, cancellation).ConfigureAwait(false);
            await SealAsync(parts, 1, key, drawn, cancellation).ConfigureAwait(false);
            Array.ForEach(parts, part => part.Pages.Sort((one, other) => one.Number.CompareTo(other.Number)));
        }
    }

    private async Task SealAsync(Part[] parts, int number, SealingKey key, EncodedPage page,
        CancellationToken cancellation)
    {
        byte[] tiff = PageTiff.Write(page, default);
        foreach (Part part in parts)
        {
            part.Pages.Add(await SealAsync(part.Fax, number, key, page, tiff, cancellation).ConfigureAwait(false));
        }

        CryptographicOperations.ZeroMemory(tiff);
    }

    private async Task<PageRecord> SealAsync(Guid id, int number, SealingKey key, EncodedPage page, byte[] tiff,
        CancellationToken cancellation)
    {
        Guid tenant = fax.TenantId;
        byte[] sealedPage = context.Sealer.Seal(
            key, new ObjectBinding(tenant, id, (uint)number, ObjectKind.Page), tiff);
        DateTimeOffset now = context.Time.GetUtcNow();
        Guid blob = ReceivingContext.NewId(now);
        await context.Blobs.PutAsync(PageBlob.Of(tenant, blob), sealedPage, cancellation).ConfigureAwait(false);
        return new PageRecord(
            tenant, id, number, PageState.Stored, blob, sealedPage.Length, page.Rows, page.Format.WidthPels,
            (int)Math.Round(page.Format.HorizontalDpi), (int)Math.Round(page.Format.VerticalDpi), 0,
            key.Epoch.Encoded, SHA256.HashData(sealedPage), now);
    }

    private async Task<SubmittedSending> QueueAsync(Part part, SealingKey key, DateTimeOffset now,
        CancellationToken cancellation)
    {
        if (part.IsThere)
        {
            SendingRecord? there = await context.Store.Sendings.FindAsync(fax.TenantId, part.Fax, cancellation)
                .ConfigureAwait(false);
            return new SubmittedSending(part.Fax, true, there?.State
                ?? throw new InvalidOperationException("a fax that was submitted is not in the queue"));
        }

        DestinationRecord destination = numbers.Destination(fax.TenantId, part.Number);
        DestinationRecord? known = await context.Store.Destinations
            .FindAsync(fax.TenantId, destination.NumberTag, cancellation).ConfigureAwait(false);
        SendingTerms terms = fax.Terms;
        bool isSandbox = context.IsSandbox(fax.LineId);
        NewSending sending = new(
            fax.TenantId, part.Fax, MisdialGuard.Begin(known, terms.NumberGivenTwice), now,
            terms.NotBefore > now ? terms.NotBefore.Value : now, destination.NumberTag, terms.Priority, broadcast,
            isSandbox ? SandboxNetwork.TrunkId : terms.Trunk is { } trunk ? ReceivingContext.TrunkId(trunk)
                : context.Trunks.Count > 0 ? context.Trunks[0].Id : null,
            isSandbox || terms.Trunk is not null, terms.AnyStation,
            terms.Cover is { } cover ? numbers.Cover(key, fax.TenantId, part.Fax, cover) : null);
        return await context.Store.Sendings.SubmitAsync(
            Record(part, destination, key, now), part.Pages, sending,
            destination with
            {
                ConfirmedAt = terms.NumberGivenTwice ? now : null,
                ConfirmedBy = terms.NumberGivenTwice ? terms.By : null,
            },
            new NewEvent((int)FaxEventKind.Submitted, now), context.UsageLimitsOf(fax.TenantId), cancellation)
            .ConfigureAwait(false);
    }

    private NewFax Record(Part part, DestinationRecord destination, SealingKey key, DateTimeOffset now) => new()
    {
        TenantId = fax.TenantId,
        FaxId = part.Fax,
        Direction = FaxDirection.Outbound,
        BegunAt = now,
        IdempotencyTag = part.Tag,
        LineId = fax.LineId,
        RetentionClass = fax.Terms.RetentionClass,
        KeyEpoch = key.Epoch.Encoded,
        RemoteTag = destination.NumberTag,
        SealedRemoteNumber = numbers.Field(key, fax.TenantId, part.Fax, InboundFax.RemoteNumberField, part.Number),
        SealedSubject = numbers.Field(key, fax.TenantId, part.Fax, SubjectField, fax.Terms.Subject),
        SealedFileName = numbers.Field(key, fax.TenantId, part.Fax, FileNameField, fax.Terms.FileName),
    };

    private sealed record Part(Guid Fax, bool IsThere, string Number, byte[] Tag, List<PageRecord> Pages)
    {
        public override string ToString() => "a fax to be submitted";
    }
}
