// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Sending;
using Hermetic.Telephony;

namespace Hermetic.Server.Features.Trunks;

/// <summary>How a trunk stands, as it is known now.</summary>
/// <param name="IsRegistered">Null if it does not register, or before the first answer.</param>
/// <param name="IsReachable">Null if it was not asked yet.</param>
/// <param name="Calls">Calls under way on it, in this process.</param>
/// <param name="FailedAt">When it last failed; null if it never did since the start.</param>
/// <param name="Failure">What failed, in plain words.</param>
internal sealed record TrunkStanding(
    bool? IsRegistered, bool? IsReachable, int Calls, DateTimeOffset? FailedAt, string? Failure);

/// <summary>Watches the trunks: what their registrations and OPTIONS find, and what becomes of calls. Of a call it
/// keeps no more than the words of its end, which hold no PHI.</summary>
internal sealed class TrunkBoard(IReadOnlyList<TrunkSettings> trunks, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TrunkStanding> _standing = trunks.ToDictionary(
        trunk => trunk.Name, _ => new TrunkStanding(null, null, 0, null, null));

    public IReadOnlyList<TrunkSettings> Trunks => trunks;

    public TrunkStanding StandingOf(string trunk)
    {
        lock (_gate)
        {
            return _standing[trunk];
        }
    }

    /// <summary>The line says how a trunk stands.</summary>
    public void Told(TrunkStatus status) => Change(status.Trunk, known =>
    {
        string? failure = status switch
        {
            { IsReachable: false, Status: 0 } => "its name is not found",
            { IsReachable: false } => "it does not answer",
            { IsRegistered: false } => $"it refused the registration ({status.Status})",
            _ => null,
        };
        known = known with { IsRegistered = status.IsRegistered, IsReachable = status.IsReachable };
        return failure is null ? known : known with { FailedAt = time.GetUtcNow(), Failure = failure };
    });

    /// <summary>A decision on incoming calls that counts them.</summary>
    public Func<IncomingCall, IncomingDecision> Count(Func<IncomingCall, IncomingDecision> decide) => call =>
    {
        IncomingDecision decision = decide(call);
        if (decision.RejectStatus != 0)
        {
            return decision;
        }

        Began(call.Trunk);
        Action<CallReport>? ended = decision.OnEnded;
        return decision with
        {
            OnEnded = report =>
            {
                Ended(call.Trunk, report);
                ended?.Invoke(report);
            },
        };
    };

    /// <summary>A line whose calls it counts.</summary>
    public ISendingLine Count(ISendingLine line) => new CountedLine(this, line);

    private void Began(string trunk) => Change(trunk, known => known with { Calls = known.Calls + 1 });

    private void Ended(string trunk, CallReport? report) => Change(trunk, known =>
    {
        known = known with { Calls = known.Calls - 1 };
        // Busy, no answer, a failed fax: the far end's, not the trunk's.
        return report?.Outcome is CallOutcome.Unreachable or CallOutcome.NotAuthorized or CallOutcome.NoT38
            or CallOutcome.Refused or CallOutcome.Fault
            ? known with { FailedAt = time.GetUtcNow(), Failure = report.Reason }
            : known;
    });

    private void Change(string trunk, Func<TrunkStanding, TrunkStanding> change)
    {
        lock (_gate)
        {
            // Calls from the allow list belong to no trunk.
            if (_standing.TryGetValue(trunk, out TrunkStanding? known))
            {
                _standing[trunk] = change(known);
            }
        }
    }

    private sealed class CountedLine(TrunkBoard board, ISendingLine line) : ISendingLine
    {
        public async Task<CallReport> SendAsync(OutgoingFax fax, CancellationToken cancellation)
        {
            string trunk = fax.Trunk ?? "";
            board.Began(trunk);
            CallReport? report = null;
            try
            {
                report = await line.SendAsync(fax, cancellation).ConfigureAwait(false);
                return report;
            }
            finally
            {
                board.Ended(trunk, report);
            }
        }
    }
}
