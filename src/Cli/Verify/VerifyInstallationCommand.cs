// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Checking;
using Hermetic.Server.Hosting;
using Hermetic.Vault.Keys;

namespace Hermetic.Cli.Verify;

/// <summary>`hermetic verify installation`: what does not fit and the verdict on standard output, progress on standard
/// error.</summary>
internal sealed class VerifyInstallationCommand(
    string path, bool json, string account, TimeProvider time, TextWriter output, TextWriter error)
{
    private const string Name = "hermetic verify installation";

    /// <summary>Our choice: often enough to see that it goes on.</summary>
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(2);

    private DateTimeOffset _said = time.GetUtcNow();

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (Configured.Read(Name, path, error) is not { } settings)
        {
            return VerifyExit.Usage;
        }

        // A dump of this process would hold pages and keys in the clear (P1).
        ProcessDumps.Forbid();
        try
        {
            CheckReport report = await InstallationVerifier.VerifyAsync(
                settings, account, time, Progress, cancellation);
            Report(report);
            return report.Holds ? VerifyExit.Fits : VerifyExit.DoesNotFit;
        }
        catch (Exception failure) when (Configured.Explains(failure))
        {
            error.WriteLine($"{Name}: {failure.Message}.");
            return VerifyExit.CannotRead;
        }
    }

    private void Report(CheckReport report)
    {
        if (json)
        {
            WriteJson(report);
            return;
        }

        foreach (CheckFinding finding in report.Findings)
        {
            output.WriteLine(finding);
        }

        CheckCounts counts = report.Counts;
        string destroyed = counts.Destroyed == 0 ? "" : $"; {counts.Destroyed} of them can't be opened by anybody any "
            + "more, because their keys were destroyed";
        output.WriteLine(report.Holds
            ? $"fits: {counts.Keys} key epochs, {counts.Entries} ledger entries, {counts.Pages} pages, "
                + $"{counts.Columns} sealed columns{destroyed}"
            : $"DOES NOT FIT: {report.Findings.Count} {(report.Findings.Count == 1 ? "thing" : "things")}");
    }

    private void WriteJson(CheckReport report)
    {
        JsonLine.Write(output, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("fits", report.Holds);
            writer.WriteNumber("keyEpochs", report.Counts.Keys);
            writer.WriteNumber("entries", report.Counts.Entries);
            writer.WriteNumber("pages", report.Counts.Pages);
            writer.WriteNumber("columns", report.Counts.Columns);
            writer.WriteNumber("destroyed", report.Counts.Destroyed);
            writer.WriteStartArray("findings");
            foreach (CheckFinding finding in report.Findings)
            {
                writer.WriteStartObject();
                writer.WriteString("place", finding.Place);
                writer.WriteString("reason", finding.Reason);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private void Progress(string done)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (now - _said >= ProgressInterval)
        {
            _said = now;
            error.WriteLine(done);
        }
    }
}
