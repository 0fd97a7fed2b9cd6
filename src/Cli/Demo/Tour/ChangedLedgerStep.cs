// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Hermetic.Cli.Demo.House;
using Hermetic.Cli.Verify;
using Hermetic.Ledger.Tiles;

namespace Hermetic.Cli.Demo.Tour;

/// <summary>10: one byte of the ledger is changed.</summary>
internal sealed class ChangedLedgerStep : TourStep
{
    private const string CopyName = "ledger-changed";

    public override string Title => "Change one byte of the ledger: verify names it";

    public override IReadOnlyList<string> ByHand(DemoHouse house) =>
    [
        $"After Ctrl-C: cp -r {house.Folder.Ledger} {house.Folder.In(CopyName)}, change a byte of a file under its "
            + $"tile/entries, then ./hermetic verify {house.Folder.In(CopyName)} --key {house.LedgerKey}",
    ];

    public override async Task<IReadOnlyList<string>> LookAsync(TourState tour, CancellationToken cancellation)
    {
        string copy = tour.House.Folder.In(CopyName);
        CopyAll(tour.House.Folder.Ledger, copy);
        (int whole, string fits) = Verify(copy, tour, cancellation);
        Require(whole == VerifyExit.Fits, $"the ledger does not fit before anything was changed: {fits}");

        (string bundle, byte[] bytes) = Bundle(copy, tour.Entry);
        bytes[MiddleOf(bytes, tour.Entry % TileId.FullWidth)] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(copy, bundle), bytes, cancellation);
        (int changed, string said) = Verify(copy, tour, cancellation);
        string[] named = said.Split('\n');
        Require(changed == VerifyExit.DoesNotFit && named[0].StartsWith($"{bundle}, entry {tour.Entry}: ",
            StringComparison.Ordinal) && named[^1].EndsWith($" is {tour.Entry}", StringComparison.Ordinal),
            $"the change was not named: {said}");
        return
        [
            $"before: {fits}",
            $"changed one bit of entry {tour.Entry}, which told who saw the fax, in {bundle} of a copy",
            $"hermetic verify: {named[0]}",
            $"hermetic verify: {named[^1]}",
        ];
    }

    // The newest bundle that holds an entry: a tree that grew has the older ones beside it.
    private static (string Path, byte[] Bytes) Bundle(string ledger, long entry)
    {
        TileId newest = Directory.EnumerateFiles(ledger, "*", SearchOption.AllDirectories)
            .Select(path => TileId.TryParse(Path.GetRelativePath(ledger, path), out TileId tile) ? tile : default)
            .Where(tile => tile.IsEntries && tile.Index == entry / TileId.FullWidth)
            .DefaultIfEmpty()
            .MaxBy(tile => tile.Width);
        Require(newest.Width > entry % TileId.FullWidth, "the ledger's entry is in no bundle");
        return (newest.Path, File.ReadAllBytes(Path.Combine(ledger, newest.Path)));
    }

    // C2SP tlog-tiles, "Entry bundles": each entry behind its length in two bytes.
    private static int MiddleOf(ReadOnlySpan<byte> bundle, long place)
    {
        int at = 0;
        for (long i = 0; i < place; i++)
        {
            at += sizeof(ushort) + BinaryPrimitives.ReadUInt16BigEndian(bundle[at..]);
        }

        return at + sizeof(ushort) + (BinaryPrimitives.ReadUInt16BigEndian(bundle[at..]) / 2);
    }

    private static (int Exit, string Said) Verify(string ledger, TourState tour, CancellationToken cancellation)
    {
        using StringWriter said = new();
        int exit = new VerifyCommand(ledger, null, new VerifyTrust { Key = tour.Key }, TimeProvider.System, said, said)
            .Run(cancellation);
        return (exit, said.ToString().Trim());
    }

    private static void CopyAll(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
    }
}
