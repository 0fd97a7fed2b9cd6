// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Modems;
using Hermetic.Protocol.T30;

namespace Hermetic.Telephony.Calls;

/// <summary>What a call should do about T.38 now.</summary>
internal enum SwitchStep
{
    /// <summary>Wait.</summary>
    None,
    /// <summary>Ask the far end for T.38 by a re-INVITE.</summary>
    Offer,
    /// <summary>Nobody will: end the call.</summary>
    GiveUp,
}

/// <summary>Decides when a call that began as audio asks for T.38, and when it gives up. Pure: time is passed
/// in.</summary>
internal sealed class T38Switch
{
    /// <summary>Our limit: after the far end refused our offer it has so long to make its own. A gateway that wants
    /// to ask
    /// itself does so when it hears the V.21 preamble, within 3 s of the answer.</summary>
    public static readonly TimeSpan RefusedGrace = TimeSpan.FromSeconds(5);

    /// <summary>Our limit: a called gateway re-INVITEs itself when it hears its terminal's preamble (T.38 Annex D); so
    /// long the calling side leaves it to that.</summary>
    public static readonly TimeSpan PreambleGrace = TimeSpan.FromMilliseconds(500);

    private readonly T30Role _role;
    private readonly TrunkSettings _trunk;
    private TimeSpan? _offerAt;
    private TimeSpan _giveUpAt;
    private FaxSignals _heard;
    private bool _offered;

    public T38Switch(T30Role role, TrunkSettings trunk, TimeSpan answeredAt)
    {
        _role = role;
        _trunk = trunk;
        _giveUpAt = answeredAt + trunk.Limits.SwitchMax;
        if (role == T30Role.Called && trunk.Initiator != T38Initiator.Calling)
        {
            _offerAt = answeredAt + trunk.CalledSwitchDelay;
        }
    }

    /// <summary>True once the far end refused our offer.</summary>
    public bool WasRefused { get; private set; }

    /// <summary>When <see cref="Next"/> is wanted.</summary>
    public TimeSpan NextDeadline => _offerAt < _giveUpAt ? _offerAt.Value : _giveUpAt;

    /// <summary>The far end's audio showed these signals so far.</summary>
    public void Hear(TimeSpan now, FaxSignals heard)
    {
        FaxSignals fresh = heard & ~_heard;
        _heard |= heard;
        if (fresh == FaxSignals.None || _offered)
        {
            return;
        }

        if (_role == T30Role.Called)
        {
            // A calling fax is sure now: no need to wait.
            HurryTo(_trunk.Initiator != T38Initiator.Calling && fresh.HasFlag(FaxSignals.Cng) ? now : null);
            return;
        }

        if (_trunk.Initiator == T38Initiator.Called || (fresh & (FaxSignals.Ced | FaxSignals.Preamble)) == 0)
        {
            return;
        }

        bool leave = _trunk.Initiator == T38Initiator.Either;
        TimeSpan patience = !leave ? TimeSpan.Zero
            : fresh.HasFlag(FaxSignals.Preamble) ? PreambleGrace : _trunk.CallingSwitchDelay;
        HurryTo(now + patience);
    }

    /// <summary>What is due. An offer is said once.</summary>
    public SwitchStep Next(TimeSpan now)
    {
        if (now >= _giveUpAt)
        {
            return SwitchStep.GiveUp;
        }

        if (_offerAt <= now)
        {
            _offerAt = null;
            _offered = true;
            return SwitchStep.Offer;
        }

        return SwitchStep.None;
    }

    /// <summary>The offer could not be made yet: it will be said again. Our limit: in 100 ms.</summary>
    public void AskAgain(TimeSpan now)
    {
        _offered = false;
        _offerAt = now + TimeSpan.FromMilliseconds(100);
    }

    /// <summary>The far end refused T.38: the call lives on, as long as the far end may still ask itself.</summary>
    public void Refused(TimeSpan now)
    {
        WasRefused = true;
        TimeSpan grace = now + RefusedGrace;
        _giveUpAt = grace < _giveUpAt ? grace : _giveUpAt;
    }

    private void HurryTo(TimeSpan? at) => _offerAt = _offerAt is null || at < _offerAt ? at ?? _offerAt : _offerAt;
}
