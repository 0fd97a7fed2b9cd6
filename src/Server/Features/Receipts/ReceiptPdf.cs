// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using Hermetic.Documents;
using Hermetic.Documents.Pdf;

namespace Hermetic.Server.Features.Receipts;

/// <summary>A receipt for people. It proves nothing by itself, and says so: what proves is the file, which it names by
/// its hash, and the two keys.</summary>
public static class ReceiptPdf
{
    /// <summary>The PDF of a receipt's file.</summary>
    /// <param name="file">As it was issued.</param>
    /// <param name="keys">The installation's, to be printed for whoever checks.</param>
    /// <returns>The PDF; a refusal when the file does not hold what it says, or can't be drawn.</returns>
    public static (byte[]? Pdf, Refusal? Refusal) Make(ReadOnlyMemory<byte> file, ReceiptKeys keys)
    {
        ReceiptReport report = ReceiptCheck.Check(file, keys);
        if (!report.Holds)
        {
            return (null, new(RefusalCode.Malformed, $"the receipt does not fit: {report.Findings[0]}"));
        }

        Receipt receipt = report.Receipt!;
        List<RecordPart> parts =
        [
            RecordPart.Heading(Words(receipt)),
            new("Fax", receipt.Fax.ToString()),
            .. Station("From", receipt.From),
            .. Station("To", receipt.To),
            new("Handed over", Time(receipt.SubmittedAt)),
            new("Completed", Time(receipt.CompletedAt)),
        ];
        for (int i = 0; i < receipt.Attempts.Count; i++)
        {
            parts.AddRange(Attempt(i + 1, receipt.Attempts[i]));
        }

        if (receipt.Pages.Count > 0)
        {
            parts.Add(RecordPart.Heading("Pages that the other machine confirmed"));
            parts.AddRange(receipt.Pages.SelectMany(Page));
        }

        parts.AddRange(Proof(file.Span, report, keys));
        return RecordPdf.Make("Transmission receipt", parts);
    }

    private static string Words(Receipt receipt) => receipt.Result switch
    {
        ReceiptResult.Sent => Number($"All {receipt.PageCount} pages were sent and confirmed"),
        ReceiptResult.Partial => Number($"{receipt.Pages.Count} of {receipt.PageCount} pages were sent and confirmed"),
        _ => Number($"Not sent: none of {receipt.PageCount} pages was confirmed"),
    };

    private static IEnumerable<RecordPart> Station(string label, ReceiptStation station)
    {
        string name = station.Name.Length > 0 ? $"{station.Name}, " : "";
        yield return new(label, $"{name}{station.Number}");
        yield return new("", station.StationId.Length > 0 ? $"its machine says it is {station.StationId}"
            : "its machine gives no number");
    }

    private static IEnumerable<RecordPart> Page(ReceiptPage page)
    {
        yield return new(Number($"Page {page.Number}"),
            Number($"{page.Resolution}, {page.WidthPels} by {page.Rows} pels, in call {page.Attempt}"));
        yield return new("", $"SHA-256 {page.Sha256}");
    }

    private static IEnumerable<RecordPart> Attempt(int number, ReceiptAttempt attempt)
    {
        yield return RecordPart.Heading(Number($"Call {number}: {attempt.Reason}"));
        yield return new("Began", Number($"{Time(attempt.At)}, for {attempt.DurationMs / 1000.0:F1} s"));
        yield return new("Confirmed", Number($"{attempt.PagesConfirmed} pages"));
        yield return new("Clause", attempt.Clause);
        if (attempt.Rate > 0)
        {
            string ecm = attempt.Ecm ? "with error correction" : "without error correction";
            yield return new("T.30",
                Number($"{attempt.Modulation}, {attempt.Rate} bit/s, {attempt.Compression}, {ecm}"));
            yield return new("", Number(
                $"{attempt.FramesRepeated} frames repeated, {attempt.TrainingFailures} trainings failed"));
        }

        if (attempt.StationId.Length > 0)
        {
            yield return new("Answered as", attempt.StationId);
        }
    }

    private static IEnumerable<RecordPart> Proof(ReadOnlySpan<byte> file, ReceiptReport report, ReceiptKeys keys) =>
    [
        RecordPart.Heading("How to check it"),
        RecordPart.Paragraph("This sheet is for reading. The receipt's file is signed and carries a proof that the "
            + "ledger tells of this transmission. Check the file, with the two keys below from a source that you trust:"
            + " hermetic verify receipt FILE --key KEY --key KEY [--pages FAX.tiff]"),
        new("File's SHA-256", Convert.ToBase64String(SHA256.HashData(file))),
        new("Ledger", Number($"{keys.Ledger.Name}, entry {report.Index}, of {Time(report.Entry!.At)}")),
        new("Receipts' key", keys.Receipts.ToString()),
        new("Ledger's key", keys.Ledger.ToString()),
    ];

    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
