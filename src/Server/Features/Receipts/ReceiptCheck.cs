// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Documents;
using Hermetic.Documents.Composing;
using Hermetic.Ledger.Entries;
using Hermetic.Ledger.Notes;

namespace Hermetic.Server.Features.Receipts;

/// <summary>Something of a receipt that does not fit.</summary>
/// <param name="Place">Which part of the file: header, content, entry, salt, proof, signature, or a page.</param>
/// <param name="Reason">Why; nothing of the content.</param>
public sealed record ReceiptFinding(string Place, string Reason)
{
    public override string ToString() => $"{Place}: {Reason}";
}

/// <summary>The two public keys of an installation that a receipt is checked with.</summary>
/// <param name="Receipts">Signs receipts; its name is the ledger's with <see cref="ReceiptFile.KeySuffix"/>.</param>
/// <param name="Ledger">Signs checkpoints.</param>
public sealed record ReceiptKeys(VerifierKey Receipts, VerifierKey Ledger)
{
    /// <summary>The pair among keys that were given; null if there is none or more than one.</summary>
    public static ReceiptKeys? PairOf(IReadOnlyCollection<VerifierKey> keys)
    {
        ReceiptKeys[] pairs = [.. from ledger in keys
                                  from receipts in keys
                                  where receipts.Name == ledger.Name + ReceiptFile.KeySuffix
                                  select new ReceiptKeys(receipts, ledger)];
        return pairs.Length == 1 ? pairs[0] : null;
    }
}

/// <summary>What a check came to.</summary>
/// <param name="Receipt">The content; null where it is not in its form. Believe it only if all holds.</param>
/// <param name="Entry">The ledger's entry; likewise.</param>
/// <param name="Index">Where it stands in the ledger.</param>
/// <param name="Findings">All that does not fit.</param>
public sealed record ReceiptReport(
    Receipt? Receipt, EntryBody? Entry, long? Index, IReadOnlyList<ReceiptFinding> Findings)
{
    /// <summary>Everything fits.</summary>
    public bool Holds => Findings.Count == 0;
}

/// <summary>Checks a receipt with two public keys and nothing else: neither a server nor a network.</summary>
public sealed class ReceiptCheck
{
    private readonly List<ReceiptFinding> _findings = [];
    private Receipt? _receipt;
    private EntryBody? _entry;
    private TlogProof? _proof;

    private readonly IReadOnlyCollection<VerifierKey> _witnesses;
    private readonly int _quorum;

    private ReceiptCheck(IReadOnlyCollection<VerifierKey> witnesses, int quorum) =>
        (_witnesses, _quorum) = (witnesses, quorum);

    /// <summary>As below, without witnesses.</summary>
    public static ReceiptReport Check(ReadOnlyMemory<byte> file, ReceiptKeys keys) => Check(file, keys, [], 0);

    /// <summary>Checks a file, every part for itself and against the others, so that what was changed is
    /// named.</summary>
    /// <param name="file">The receipt's file.</param>
    /// <param name="keys">The installation's.</param>
    /// <param name="witnesses">Whose cosignatures count.</param>
    /// <param name="quorum">How many of them the checkpoint must have.</param>
    public static ReceiptReport Check(ReadOnlyMemory<byte> file, ReceiptKeys keys,
        IReadOnlyCollection<VerifierKey> witnesses, int quorum)
    {
        ReceiptCheck check = new(witnesses, quorum);
        if (file.Length > SignedNote.NoteBytesMax)
        {
            return new(null, null, null, [new("file", "it is longer than a receipt can be")]);
        }

        check.CheckSignature(file.Span, keys.Receipts);
        if (ReceiptFile.Cut(file) is { } parts)
        {
            check.CheckParts(parts, keys.Ledger);
        }
        else
        {
            check.Find("file", "it has not the parts of a receipt");
        }

        return new(check._receipt, check._entry, check._proof?.Index, check._findings);
    }

    /// <summary>Compares pages with those of a receipt, by their pels.</summary>
    /// <param name="receipt">Of a check that holds.</param>
    /// <param name="pages">The fax's pages, from its first; those that were not confirmed are of no account.</param>
    public static IReadOnlyList<ReceiptFinding> ComparePages(Receipt receipt, IReadOnlyList<EncodedPage> pages)
    {
        List<ReceiptFinding> findings = [];
        foreach (ReceiptPage page in receipt.Pages)
        {
            string place = $"page {page.Number}";
            if (page.Number > pages.Count)
            {
                findings.Add(new(place, $"the file has {pages.Count} pages"));
            }
            else if (Convert.ToBase64String(PageRowsHash.Of(pages[page.Number - 1])) != page.Sha256)
            {
                findings.Add(new(place, "it is not the page that was sent"));
            }
        }

        if (pages.Count > receipt.PageCount)
        {
            findings.Add(new($"page {receipt.PageCount + 1}", $"the fax has {receipt.PageCount} pages"));
        }

        return findings;
    }

    private void CheckSignature(ReadOnlySpan<byte> file, VerifierKey key)
    {
        if (!SignedNote.TryParse(file, out SignedNote? note, out string reason)
            || !note!.IsSignedBy(key, out reason))
        {
            Find("signature", reason);
        }
        else if (!note.ToBytes().AsSpan().SequenceEqual(file) || note.Signatures.Count != 1)
        {
            // signed-note lets a note carry lines of others. Nobody else signs receipts.
            Find("signature", "there is something beside it");
        }
    }

    private void CheckParts(ReceiptFile parts, VerifierKey ledger)
    {
        if (!parts.Header.Span.SequenceEqual(Encoding.ASCII.GetBytes(ReceiptFile.Magic)))
        {
            Find("header", $"it is not {ReceiptFile.Magic}");
        }

        if (!ReceiptJson.TryDecode(parts.Content, out _receipt))
        {
            Find("content", "it is not in its form");
        }

        if (!EntryBodyJson.TryDecode(parts.Entry.Span, out _entry, out _))
        {
            Find("entry", "it is not in its form");
        }
        else if (_entry!.Act != LedgerAct.Sent)
        {
            Find("entry", "it does not tell that a fax was sent");
        }
        else
        {
            CheckName(parts.Content.Span, _entry);
        }

        byte[]? salt = SaltOf(parts.Salt.Span);
        CheckProof(parts.Proof.Span, ledger);
        if (salt is not null && _proof?.Extra is { } leaf)
        {
            CheckCommitment(leaf, salt, parts.Entry.Span);
        }
    }

    private void CheckName(ReadOnlySpan<byte> content, EntryBody entry)
    {
        if (!entry.What.Shown.SequenceEqual([ReceiptFile.NameOf(content)]))
        {
            Find("content", "it is not the one that the ledger's entry names");
        }
        else if (_receipt is { } receipt && entry.What.Fax != receipt.Fax.ToString())
        {
            Find("entry", "it is about another fax");
        }
    }

    private byte[]? SaltOf(ReadOnlySpan<byte> text)
    {
        byte[] salt = new byte[EntryContent.SaltBytes];
        string base64 = Encoding.Latin1.GetString(text);
        if (Convert.TryFromBase64String(base64, salt, out int count) && count == salt.Length
            && Convert.ToBase64String(salt) == base64)
        {
            return salt;
        }

        Find("salt", $"it is not base64 of {EntryContent.SaltBytes} bytes");
        return null;
    }

    private void CheckProof(ReadOnlySpan<byte> bytes, VerifierKey ledger)
    {
        if (!TlogProof.TryParse(bytes, out _proof, out string reason))
        {
            Find("proof", reason);
        }
        else if (!_proof!.ToBytes().AsSpan().SequenceEqual(bytes))
        {
            Find("proof", "it is not in its form");
        }
        else if (_proof.Extra is not { } leaf)
        {
            Find("proof", "it does not carry its entry");
        }
        else if (!_proof.Shows(leaf, ledger, _witnesses, _quorum, out reason))
        {
            Find("proof", reason);
        }
    }

    private void CheckCommitment(byte[] leaf, byte[] salt, ReadOnlySpan<byte> entry)
    {
        if (!EntryEnvelope.TryDecode(leaf, out EntryEnvelope? envelope, out string reason))
        {
            Find("proof", $"what it carries is no entry of a ledger: {reason}");
        }
        else if (!EntryContent.Fits(envelope!, salt, entry))
        {
            Find("entry", "entry and salt are not what the ledger's leaf commits to");
        }
    }

    private void Find(string place, string reason) => _findings.Add(new(place, reason));
}
