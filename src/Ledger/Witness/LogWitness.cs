// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Durable;
using Hermetic.Ledger.Notes;

namespace Hermetic.Ledger.Witness;

// What a witness keeps: one file a log, ID/checkpoint with ID the hex SHA-256 of the origin, holding the signed
// checkpoint that it cosigned last. It is durable before the cosignature leaves. A file that is there and cannot be
// read as a checkpoint of its log stops the witness for that log: forgetting would let the log fork.
//
// A state that this process did not write itself, or whose write failed, may be in the system's memory only
// (IDurableFiles.cs, failure mode 3): it is written anew before anything is cosigned on its strength.
//
// Failure modes: a witness restored from an old backup cosigns a fork that is newer than the backup. Nothing in the
// file can show that; do not restore a witness, give it a new key.

/// <summary>A witness: remembers of each log that it knows the tree that it cosigned last, durably.</summary>
public sealed class LogWitness : IDisposable
{
    private readonly IDurableFiles _files;
    private readonly NoteSigner _signer;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, VerifierKey> _logs;
    private readonly IDisposable _only;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _durable = new(StringComparer.Ordinal); // origins whose state we wrote last

    /// <param name="files">A folder of the witness's own.</param>
    /// <param name="signer">Its key, of type cosignature.</param>
    /// <param name="logs">The logs that it knows: each key's name is the origin.</param>
    /// <param name="time">For the time in the cosignature.</param>
    public LogWitness(IDurableFiles files, NoteSigner signer, IEnumerable<VerifierKey> logs, TimeProvider time)
    {
        (_files, _signer, _time) = (files, signer, time);
        _logs = logs.ToDictionary(log => log.Name, StringComparer.Ordinal);
        _only = files.Lock("lock");
        files.SweepOrphans("");
    }

    /// <summary>Answers an add-checkpoint request. One at a time: the comparison with the last tree and its
    /// replacement are one step (tlog-witness §add-checkpoint).</summary>
    /// <exception cref="DurableException">The new state could not be kept; nothing was cosigned.</exception>
    public WitnessAnswer Answer(ReadOnlySpan<byte> body)
    {
        if (!AddCheckpoint.TryParse(body, out AddCheckpoint? request, out string reason)
            || !SignedNote.TryParse(request!.Note, out SignedNote? note, out reason)
            || !Checkpoint.TryParse(note!.Text, out Checkpoint? claimed, out reason))
        {
            return new WitnessAnswer(WitnessStatus.BadRequest, reason + "\n");
        }
        if (!_logs.TryGetValue(claimed!.Origin, out VerifierKey? log))
        {
            return new WitnessAnswer(WitnessStatus.UnknownLog, "this witness does not know the log\n");
        }
        lock (_gate)
        {
            WitnessedTree known = Known(log);
            if (WitnessRule.Refuse(request, log, known, out SignedCheckpoint? checkpoint) is { } refusal)
            {
                return refusal;
            }
            if (checkpoint!.Checkpoint.Size != known.Size || !_durable.Contains(log.Name))
            {
                _durable.Remove(log.Name);
                _files.EnsureFolder(Folder(log));
                _files.Replace(Place(log), checkpoint.Note.ToBytes());
                _durable.Add(log.Name);
            }
            NoteSignature line = _signer.Cosign(checkpoint.Note.Text, _time.GetUtcNow());
            return new WitnessAnswer(WitnessStatus.Cosigned, line.ToLine());
        }
    }

    /// <summary>What this witness cosigned last of a log.</summary>
    public WitnessedTree Known(VerifierKey log)
    {
        byte[]? bytes = _files.ReadAll(Place(log), SignedNote.NoteBytesMax);
        if (bytes is null)
        {
            return WitnessedTree.None;
        }
        return Checkpoint.TryOpen(bytes, log, out SignedCheckpoint? last, out string reason)
            ? new WitnessedTree(last!.Checkpoint.Size, last.Checkpoint.Root)
            : throw new InvalidDataException($"{Place(log)}: {reason}; this witness must not go on for this log");
    }

    public void Dispose() => _only.Dispose();

    private static string Folder(VerifierKey log) =>
        Convert.ToHexStringLower(SHA256.HashData(NoteText.Encode(log.Name)));

    private static string Place(VerifierKey log) => $"{Folder(log)}/checkpoint";
}
