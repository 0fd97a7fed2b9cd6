// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Notes;

/// <summary>Hashes of a proof as lines of base64.</summary>
internal static class ProofLines
{
    public static bool TryParse(IReadOnlyCollection<string> lines, out List<TreeHash> hashes, out string reason)
    {
        hashes = [];
        if (lines.Count > ProofCheck.HashesMax)
        {
            reason = $"over {ProofCheck.HashesMax} proof lines";
            return false;
        }
        foreach (string line in lines)
        {
            if (!TreeHash.TryParse(line, out TreeHash hash))
            {
                reason = $"proof line {hashes.Count + 1} is no hash";
                return false;
            }
            hashes.Add(hash);
        }
        reason = "";
        return true;
    }
}
