// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Witness;

/// <summary>The answers that the protocol knows, by their HTTP status (C2SP tlog-witness §add-checkpoint).</summary>
public enum WitnessStatus
{
    /// <summary>Cosigned; the body has the cosignature.</summary>
    Cosigned = 200,

    /// <summary>The request cannot be read, or its old size is above the checkpoint's.</summary>
    BadRequest = 400,

    /// <summary>No signature by the log's key.</summary>
    Forbidden = 403,

    /// <summary>A log that this witness does not know.</summary>
    UnknownLog = 404,

    /// <summary>The old size is not the one cosigned last (the body has that one), or the same size has another root:
    /// a fork.</summary>
    Conflict = 409,

    /// <summary>The consistency proof does not hold: perhaps a fork.</summary>
    Unprocessable = 422,
}

/// <summary>What a witness answers.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body; for a conflict of type <see cref="SizeContentType"/>.</param>
public sealed record WitnessAnswer(WitnessStatus Status, string Body)
{
    /// <summary>Content type of a conflict's body.</summary>
    public const string SizeContentType = "text/x.tlog.size";
}

/// <summary>What a witness remembers of a log: the tree that it cosigned last.</summary>
public sealed record WitnessedTree(long Size, TreeHash Root)
{
    /// <summary>Of a log that it never cosigned.</summary>
    public static readonly WitnessedTree None = new(0, TreeHash.Empty);
}

/// <summary>When a witness cosigns: only a tree that continues the one that it cosigned last, and never two trees of
/// one size. Pure; <see cref="LogWitness"/> keeps what it says.</summary>
public static class WitnessRule
{
    /// <summary>Decides on a request for a known log. <paramref name="checkpoint"/> is what to cosign and remember when
    /// the refusal that comes back is null.</summary>
    public static WitnessAnswer? Refuse(
        AddCheckpoint request, VerifierKey log, WitnessedTree known, out SignedCheckpoint? checkpoint)
    {
        if (!Notes.Checkpoint.TryOpen(request.Note, log, out checkpoint, out string reason))
        {
            return new WitnessAnswer(WitnessStatus.Forbidden, reason + "\n");
        }
        Checkpoint tree = checkpoint!.Checkpoint;
        if (request.OldSize > tree.Size)
        {
            return new WitnessAnswer(WitnessStatus.BadRequest, "the old size is above the checkpoint's\n");
        }
        if (request.OldSize != known.Size || (tree.Size == known.Size && tree.Root != known.Root))
        {
            return new WitnessAnswer(
                WitnessStatus.Conflict, string.Create(CultureInfo.InvariantCulture, $"{known.Size}\n"));
        }
        return ProofCheck.Consistency(known.Size, known.Root, tree.Size, tree.Root, request.Proof)
            ? null
            : new WitnessAnswer(WitnessStatus.Unprocessable, "the consistency proof does not hold\n");
    }
}
