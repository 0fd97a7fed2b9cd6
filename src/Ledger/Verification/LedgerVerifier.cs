// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tiles;
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Verification;

// The signed checkpoint is what we trust. The tree is built up twice, out of the entries and out of the hashes of
// level 0; whichever of the two comes to the checkpoint's root is right, and names what is wrong in the other:
//
//     entries' root fits        every tile is compared with what the entries make
//     only the tiles' fits      the entries whose hash is not the tile's are wrong
//     neither fits              both, or the checkpoint, are of another tree: where they differ is named, and the
//                               checkpoint too
//
// Partial tiles of earlier trees that lie about still have to be the beginning of the tile of today. Tiles beyond the
// checkpoint belong to no tree yet and prove nothing; they are passed over.

/// <summary>Checks a log's folder, or a copy of it, with nothing but the log's public key. The log may be in use: only
/// what the checkpoint covers is looked at.</summary>
public sealed class LedgerVerifier
{
    private const string OlderPlace = "older checkpoint";

    private readonly TileFolder _folder;
    private readonly IDurableFiles _files;
    private readonly CancellationToken _cancellation;
    private readonly Action<long, long>? _progress;
    private readonly List<VerifyFinding> _findings = [];
    private readonly TreeSum _fromEntries = new();
    private readonly TreeSum _fromTiles = new();
    private readonly List<VerifyFinding> _differing = [];
    private readonly List<VerifyFinding> _unfitTiles = [];
    private readonly Dictionary<long, TreeHash> _rootsThen = []; // by size, of the trees that are asked about

    private LedgerVerifier(IDurableFiles files, Action<long, long>? progress, CancellationToken cancellation)
    {
        (_files, _progress, _cancellation) = (files, progress, cancellation);
        _folder = new TileFolder(files);
    }

    /// <summary>Checks the checkpoint's signature, every entry and every tile under it, and, with
    /// <paramref name="since"/>, that the tree continues that older signed checkpoint.</summary>
    /// <param name="files">The log's folder; nothing is written.</param>
    /// <param name="key">The log's public key.</param>
    /// <param name="since">An older checkpoint, from wherever it was kept.</param>
    /// <param name="progress">Told how many entries of how many are done, a bundle at a time.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="DurableException">Something is there and cannot be read: nothing is known of it.</exception>
    public static VerifyReport Verify(IDurableFiles files, VerifierKey key, byte[]? since = null,
        Action<long, long>? progress = null, CancellationToken cancellation = default)
    {
        SignedCheckpoint? older = null, cosigned = null;
        string reason = "is missing";
        if (files.ReadAll("checkpoint", SignedNote.NoteBytesMax) is not { } bytes
            || !Checkpoint.TryOpen(bytes, key, out SignedCheckpoint? checkpoint, out reason))
        {
            return new VerifyReport(null, [new VerifyFinding("checkpoint", null, reason)]);
        }
        if (since is not null && !Checkpoint.TryOpen(since, key, out older, out reason))
        {
            return new VerifyReport(checkpoint, [new VerifyFinding(OlderPlace, null, reason)]);
        }
        if (files.ReadAll(LogCore.CosignedPath, SignedNote.NoteBytesMax) is { } seen
            && !Checkpoint.TryOpen(seen, key, out cosigned, out reason))
        {
            return new VerifyReport(checkpoint, [new VerifyFinding(LogCore.CosignedPath, null, reason)]);
        }
        // In a log that is in use the newest of all may just have been cosigned.
        cosigned = cosigned?.Checkpoint.Size > checkpoint!.Checkpoint.Size
            && files.ReadAll("checkpoint", SignedNote.NoteBytesMax) is { } again && !again.AsSpan().SequenceEqual(bytes)
                ? null : cosigned;
        return new LedgerVerifier(files, progress, cancellation).Run(checkpoint, older, cosigned);
    }

    private VerifyReport Run(SignedCheckpoint checkpoint, SignedCheckpoint? older, SignedCheckpoint? cosigned)
    {
        Checkpoint head = checkpoint.Checkpoint;
        _rootsThen[0] = TreeHash.Empty;
        HashSet<long> sizesThen = [.. new[] { older, cosigned }.OfType<SignedCheckpoint>()
            .Select(then => then.Checkpoint.Size)];
        for (long index = 0; TileLayout.At(head.Size, 0, index) is { } tile; index++)
        {
            _cancellation.ThrowIfCancellationRequested();
            AddLeaves(tile, sizesThen);
            _progress?.Invoke(_fromEntries.Size, head.Size);
        }
        Judge(head);
        CheckOther(head.Size);
        Continues(head, older, OlderPlace);
        Continues(head, cosigned, LogCore.CosignedPath);
        return new VerifyReport(checkpoint, [.. _findings.Take(VerifyReport.FindingsMax)]) { Cosigned = cosigned };
    }

    private void Continues(Checkpoint head, SignedCheckpoint? then, string place)
    {
        if (then is not null && (!_rootsThen.TryGetValue(then.Checkpoint.Size, out TreeHash root)
            || root != then.Checkpoint.Root))
        {
            _findings.Add(new VerifyFinding(
                place, null, $"the tree of {head.Size} does not continue the one of {then.Checkpoint.Size}"));
        }
    }

    /// <summary>A file that no tile can be as long as is as wrong as one that is missing.</summary>
    private byte[]? Read(TileId tile)
    {
        try
        {
            return _folder.Read(tile);
        }
        catch (DurableException e) when (e.Fault == DurableFault.TooLong)
        {
            return null;
        }
    }

    private void AddLeaves(TileId tile, HashSet<long> sizesThen)
    {
        TileId bundle = tile with { Level = TileId.EntriesLevel };
        long start = tile.Index * TileId.FullWidth;
        TreeHash[]? hashes = HashTile.Parse(Read(tile), tile.Width);
        if (hashes is null)
        {
            _unfitTiles.Add(new VerifyFinding(tile.Path, null, "is missing or has not its length"));
        }
        byte[]? bytes = Read(bundle);
        string reason = "is missing";
        List<ReadOnlyMemory<byte>> entries = [];
        bool whole = bytes is not null && EntryBundle.TryParse(bytes, tile.Width, out entries, out reason);
        long? differs = null;
        for (int i = 0; i < tile.Width; i++)
        {
            TreeHash? entry = i < entries.Count ? TreeHash.OfLeaf(entries[i].Span) : null;
            if (hashes is not null && entry != hashes[i])
            {
                differs ??= start + i;
            }
            _fromEntries.Add(entry ?? default);
            _fromTiles.Add(hashes?[i] ?? default);
            if (sizesThen.Contains(_fromEntries.Size))
            {
                _rootsThen[_fromEntries.Size] = _fromEntries.Root();
            }
        }
        if (!whole || differs is not null)
        {
            _differing.Add(new VerifyFinding(bundle.Path, differs ?? start + entries.Count,
                whole ? "the entry is not the one whose hash the tree holds" : reason));
        }
    }

    private void Judge(Checkpoint head)
    {
        bool entriesFit = _fromEntries.Root() == head.Root;
        bool tilesFit = _unfitTiles.Count == 0 && _fromTiles.Root() == head.Root;
        if (entriesFit)
        {
            // Where the two differ the tile is wrong; unless all hashes fit, and a bundle has bytes behind its entries.
            _findings.AddRange(_unfitTiles);
            _findings.AddRange(tilesFit ? _differing : _differing.Select(finding => Tile(finding.Entry!.Value)));
        }
        else
        {
            _findings.AddRange(_differing);
            _findings.AddRange(_unfitTiles);
            if (!tilesFit)
            {
                _findings.Add(new VerifyFinding("checkpoint", null, "its root is not that of the tree in the folder"));
            }
        }
        TreeSum truth = entriesFit || !tilesFit ? _fromEntries : _fromTiles;
        foreach (TileId tile in Upper(head.Size))
        {
            TreeHash[]? hashes = HashTile.Parse(Read(tile), tile.Width);
            if (hashes is null || !hashes.AsSpan().SequenceEqual([.. truth.Hashes(tile)]))
            {
                _findings.Add(new VerifyFinding(tile.Path, null,
                    hashes is null ? "is missing or has not its length" : "its hashes are not those of the tree"));
            }
        }

        VerifyFinding Tile(long entry) => new(TileLayout.At(head.Size, 0, entry / TileId.FullWidth)!.Value.Path, null,
            $"its hash of entry {entry} is not that of the entry");
    }

    private static IEnumerable<TileId> Upper(long size) =>
        from level in Enumerable.Range(1, Math.Max(TileLayout.Levels(size) - 1, 0))
        from index in Enumerable.Range(0, (int)((TileLayout.Hashes(size, level) + 255) / TileId.FullWidth))
        select TileLayout.At(size, level, index)!.Value;

    /// <summary>What lies in the tile folder besides the tiles of today's tree.</summary>
    private void CheckOther(long size)
    {
        foreach (string path in _files.Exists("tile") ? Walk("tile") : [])
        {
            _cancellation.ThrowIfCancellationRequested();
            if (path.EndsWith(DurableWrites.PartSuffix, StringComparison.Ordinal))
            {
                continue;
            }
            if (!TileId.TryParse(path, out TileId tile))
            {
                _findings.Add(new VerifyFinding(path, null, "this is no tile's name"));
            }
            else if (TileLayout.At(size, tile.Level, tile.Index) is { } today && tile.Width < today.Width
                && Read(tile) is { } old && Read(today) is { } now && !IsBeginning(old, tile, now))
            {
                _findings.Add(new VerifyFinding(path, null, "it is not the beginning of the tile of today"));
            }
        }
    }

    private static bool IsBeginning(byte[] old, TileId tile, byte[] now)
    {
        int? length = tile.IsEntries ? EntryBundle.Cut(now, tile.Width)?.Length : tile.Width * TreeHash.Bytes;
        return old.Length == length && now.AsSpan().StartsWith(old);
    }

    private IEnumerable<string> Walk(string folder) => List(folder).SelectMany(entry => entry.IsFolder
        ? Walk(DurablePath.Join(folder, entry.Name))
        : [DurablePath.Join(folder, entry.Name)]);

    /// <summary>The log may just have dropped the partial tiles of a full one.</summary>
    private IReadOnlyList<DurableEntry> List(string folder)
    {
        try
        {
            return _files.List(folder);
        }
        catch (DurableException e) when (e.Fault == DurableFault.Missing)
        {
            return [];
        }
    }
}
