// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Telephony;

namespace Hermetic.Server.Features.Receipts;

/// <summary>One call: its end, and what T.30 came to.</summary>
public sealed record ReceiptAttempt
{
    /// <summary>When it began.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public required long DurationMs { get; init; }

    /// <summary>The class of its end: a <see cref="CallOutcome"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it ended, in plain words.</summary>
    public required string Reason { get; init; }

    /// <summary>The clause behind it.</summary>
    public required string Clause { get; init; }

    /// <summary>Pages that it got through.</summary>
    public required int PagesConfirmed { get; init; }

    /// <summary>The number that answered (CSI); empty if none was heard.</summary>
    public required string StationId { get; init; }

    /// <summary>The last modulation in force; empty if none was agreed on.</summary>
    public required string Modulation { get; init; }

    /// <summary>Its rate in bit/s; 0 if none was agreed on.</summary>
    public required int Rate { get; init; }

    /// <summary>Error correction.</summary>
    public required bool Ecm { get; init; }

    /// <summary>The coding: MH, MR or MMR; empty if none was agreed on.</summary>
    public required string Compression { get; init; }

    /// <summary>ECM frames that were sent again.</summary>
    public required int FramesRepeated { get; init; }

    /// <summary>How often training failed.</summary>
    public required int TrainingFailures { get; init; }

    /// <summary>What a call's report says.</summary>
    public static ReceiptAttempt Of(CallReport report)
    {
        T30Result? fax = report.T30;
        return new()
        {
            At = report.StartedAt,
            DurationMs = (long)report.Duration.TotalMilliseconds,
            Outcome = report.Outcome.ToString(),
            Reason = report.Reason,
            Clause = report.Clause,
            PagesConfirmed = fax?.PagesSent ?? 0,
            StationId = fax?.RemoteStationId ?? "",
            Modulation = fax?.Modulation?.ToString() ?? "",
            Rate = fax?.Modulation?.BitsPerSecond() ?? 0,
            Ecm = fax?.Ecm ?? false,
            Compression = fax?.Compression?.ToString().ToUpperInvariant() ?? "",
            FramesRepeated = fax?.EcmFramesRepeated ?? 0,
            TrainingFailures = fax?.TrainingFailures ?? 0,
        };
    }
}
