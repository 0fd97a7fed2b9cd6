// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Durable;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Verification;

namespace Hermetic.Cli.Verify;

/// <summary>`hermetic verify LEDGER`: the verdict and what does not fit on standard output, progress on standard
/// error.</summary>
internal sealed class VerifyCommand(
    string ledger, string? since, VerifyTrust trust, TimeProvider time, TextWriter output, TextWriter error)
{
    /// <summary>Our choice: often enough to see that it goes on.</summary>
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(2);

    /// <summary>Where a ledger keeps its public key for whoever was given none.</summary>
    private const string OwnKeyPath = "vkey";

    private const string OwnKeyWarning = "taken from the ledger folder itself: proves only that it is whole, not who "
        + "signed it";

    private DateTimeOffset _said = time.GetUtcNow();

    public int Run(CancellationToken cancellation)
    {
        try
        {
            DiskFiles files = new(ledger);
            if (OwnKey(files) is not { } key)
            {
                return VerifyExit.CannotRead;
            }
            byte[]? older = since is null ? null : File.ReadAllBytes(since);
            return Report(LedgerVerifier.Verify(files, key, older, Progress, cancellation), key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"hermetic verify: it can't be read: {e.Message}");
            return VerifyExit.CannotRead;
        }
    }

    private VerifierKey? OwnKey(DiskFiles files)
    {
        if (trust.Key is not null)
        {
            return trust.Key;
        }
        string text = Encoding.UTF8.GetString(files.ReadAll(OwnKeyPath, SignerText.TextBytesMax) ?? []).TrimEnd('\n');
        if (VerifierKey.TryParse(text, out VerifierKey? key, out string reason))
        {
            error.WriteLine($"key: {key} ({OwnKeyWarning})");
            return key;
        }
        error.WriteLine(text.Length == 0
            ? "hermetic verify: no --key, and the folder holds none. Ask for it where the ledger is run"
            : $"hermetic verify: the key in {OwnKeyPath} can't be used: {reason}. Give it with --key");
        return null;
    }

    private int Report(VerifyReport report, VerifierKey key)
    {
        SignedNote? cosigned = (report.Cosigned ?? report.Checkpoint)?.Note;
        int witnessed = Math.Max(Count(report.Checkpoint?.Note), Count(report.Cosigned?.Note));
        bool fits = report.Holds && witnessed >= trust.Quorum;
        if (trust.Json)
        {
            WriteJson(report, key, witnessed, fits);
            return fits ? VerifyExit.Fits : VerifyExit.DoesNotFit;
        }
        foreach (VerifyFinding finding in report.Findings)
        {
            output.WriteLine(finding);
        }
        if (witnessed < trust.Quorum)
        {
            output.WriteLine($"{witnessed} of the witnesses cosigned, {trust.Quorum} are asked for");
        }
        Checkpoint? head = report.Checkpoint?.Checkpoint;
        string tree = head is null ? "" : $" of {head.Size} entries, root {head.Root}";
        string witnesses = trust.Witnesses.Count == 0 || cosigned is null ? "" : $", cosigned by {witnessed}";
        output.WriteLine(fits ? $"fits: the tree{tree}{witnesses}"
            : $"DOES NOT FIT: {(Entry(report) is { } entry ? $"the first entry that does not fit is {entry}" : tree)}");
        return fits ? VerifyExit.Fits : VerifyExit.DoesNotFit;
    }

    private static long? Entry(VerifyReport report) => report.Findings.Min(finding => finding.Entry);

    private int Count(SignedNote? note) =>
        note is null ? 0 : trust.Witnesses.Count(witness => note.IsSignedBy(witness, out _));

    private void WriteJson(VerifyReport report, VerifierKey key, int witnessed, bool fits)
    {
        JsonLine.Write(output, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("fits", fits);
            json.WriteString("key", key.ToString());
            json.WriteBoolean("keyFromUser", trust.Key is not null);
            if (report.Checkpoint?.Checkpoint is { } head)
            {
                json.WriteString("origin", head.Origin);
                json.WriteNumber("size", head.Size);
                json.WriteString("root", head.Root.ToString());
            }
            json.WriteNumber("witnesses", witnessed);
            json.WriteStartArray("findings");
            foreach (VerifyFinding finding in report.Findings)
            {
                json.WriteStartObject();
                json.WriteString("place", finding.Place);
                if (finding.Entry is { } entry)
                {
                    json.WriteNumber("entry", entry);
                }
                json.WriteString("reason", finding.Reason);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private void Progress(long done, long all)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (now - _said >= ProgressInterval)
        {
            _said = now;
            error.WriteLine($"{done} of {all} entries ({100.0 * done / all:F0} %)");
        }
    }
}
