// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tiles;

namespace Hermetic.Cli.Verify;

/// <summary>`hermetic verify proof FILE`: needs neither the ledger nor a network.</summary>
internal sealed class VerifyProofCommand(
    string file, string? entryFile, VerifyTrust trust, TextWriter output, TextWriter error)
{
    /// <summary>Our limit: the head with the largest extra data in base64, and the largest note.</summary>
    private const int ProofBytesMax = (2 * TlogProof.ExtraBytesMax) + SignedNote.NoteBytesMax;

    public int Run()
    {
        byte[]? bytes = Read(file, ProofBytesMax);
        byte[]? entry = entryFile is null ? null : Read(entryFile, EntryBundle.EntryBytesMax);
        if (bytes is null || (entry is null && entryFile is not null))
        {
            return VerifyExit.CannotRead;
        }
        if (!TlogProof.TryParse(bytes, out TlogProof? proof, out string reason))
        {
            return Say(false, $"this is no proof: {reason}", null);
        }
        if ((entry ?? proof!.Extra) is not { } leaf)
        {
            error.WriteLine("hermetic verify proof: the proof does not carry its entry. Give it with --entry");
            return VerifyExit.Usage;
        }
        bool fits = proof!.Shows(leaf, trust.Key!, trust.Witnesses, trust.Quorum, out reason);
        return Say(fits, fits ? $"entry {proof.Index} is in the ledger of {trust.Key!.Name}" : reason, proof.Index);
    }

    private int Say(bool fits, string words, long? index)
    {
        if (trust.Json)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new Dictionary<string, object?> { ["fits"] = fits, ["index"] = index, ["reason"] = words }));
        }
        else
        {
            output.WriteLine($"{(fits ? "fits" : "DOES NOT FIT")}: {words}");
        }
        return fits ? VerifyExit.Fits : VerifyExit.DoesNotFit;
    }

    private byte[]? Read(string path, int bytesMax)
    {
        try
        {
            if (new FileInfo(path).Length <= bytesMax)
            {
                return File.ReadAllBytes(path);
            }
            error.WriteLine($"hermetic verify proof: {path} is longer than a proof or an entry can be");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"hermetic verify proof: it can't be read: {e.Message}");
        }
        return null;
    }
}
