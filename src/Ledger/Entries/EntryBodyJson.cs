// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hermetic.Ledger.Entries;

/// <summary>A body in its one form of JSON (docs/formats/ledger-entry.md): fields in a fixed order, no spaces, ASCII
/// with escapes. What would not be written back to the same bytes is not read.</summary>
public static class EntryBodyJson
{
    /// <summary>Our limit on an id, a role, an address or a purpose, in UTF-16 units.</summary>
    public const int WordCharsMax = 128;

    /// <summary>Our limit on a query or a reason, in UTF-16 units: a paragraph.</summary>
    public const int TextCharsMax = 1000;

    /// <summary>Our limit on what one search or list may show: a page of results is far below it.</summary>
    public const int ShownMax = 200;

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 3 };

    /// <summary>Writes a body.</summary>
    /// <exception cref="ArgumentException">A field breaks its limit; the message names the field, not its
    /// value.</exception>
    public static byte[] Encode(EntryBody body)
    {
        if (Fault(body) is { } fault)
        {
            throw new ArgumentException(fault, nameof(body));
        }
        byte[] bytes = Write(body);
        return bytes.Length <= EntryContent.BodyBytesMax ? bytes
            : throw new ArgumentException("what.shown is too long", nameof(body));
    }

    /// <summary>Reads a body; false with a reason, without a word of the body, if it is none.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out EntryBody? body, out string reason)
    {
        body = null;
        reason = "the body is not in its form";
        if (bytes.Length > EntryContent.BodyBytesMax)
        {
            return false;
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes.ToArray(), Strict);
            EntryBody? read = Read(document.RootElement);
            if (read is null || Fault(read) is not null || !Write(read).AsSpan().SequenceEqual(bytes))
            {
                return false;
            }
            (body, reason) = (read, "");
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            return false;
        }
    }

    private static byte[] Write(EntryBody body)
    {
        ArrayBufferWriter<byte> output = new(512);
        using Utf8JsonWriter json = new(output);
        json.WriteStartObject();
        json.WriteString("at", body.At.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
        json.WriteString("act", body.Act.ToString());
        json.WriteStartObject("who");
        json.WriteString("account", body.Who.Account);
        json.WriteString("role", body.Who.Role);
        json.WriteString("address", body.Who.Address);
        json.WriteString("session", body.Who.Session);
        json.WriteEndObject();
        json.WriteStartObject("what");
        json.WriteString("fax", body.What.Fax);
        if (body.What.Page is { } page)
        {
            json.WriteNumber("page", page);
        }
        json.WriteString("query", body.What.Query);
        json.WriteStartArray("shown");
        foreach (string shown in body.What.Shown)
        {
            json.WriteStringValue(shown);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("why");
        json.WriteString("purpose", body.Why.Purpose);
        json.WriteBoolean("breakGlass", body.Why.BreakGlass);
        json.WriteString("reason", body.Why.Reason);
        json.WriteEndObject();
        json.WriteString("result", body.Result.ToString());
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static EntryBody? Read(JsonElement root)
    {
        JsonElement who = root.GetProperty("who"), what = root.GetProperty("what"), why = root.GetProperty("why");
        bool known = DateTimeOffset.TryParseExact(Text(root, "at"), TimeFormat, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset at)
            & Enum.TryParse(Text(root, "act"), out LedgerAct act)
            & Enum.TryParse(Text(root, "result"), out LedgerResult result);
        return !known ? null : new EntryBody
        {
            At = at,
            Act = act,
            Who = new EntryActor(
                Text(who, "account"), Text(who, "role"), Text(who, "address"), Text(who, "session")),
            What = new EntryObject(
                Text(what, "fax"), what.TryGetProperty("page", out JsonElement page) ? page.GetInt32() : null,
                Text(what, "query"), [.. what.GetProperty("shown").EnumerateArray().Select(id => id.GetString()!)]),
            Why = new EntryReason(
                Text(why, "purpose"), why.GetProperty("breakGlass").GetBoolean(), Text(why, "reason")),
            Result = result,
        };
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    /// <summary>Names the first field that breaks its limit; null if none does.</summary>
    private static string? Fault(EntryBody body)
    {
        bool exact = body.At.Offset == TimeSpan.Zero && body.At.Ticks % TimeSpan.TicksPerMillisecond == 0
            && body.At >= DateTimeOffset.UnixEpoch;
        (string Field, bool Holds)[] rules =
        [
            ("at", exact),
            ("act", Enum.IsDefined(body.Act)),
            ("who.account", Fits(body.Who.Account, WordCharsMax) && body.Who.Account.Length > 0),
            ("who.role", Fits(body.Who.Role, WordCharsMax)),
            ("who.address", Fits(body.Who.Address, WordCharsMax)),
            ("who.session", Fits(body.Who.Session, WordCharsMax)),
            ("what.fax", Fits(body.What.Fax, WordCharsMax)),
            ("what.page", body.What.Page is null or > 0),
            ("what.query", Fits(body.What.Query, TextCharsMax)),
            ("what.shown", body.What.Shown.Count <= ShownMax
                && body.What.Shown.All(id => Fits(id, WordCharsMax))),
            ("why.purpose", Fits(body.Why.Purpose, WordCharsMax)
                && (body.Why.Purpose.Length > 0 || body.Why.BreakGlass)),
            ("why.reason", Fits(body.Why.Reason, TextCharsMax)
                && (!body.Why.BreakGlass || !string.IsNullOrWhiteSpace(body.Why.Reason))),
            ("result", Enum.IsDefined(body.Result)),
        ];
        string? field = Array.Find(rules, rule => !rule.Holds).Field;
        return field is null ? null : $"{field} is missing, too long, or not in its form";
    }

    private static bool Fits(string? text, int charsMax)
    {
        if (text is null || text.Length > charsMax)
        {
            return false;
        }
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            // A lone surrogate has no UTF-8: it would be written as another character.
            if (Rune.DecodeFromUtf16(rest, out _, out int count) != OperationStatus.Done)
            {
                return false;
            }
            rest = rest[count..];
        }
        return true;
    }
}
