// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Ledger.Entries;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;

namespace Hermetic.Server.Features.Receipts;

/// <summary>Makes receipts: writes into the ledger that a fax was sent, and signs what was.</summary>
/// <remarks>The entry of the disclosure itself, before the first page leaves (P3), is not this one: that is the
/// sender's to write before it dials. A crash between entry and file leaves an entry without a receipt; whoever asks
/// again gets a receipt with an entry of its own, and both tell the same.</remarks>
internal sealed class ReceiptIssuer(Journal.Journal journal, LedgerLog ledger, NoteSigner signer, TimeProvider time)
{
    /// <summary>Issues a receipt: the file's bytes, which hold PHI and are to be kept sealed. Returns when a signed
    /// checkpoint covers the entry, within about a second.</summary>
    /// <param name="tenant">Whose fax it was.</param>
    /// <param name="receipt">What became of it; its nonce is set here.</param>
    /// <param name="cancellation">Ends the waiting; the entry may have been written all the same.</param>
    /// <exception cref="LedgerRefusedException">The ledger can't write.</exception>
    /// <exception cref="ArgumentException">A field breaks its limit.</exception>
    public async Task<byte[]> IssueAsync(Guid tenant, Receipt receipt, CancellationToken cancellation)
    {
        receipt = receipt with { Nonce = RandomNumberGenerator.GetBytes(ReceiptJson.NonceBytes) };
        byte[] content = ReceiptJson.Encode(receipt);
        long index = await journal.AppendAsync(tenant, BodyOf(receipt, content), cancellation).ConfigureAwait(false);
        SignedCheckpoint covering = await ledger.IntegratedAsync(index, cancellation).ConfigureAwait(false);
        byte[] leaf = ledger.Read(index)!;
        OpenedEntry entry = journal.Read(tenant, index)!;
        TlogProof proof = ledger.Prove(index, leaf, covering)!;
        return entry.Body is { } body
            ? ReceiptFile.Write(content, EntryBodyJson.Encode(body), entry.Salt.Span, proof, signer)
            : throw new InvalidOperationException($"the entry just written does not open: {entry.Reason}");
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
