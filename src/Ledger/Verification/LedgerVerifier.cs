// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
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

/// <summary>Checks a log's folder, or a copy of it, with nothing but the log's public key.</summary>
public sealed class LedgerVerifier
{
    private readonly IDurableFiles _files;
    private readonly List<VerifyFinding> _findings = [];
    private readonly TreeSum _fromEntries = new();
    private readonly TreeSum _fromTiles = new();
    private readonly List<VerifyFinding> _differing = [];
    private readonly List<VerifyFinding> _unfitTiles = [];
    private TreeHash? _rootThen;

    private LedgerVerifier(IDurableFiles files) => _files = files;

    /// <summary>Checks the checkpoint's signature, every entry and every tile under it, and, with
    /// <paramref name="since"/>, that the tree continues that older signed checkpoint.</summary>
    public static VerifyReport Verify(IDurableFiles files, VerifierKey key, byte[]? since = null)
    {
        byte[]? bytes = files.ReadAll("checkpoint", SignedNote.NoteBytesMax);
        string reason = "is missing";
        if (bytes is null || !Checkpoint.TryOpen(bytes, key, out SignedCheckpoint? checkpoint, out reason))
        {
            return new VerifyReport(null, [new VerifyFinding("checkpoint", null, reason)]);
        }
        SignedCheckpoint? older = null;
        if (since is not null && !Checkpoint.TryOpen(since, key, out older, out reason))
        {
            return new VerifyReport(checkpoint, [new VerifyFinding("older checkpoint", null, reason)]);
        }
        return new LedgerVerifier(files).Run(checkpoint!, older?.Checkpoint);
    }

    private VerifyReport Run(SignedCheckpoint checkpoint, Checkpoint? older)
    {
        Checkpoint head = checkpoint.Checkpoint;
        for (long index = 0; TileLayout.At(head.Size, 0, index) is { } tile; index++)
        {
            AddLeaves(tile, older?.Size ?? -1);
        }
        if (older?.Size == 0)
        {
            _rootThen = TreeHash.Empty;
        }
        Judge(head);
        CheckOther(head.Size);
        if (older is not null && (older.Size > head.Size || _rootThen != older.Root))
        {
            _findings.Add(new VerifyFinding(
                "older checkpoint", null, $"the tree of {head.Size} does not continue the one of {older.Size}"));
        }
        return new VerifyReport(checkpoint, [.. _findings.Take(VerifyReport.FindingsMax)]);
    }

    private void AddLeaves(TileId tile, long sizeThen)
    {
        TileFolder folder = new(_files);
        TileId bundle = tile with { Level = TileId.EntriesLevel };
        long start = tile.Index * TileId.FullWidth;
        TreeHash[]? hashes = HashTile.Parse(folder.Read(tile), tile.Width);
        if (hashes is null)
        {
            _unfitTiles.Add(new VerifyFinding(tile.Path, null, "is missing or has not its length"));
        }
        byte[]? bytes = folder.Read(bundle);
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
            if (_fromEntries.Size == sizeThen)
            {
                _rootThen = _fromEntries.Root();
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
        TileFolder folder = new(_files);
        foreach (TileId tile in Upper(head.Size))
        {
            TreeHash[]? hashes = HashTile.Parse(folder.Read(tile), tile.Width);
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
        TileFolder folder = new(_files);
        foreach (string path in _files.Exists("tile") ? Walk("tile") : [])
        {
            if (path.EndsWith(DurableWrites.PartSuffix, StringComparison.Ordinal))
            {
                continue;
            }
            if (!TileId.TryParse(path, out TileId tile))
            {
                _findings.Add(new VerifyFinding(path, null, "this is no tile's name"));
            }
            else if (TileLayout.At(size, tile.Level, tile.Index) is { } today && tile.Width < today.Width
                && folder.Read(tile) is { } old && folder.Read(today) is { } now && !now.AsSpan().StartsWith(old))
            {
                _findings.Add(new VerifyFinding(path, null, "it is not the beginning of the tile of today"));
            }
            else if (TileLayout.At(size, tile.Level, tile.Index) is { } wider && tile.Width < wider.Width
                && folder.Read(tile)!.Length != Expected(folder, tile, wider))
            {
                _findings.Add(new VerifyFinding(path, null, "it has not its length"));
            }
        }
    }

    private static int Expected(TileFolder folder, TileId tile, TileId wider) => !tile.IsEntries
        ? tile.Width * TreeHash.Bytes
        : folder.Read(wider) is { } now ? EntryBundle.Cut(now, tile.Width)?.Length ?? -1 : -1;

    private IEnumerable<string> Walk(string folder) => _files.List(folder).SelectMany(entry => entry.IsFolder
        ? Walk(DurablePath.Join(folder, entry.Name))
        : [DurablePath.Join(folder, entry.Name)]);
}
