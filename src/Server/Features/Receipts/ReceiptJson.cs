// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Hermetic.Server.Features.Receipts;

/// <summary>A receipt's content in its one form of JSON (docs/formats/receipt.md): fields in a fixed order, no spaces,
/// ASCII with escapes. What would not be written back to the same bytes is not read.</summary>
public static class ReceiptJson
{
    /// <summary>Bytes of the nonce.</summary>
    public const int NonceBytes = 32;

    /// <summary>Our limit on a name, a number or a reason, in UTF-16 units: a line.</summary>
    public const int TextCharsMax = 256;

    /// <summary>Our limit on the pages of one receipt: twice what a fax may have by default (RenderLimits).</summary>
    public const int PagesMax = 1000;

    /// <summary>Our limit on the calls of one receipt: far above what any retry rule allows.</summary>
    public const int AttemptsMax = 200;

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 3 };

    /// <summary>Writes a content; times are cut to milliseconds.</summary>
    /// <exception cref="ArgumentException">A field breaks its limit; the message names the field, not its
    /// value.</exception>
    public static byte[] Encode(Receipt receipt) => Fault(receipt) is { } fault
        ? throw new ArgumentException(fault, nameof(receipt)) : Write(receipt);

    /// <summary>Reads a content; false if it is not in its form.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, out Receipt? receipt)
    {
        receipt = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes, Strict);
            Receipt read = Read(document.RootElement);
            if (Fault(read) is null && Write(read).AsSpan().SequenceEqual(bytes.Span))
            {
                receipt = read;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException or ArgumentException or OverflowException)
        {
            // Not in its form: the answer says so.
        }

        return receipt is not null;
    }

    private static byte[] Write(Receipt receipt)
    {
        ArrayBufferWriter<byte> output = new(1024);
        using Utf8JsonWriter json = new(output);
        json.WriteStartObject();
        json.WriteString("fax", receipt.Fax);
        json.WriteString("result", receipt.Result.ToString());
        WriteStation(json, "from", receipt.From);
        WriteStation(json, "to", receipt.To);
        json.WriteString("submittedAt", TimeOf(receipt.SubmittedAt));
        json.WriteString("completedAt", TimeOf(receipt.CompletedAt));
        json.WriteNumber("pageCount", receipt.PageCount);
        json.WriteStartArray("attempts");
        foreach (ReceiptAttempt attempt in receipt.Attempts)
        {
            WriteAttempt(json, attempt);
        }

        json.WriteEndArray();
        json.WriteStartArray("pages");
        foreach (ReceiptPage page in receipt.Pages)
        {
            WritePage(json, page);
        }

        json.WriteEndArray();
        json.WriteString("nonce", Convert.ToBase64String(receipt.Nonce.Span));
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void WriteStation(Utf8JsonWriter json, string name, ReceiptStation station)
    {
        json.WriteStartObject(name);
        json.WriteString("name", station.Name);
        json.WriteString("number", station.Number);
        json.WriteString("stationId", station.StationId);
        json.WriteEndObject();
    }

    private static void WriteAttempt(Utf8JsonWriter json, ReceiptAttempt attempt)
    {
        json.WriteStartObject();
        json.WriteString("at", TimeOf(attempt.At));
        json.WriteNumber("durationMs", attempt.DurationMs);
        json.WriteString("outcome", attempt.Outcome);
        json.WriteString("reason", attempt.Reason);
        json.WriteString("clause", attempt.Clause);
        json.WriteNumber("pagesConfirmed", attempt.PagesConfirmed);
        json.WriteString("stationId", attempt.StationId);
        json.WriteString("modulation", attempt.Modulation);
        json.WriteNumber("rate", attempt.Rate);
        json.WriteBoolean("ecm", attempt.Ecm);
        json.WriteString("compression", attempt.Compression);
        json.WriteNumber("framesRepeated", attempt.FramesRepeated);
        json.WriteNumber("trainingFailures", attempt.TrainingFailures);
        json.WriteEndObject();
    }

    private static void WritePage(Utf8JsonWriter json, ReceiptPage page)
    {
        json.WriteStartObject();
        json.WriteNumber("number", page.Number);
        json.WriteNumber("attempt", page.Attempt);
        json.WriteString("resolution", page.Resolution);
        json.WriteNumber("widthPels", page.WidthPels);
        json.WriteNumber("rows", page.Rows);
        json.WriteString("sha256", page.Sha256);
        json.WriteEndObject();
    }

    private static Receipt Read(JsonElement root) => new()
    {
        Fax = root.GetProperty("fax").GetGuid(),
        Result = Enum.Parse<ReceiptResult>(Text(root, "result")),
        From = ReadStation(root.GetProperty("from")),
        To = ReadStation(root.GetProperty("to")),
        SubmittedAt = Time(root, "submittedAt"),
        CompletedAt = Time(root, "completedAt"),
        PageCount = Number(root, "pageCount"),
        Attempts = [.. root.GetProperty("attempts").EnumerateArray().Select(ReadAttempt)],
        Pages = [.. root.GetProperty("pages").EnumerateArray().Select(ReadPage)],
        Nonce = Convert.FromBase64String(Text(root, "nonce")),
    };

    private static ReceiptStation ReadStation(JsonElement json) =>
        new(Text(json, "name"), Text(json, "number"), Text(json, "stationId"));

    private static ReceiptAttempt ReadAttempt(JsonElement json) => new()
    {
        At = Time(json, "at"),
        DurationMs = json.GetProperty("durationMs").GetInt64(),
        Outcome = Text(json, "outcome"),
        Reason = Text(json, "reason"),
        Clause = Text(json, "clause"),
        PagesConfirmed = Number(json, "pagesConfirmed"),
        StationId = Text(json, "stationId"),
        Modulation = Text(json, "modulation"),
        Rate = Number(json, "rate"),
        Ecm = json.GetProperty("ecm").GetBoolean(),
        Compression = Text(json, "compression"),
        FramesRepeated = Number(json, "framesRepeated"),
        TrainingFailures = Number(json, "trainingFailures"),
    };

    private static ReceiptPage ReadPage(JsonElement json) => new(Number(json, "number"), Number(json, "attempt"),
        Text(json, "resolution"), Number(json, "widthPels"), Number(json, "rows"), Text(json, "sha256"));

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? "";

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static DateTimeOffset Time(JsonElement json, string name) => DateTimeOffset.ParseExact(
        Text(json, name), TimeFormat, CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static string TimeOf(DateTimeOffset at) =>
        at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static string? Fault(Receipt receipt)
    {
        (string Field, bool Holds)[] rules =
        [
            ("from", Fits(receipt.From)),
            ("to", Fits(receipt.To)),
            ("pageCount", receipt.PageCount is > 0 and <= PagesMax),
            ("attempts", receipt.Attempts.Count is > 0 and <= AttemptsMax && receipt.Attempts.All(Fits)),
            ("pages", receipt.Pages.Count <= receipt.PageCount
                && receipt.Pages.All(page => Fits(page, receipt.Attempts.Count) && page.Number <= receipt.PageCount)
                && receipt.Pages.Zip(receipt.Pages.Skip(1)).All(pair => pair.First.Number < pair.Second.Number)),
            ("result", receipt.Result == ResultOf(receipt)),
            ("nonce", receipt.Nonce.Length == NonceBytes),
        ];
        string? field = Array.Find(rules, rule => !rule.Holds).Field;
        return field is null ? null : $"{field} is missing, too long, or not in its form";
    }

    private static ReceiptResult ResultOf(Receipt receipt) => receipt.Pages.Count == 0 ? ReceiptResult.Failed
        : receipt.Pages.Count < receipt.PageCount ? ReceiptResult.Partial : ReceiptResult.Sent;

    private static bool Fits(ReceiptStation station) =>
        Fits(station.Name) && Fits(station.Number) && Fits(station.StationId);

    private static bool Fits(ReceiptAttempt attempt) => attempt is
    { DurationMs: >= 0, PagesConfirmed: >= 0, Rate: >= 0, FramesRepeated: >= 0, TrainingFailures: >= 0 }
        && Fits(attempt.Outcome) && Fits(attempt.Reason) && Fits(attempt.Clause) && Fits(attempt.StationId)
        && Fits(attempt.Modulation) && Fits(attempt.Compression);

    private static bool Fits(ReceiptPage page, int attempts) => page is { Number: > 0, WidthPels: > 0, Rows: >= 0 }
        && page.Attempt > 0 && page.Attempt <= attempts && Fits(page.Resolution)
        && Convert.FromBase64String(page.Sha256).Length == 32;

    // A lone surrogate has no UTF-8: it would be written as another character.
    private static bool Fits(string? text) => text is not null && text.Length <= TextCharsMax
        && !text.EnumerateRunes().Contains(System.Text.Rune.ReplacementChar);
}
