// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Server.Features.Receipts;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers;

namespace Hermetic.Server.Tests.Receipts;

/// <summary>Files for programs that we did not write, or wrote in another language from the documents alone.</summary>
internal sealed class PeerFiles : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("hermetic-receipts-").FullName;
    private int _names;

    /// <param name="pages">Lie there raw, by their numbers.</param>
    public PeerFiles(IReadOnlyList<PageBitmap> pages)
    {
        for (int i = 0; i < pages.Count; i++)
        {
            File.WriteAllBytes(Path.Combine(_folder, $"{i + 1}.raw"), pages[i].Bits);
        }
    }

    public string Save(byte[] bytes)
    {
        string path = Path.Combine(_folder, (++_names).ToString("D3", CultureInfo.InvariantCulture) + ".receipt");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>What the independent verifier says of each receipt.</summary>
    public async Task<string[]> PeerAsync(ReceiptKeys keys, string[] files)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Receipts", "verify_receipt.py");
        await using PeerProcess peer = PeerProcess.Start(
            "python3", [script, keys.Receipts.ToString(), keys.Ledger.ToString(), _folder, .. files]);
        await peer.WaitForExitAsync(Patience);

        // The shell that keeps the child says a line of its own.
        string[] said = [.. peer.Output.Where(line => line.StartsWith("ok ", StringComparison.Ordinal)
            || line.StartsWith("bad ", StringComparison.Ordinal))];
        Assert.True(said.Length == files.Length, peer.Describe($"said {said.Length} of {files.Length} lines"));
        return said;
    }

    /// <summary>The words of a PDF, by poppler.</summary>
    public async Task<string> TextOfAsync(byte[] pdf)
    {
        await using PeerProcess peer = PeerProcess.Start("pdftotext", ["-layout", Save(pdf), "-"]);
        await peer.WaitForExitAsync(Patience);
        return string.Join('\n', peer.Output);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
