// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Ledger.Entries;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;

namespace Hermetic.Server.Features.Receipts;

/// <summary>Makes receipts: writes into the ledger that a fax was sent, and signs what was.</summary>
/// <remarks>The entry of the disclosure itself, before the first page leaves (P3), is not this one: that is the
/// sender's to write before it dials. Who has the content durable before it asks, and asks again after a crash with the
/// same, gets the one entry that there is (<see cref="ReceiptPump"/>).</remarks>
internal sealed class ReceiptIssuer(Journal.Journal journal, LedgerLog ledger, NoteSigner signer, TimeProvider time)
{
    /// <summary>Our choice: how long a receipt waits for witnesses to cosign a checkpoint that covers it. One that is
    /// away keeps nobody from his receipt.</summary>
    private static readonly TimeSpan CosignedTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Our choice: how often it looks for them.</summary>
    private static readonly TimeSpan CosignedInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>True if the ledger has witnesses: receipts carry their cosignatures.</summary>
    public bool IsWitnessed { get; init; }

    /// <summary>The content of a receipt, with a nonce of its own.</summary>
    /// <exception cref="ArgumentException">A field breaks its limit.</exception>
    public static byte[] ContentOf(Receipt receipt) => ReceiptJson.Encode(
        receipt with { Nonce = RandomNumberGenerator.GetBytes(ReceiptJson.NonceBytes) });

    /// <summary>As below, of a receipt that was never asked for.</summary>
    public Task<byte[]> IssueAsync(Guid tenant, Receipt receipt, CancellationToken cancellation) =>
        IssueAsync(tenant, ContentOf(receipt), null, cancellation);

    /// <summary>Issues a receipt: the file's bytes, which hold PHI and are to be kept sealed. Returns when a signed
    /// checkpoint covers the entry, within about a second; with witnesses a little later.</summary>
    /// <param name="tenant">Whose fax it was.</param>
    /// <param name="content">What became of it, by <see cref="ContentOf"/>.</param>
    /// <param name="since">If somebody may have asked for it before: how long the ledger was before that. Its entry, if
    /// there is one, is taken and no other one written.</param>
    /// <param name="cancellation">Ends the waiting; the entry may have been written all the same.</param>
    /// <exception cref="LedgerRefusedException">The ledger can't write.</exception>
    /// <exception cref="ArgumentException">The content is not in its form.</exception>
    public async Task<byte[]> IssueAsync(Guid tenant, byte[] content, long? since, CancellationToken cancellation)
    {
        if (!ReceiptJson.TryDecode(content, out Receipt? receipt))
        {
            throw new ArgumentException("it is no content of a receipt", nameof(content));
        }

        long index = (since is { } from ? Find(tenant, from, content) : null)
            ?? await journal.AppendAsync(tenant, BodyOf(receipt!, content), cancellation).ConfigureAwait(false);
        SignedCheckpoint covering = await CoveringAsync(index, cancellation).ConfigureAwait(false);
        byte[] leaf = ledger.Read(index)!;
        OpenedEntry entry = journal.Read(tenant, index)!;
        TlogProof proof = ledger.Prove(index, leaf, covering)!;
        return entry.Body is { } body
            ? ReceiptFile.Write(content, EntryBodyJson.Encode(body), entry.Salt.Span, proof, signer)
            : throw new InvalidOperationException($"the entry just written does not open: {entry.Reason}");
    }

    private long? Find(Guid tenant, long from, byte[] content)
    {
        string name = ReceiptFile.NameOf(content);
        foreach ((long index, OpenedEntry entry) in journal.ReadAll(tenant, from))
        {
            if (entry.Body is { Act: LedgerAct.Sent } body && body.What.Shown.Contains(name))
            {
                return index;
            }
        }

        return null;
    }

    private async Task<SignedCheckpoint> CoveringAsync(long index, CancellationToken cancellation)
    {
        SignedCheckpoint covering = await ledger.IntegratedAsync(index, cancellation).ConfigureAwait(false);
        long begun = time.GetTimestamp();
        while (IsWitnessed && time.GetElapsedTime(begun) < CosignedTimeout)
        {
            if (ledger.Cosigned is { } cosigned && cosigned.Checkpoint.Size > index)
            {
                return cosigned;
            }

            await Task.Delay(CosignedInterval, time, cancellation).ConfigureAwait(false);
        }

        return covering;
    }

    // Nothing but ids and a hash: the ledger stays free of PHI.
    private EntryBody BodyOf(Receipt receipt, byte[] content) => new()
    {
        At = time.GetUtcNow(),
        Act = LedgerAct.Sent,
        Who = new EntryActor("system", "", "", ""),
        What = new EntryObject(receipt.Fax.ToString(), null, "", [ReceiptFile.NameOf(content)]),
        Why = new EntryReason("operations"),
        Result = receipt.Result == ReceiptResult.Failed ? LedgerResult.Failed : LedgerResult.Allowed,
    };
}
