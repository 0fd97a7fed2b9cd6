// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Ledger.Notes;
using Hermetic.Server.Features.Receipts;

namespace Hermetic.Cli.Verify;

/// <summary>`hermetic verify receipt FILE`: needs neither the server nor a network.</summary>
internal sealed class VerifyReceiptCommand(
    string file, string? pages, IReadOnlyCollection<VerifierKey> keys, VerifyTrust trust, TextWriter output,
    TextWriter error)
{
    private const string Name = "hermetic verify receipt";

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (ReceiptKeys.PairOf(keys) is not { } pair)
        {
            error.WriteLine($"{Name}: give --key twice: the ledger's key ORIGIN+… and the key of its receipts, "
                + $"ORIGIN{ReceiptFile.KeySuffix}+…. Ask for them where the server is run");
            return VerifyExit.Usage;
        }

        if (await ReadAsync(cancellation) is not { } bytes)
        {
            return VerifyExit.CannotRead;
        }

        ReceiptReport report = ReceiptCheck.Check(bytes, pair, trust.Witnesses, trust.Quorum);
        List<ReceiptFinding> findings = [.. report.Findings];
        if (pages is not null && report.Receipt is { } receipt)
        {
            DocumentOutcome tiff = await FaxDocument.OpenAsync([pages], new DocumentOptions(), cancellation);
            if (tiff.Document is null)
            {
                error.WriteLine($"{Name}: {pages}: {tiff.Refusal}");
                return VerifyExit.CannotRead;
            }

            findings.AddRange(ReceiptCheck.ComparePages(receipt, tiff.Document.Pages));
        }

        return Say(report, findings, pair);
    }

    private async Task<byte[]?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            if (new FileInfo(file).Length <= SignedNote.NoteBytesMax)
            {
                return await File.ReadAllBytesAsync(file, cancellation);
            }

            error.WriteLine($"{Name}: {file} is longer than a receipt can be");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"{Name}: it can't be read: {e.Message}");
        }

        return null;
    }

    private int Say(ReceiptReport report, List<ReceiptFinding> findings, ReceiptKeys pair)
    {
        bool fits = findings.Count == 0;
        if (trust.Json)
        {
            WriteJson(report, findings, fits);
            return fits ? VerifyExit.Fits : VerifyExit.DoesNotFit;
        }

        findings.ForEach(finding => output.WriteLine(finding));
        Receipt? receipt = report.Receipt;
        string seen = pages is null ? "" : ", and its pages are those that were sent";
        output.WriteLine(fits
            ? $"fits: fax {receipt!.Fax}, {receipt.Pages.Count} of {receipt.PageCount} pages confirmed, entry "
                + $"{report.Index} of the ledger of {pair.Ledger.Name}{seen}"
            : $"DOES NOT FIT: {string.Join(", ", findings.Select(finding => finding.Place).Distinct())}");
        return fits ? VerifyExit.Fits : VerifyExit.DoesNotFit;
    }

    private void WriteJson(ReceiptReport report, List<ReceiptFinding> findings, bool fits)
    {
        JsonLine.Write(output, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("fits", fits);
            if (fits)
            {
                writer.WriteString("fax", report.Receipt!.Fax);
                writer.WriteString("result", report.Receipt.Result.ToString());
                writer.WriteNumber("pagesConfirmed", report.Receipt.Pages.Count);
                writer.WriteNumber("pageCount", report.Receipt.PageCount);
                writer.WriteNumber("index", report.Index!.Value);
                writer.WriteBoolean("pagesCompared", pages is not null);
            }

            writer.WriteStartArray("findings");
            foreach (ReceiptFinding finding in findings)
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
}
