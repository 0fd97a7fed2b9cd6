// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Sending;
using Hermetic.Telephony;

namespace Hermetic.Server.Features.Trunks;

/// <summary>Where a test call stands.</summary>
internal enum TestCallState
{
    /// <summary>Under way.</summary>
    Calling,

    /// <summary>A fax machine answered and said what it can do.</summary>
    Identified,

    /// <summary>It did not come so far.</summary>
    Failed,

    /// <summary>Somebody ended it.</summary>
    Cancelled,
}

/// <summary>One test call as it stands, and once it is over what came of it. The number and the station's id are
/// nothing of a fax, and yet not for logs.</summary>
internal sealed record TestCall(Guid Id, string Trunk, string Number, DateTimeOffset StartedAt)
{
    public TestCallState State { get; init; }

    /// <summary>How far it came.</summary>
    public CallProgress Progress { get; init; }

    /// <summary>When it ended; null while it is under way.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What it came to, in the classes of all calls; null while it is under way and if it did what it was
    /// for.</summary>
    public RetryCause? Cause { get; init; }

    /// <summary>What the line reported; null while it is under way, and where it could not report.</summary>
    public CallReport? Report { get; init; }

    /// <summary>What came of it, for people.</summary>
    public string Words => (State, Cause) switch
    {
        (TestCallState.Calling, _) => "",
        (TestCallState.Cancelled, _) => "Ended here before a fax machine had said what it can do.",
        (TestCallState.Identified, _) => Report?.T30?.RemoteAbilities is { CanReceive: false }
            ? "A fax machine answered over T.38, and says that it can't take a fax now; it may be out of paper."
            : "A fax machine answered over T.38: this trunk carries faxes. No page was sent.",
        (_, { } cause) => RetryRules.Finding(cause),
        _ => "",
    };

    /// <summary>The same call, over.</summary>
    /// <param name="report">What the line says.</param>
    /// <param name="isCancelled">Somebody ended it.</param>
    /// <param name="now">The time now.</param>
    public TestCall Ended(CallReport report, bool isCancelled, DateTimeOffset now)
    {
        bool isIdentified = report.T30?.EndReason == T30EndReason.Identified;
        return this with
        {
            State = isIdentified ? TestCallState.Identified
                : isCancelled ? TestCallState.Cancelled : TestCallState.Failed,
            Cause = isIdentified ? null : RetryCauses.Of(report, allConfirmed: false, isCancelled),
            Report = report,
            EndedAt = now,
        };
    }

    /// <summary>The same call, that the line could not report of.</summary>
    public TestCall Lost(bool isCancelled, DateTimeOffset now) => this with
    {
        State = isCancelled ? TestCallState.Cancelled : TestCallState.Failed,
        Cause = isCancelled ? RetryCause.Cancelled : RetryCause.OurFault,
        EndedAt = now,
    };
}
