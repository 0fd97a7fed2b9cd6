// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;

namespace Hermetic.Telephony;

/// <summary>What a call came to, in the classes that a sender retries by.</summary>
public enum CallOutcome
{
    /// <summary>The call did what it was placed for: every page was confirmed, or the station that answered said what
    /// it is.</summary>
    Completed,
    /// <summary>T.30 ran and failed; its end reason says how.</summary>
    FaxFailed,
    /// <summary>The far end was busy (486, 600).</summary>
    Busy,
    /// <summary>Nobody answered in time (408, 480, 487, or our own limit).</summary>
    NoAnswer,
    /// <summary>The number is not known there (404, 410, 484, 604).</summary>
    NoSuchNumber,
    /// <summary>Refused otherwise.</summary>
    Refused,
    /// <summary>Our credentials were refused, or none were there to give (401, 403, 407).</summary>
    NotAuthorized,
    /// <summary>No way to the trunk: no address, no connection, no answer at all.</summary>
    Unreachable,
    /// <summary>Answered, but T.38 was not agreed. (Audio fax is not there yet.)</summary>
    NoT38,
    /// <summary>Ended by the host, or by a caller before we answered.</summary>
    Cancelled,
    /// <summary>Refused by us: the host's decision or a limit.</summary>
    RefusedByUs,
    /// <summary>A fault of ours ended the call.</summary>
    Fault,
}

/// <summary>All that is to be said of a call once it is over. Numbers and station ids are PHI.</summary>
public sealed record CallReport
{
    public required CallOutcome Outcome { get; init; }

    /// <summary>Why it ended, in plain words without PHI.</summary>
    public required string Reason { get; init; }

    /// <summary>The clause behind it: T.30's if T.30 ran, else SIP's.</summary>
    public required string Clause { get; init; }

    /// <summary>True if we placed the call.</summary>
    public required bool IsOutgoing { get; init; }

    /// <summary>The trunk's name, or the direct terms'.</summary>
    public required string Trunk { get; init; }

    public required string CallId { get; init; }

    public required string LocalNumber { get; init; }

    public required string RemoteNumber { get; init; }

    /// <summary>The final SIP status of the INVITE; 0 if there was none.</summary>
    public int SipStatus { get; init; }

    /// <summary>What the far end asked us to wait before we call again (RFC 3261 §20.33); null if nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Null if T.30 never began.</summary>
    public T30Result? T30 { get; init; }

    /// <summary>All zero if T.38 never began.</summary>
    public T38Statistics T38 { get; init; }

    /// <summary>RTP packets of the audio before T.38.</summary>
    public long AudioPacketsSent { get; init; }

    public long AudioPacketsReceived { get; init; }

    public long AudioPacketsLost { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>From INVITE to answer; null if it was not answered.</summary>
    public TimeSpan? AnsweredAfter { get; init; }

    /// <summary>From answer to the start of T.30 over T.38; null if that never came.</summary>
    public TimeSpan? SwitchedAfter { get; init; }

    /// <summary>From INVITE to the end.</summary>
    public required TimeSpan Duration { get; init; }

    public bool IsSuccess => Outcome == CallOutcome.Completed;

    /// <summary>One line of JSON with all of it.</summary>
    public string ToJsonLine(IReadOnlyList<string>? files = null)
    {
        ArrayBufferWriter<byte> octets = new(1024);
        using (Utf8JsonWriter json = new(octets, Readable))
        {
            json.WriteStartObject();
            WriteCall(json);
            WriteFax(json);
            WriteMedia(json);
            if (files is not null)
            {
                json.WriteStartArray("files");
                foreach (string file in files)
                {
                    json.WriteStringValue(file);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }

    private static readonly JsonWriterOptions Readable = new()
    {
        // People read these lines too: a § or an apostrophe stays what it is. Control characters never do.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    private void WriteCall(Utf8JsonWriter json)
    {
        json.WriteString("result", JsonNamingPolicy.CamelCase.ConvertName(Outcome.ToString()));
        json.WriteString("reason", Reason);
        json.WriteString("clause", Clause);
        json.WriteString("direction", IsOutgoing ? "out" : "in");
        json.WriteString("trunk", Trunk);
        json.WriteString("callId", CallId);
        json.WriteString("local", LocalNumber);
        json.WriteString("remote", RemoteNumber);
        json.WriteNumber("sipStatus", SipStatus);
        json.WriteString("startedAt", StartedAt);
        json.WriteNumber("durationSeconds", Seconds(Duration));
        if (AnsweredAfter is { } answered)
        {
            json.WriteNumber("answeredAfterSeconds", Seconds(answered));
        }

        if (SwitchedAfter is { } switched)
        {
            json.WriteNumber("switchedAfterSeconds", Seconds(switched));
        }
    }

    private void WriteFax(Utf8JsonWriter json)
    {
        json.WriteNumber("pages", T30?.PagesConfirmed ?? 0);
        if (T30 is not { } fax)
        {
            return;
        }

        json.WriteString("t30Reason", fax.EndReason.ToString());
        json.WriteBoolean("retryMayHelp", fax.RetryMayHelp);
        json.WriteNumber("pagesSent", fax.PagesSent);
        json.WriteNumber("pagesReceived", fax.PagesReceived);
        if (fax.Modulation is { } modulation)
        {
            json.WriteNumber("rate", modulation.BitsPerSecond());
            json.WriteString("modulation", modulation.ToString());
        }

        json.WriteBoolean("ecm", fax.Ecm);
        if (fax.Compression is { } compression)
        {
            json.WriteString("compression", compression.ToString().ToUpperInvariant());
        }

        if (fax.Format is { } format)
        {
            json.WriteString("resolution", format.Resolution.ToString());
            json.WriteString("width", format.Width.ToString());
        }

        json.WriteString("remoteStationId", fax.RemoteStationId);
        json.WriteNumber("badRows", fax.BadRows);
        json.WriteNumber("lostOctets", fax.LostOctets);
        json.WriteNumber("ecmFramesRepeated", fax.EcmFramesRepeated);
        json.WriteNumber("trainingFailures", fax.TrainingFailures);
        json.WriteNumber("faxSeconds", Seconds(fax.Duration));
    }

    private void WriteMedia(Utf8JsonWriter json)
    {
        json.WriteNumber("octetsSent", T38.OctetsSent);
        json.WriteNumber("octetsReceived", T38.OctetsReceived);
        json.WriteNumber("packetsSent", T38.DatagramsSent);
        json.WriteNumber("packetsReceived", T38.DatagramsReceived);
        json.WriteNumber("packetsLost", T38.Lost);
        json.WriteNumber("packetsRepaired", T38.Repaired);
        json.WriteNumber("audioPacketsSent", AudioPacketsSent);
        json.WriteNumber("audioPacketsReceived", AudioPacketsReceived);
        json.WriteNumber("audioPacketsLost", AudioPacketsLost);
    }
}
