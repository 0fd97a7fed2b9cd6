// SPDX-License-Identifier: Apache-2.0
using Hermetic.Cli.Demo.House;
using Hermetic.Cli.Verify;

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

        string entries = Path.Combine(copy, "tile", "entries");
        string bundle = Directory.EnumerateFiles(entries, "*", SearchOption.AllDirectories)
            .MaxBy(path => new FileInfo(path).Length)
            ?? throw new DemoException("the ledger has no entries");
        byte[] bytes = await File.ReadAllBytesAsync(bundle, cancellation);
        int at = bytes.Length / 2;
        bytes[at] ^= 1;
        await File.WriteAllBytesAsync(bundle, bytes, cancellation);
        (int changed, string named) = Verify(copy, tour, cancellation);
        Require(changed == VerifyExit.DoesNotFit && named.Contains("the first entry that does not fit is ",
            StringComparison.Ordinal), $"the change was not named: {named}");
        return
        [
            $"before: {fits}",
            $"changed one bit of byte {at} of {Path.GetRelativePath(copy, bundle)}, in a copy",
            .. named.Split('\n').Select(line => $"hermetic verify: {line}"),
        ];
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
