// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Protocol.Modems;
using Hermetic.Protocol.Sdp;
using Hermetic.Protocol.Sip;
using Hermetic.Protocol.T30;
using Hermetic.Telephony.Loop;

namespace Hermetic.Telephony.Calls;

/// <summary>One fax call from INVITE to report: SIP's events on one side, media and T.30 on the other.</summary>
/// <remarks>
/// Phases: inviting → audio (until T.38 is agreed) → fax (T.30 runs) → over. T.38 in the first offer skips the audio.
/// All on the loop's thread, on the loop's clock; media and T.30 have the call's own, which starts with it.
/// SIP's events: FaxCallSip.cs. The end: FaxCallEnd.cs.
/// </remarks>
internal sealed partial class FaxCall : IDisposable
{
    private readonly Line _line;
    private readonly CallPlan _plan;
    private readonly CallLimits _limits;
    private readonly LoopTimer _timer;
    private readonly TimeSpan _origin;
    private readonly CallMedia _media;
    private readonly SdpNegotiator _negotiator;
    private readonly FaxCallHandle _handle;
    private readonly DateTimeOffset _startedAt;

    // Null until the SIP core made it; never again null.
    private SipCall? _sip;
    private IPAddress _address = IPAddress.None;

    // The offer of ours that awaits its answer, and the end that it was made with.
    private (SdpSession Offer, SdpLocalEnd Local)? _offered;
    private T38Switch? _switch;
    private FaxLine? _fax;
    private TimeSpan? _answeredAt;
    private TimeSpan? _faxStartedAt;
    private int _refusedStatus;

    // Its host heard that all of the fax is there.
    private bool _isReceived;

    // The first reason wins; null until something ended the call.
    private CallEnd? _end;
    private bool _isOver;

    public FaxCall(Line line, CallPlan plan, FaxCallHandle handle, TimeSpan now)
    {
        _line = line;
        _plan = plan;
        _limits = plan.Trunk.Limits;
        _handle = handle;
        _origin = now;
        _startedAt = line.Time.GetUtcNow();
        _timer = new LoopTimer(OnDue);
        _media = new CallMedia(line.MediaPorts, plan.Trunk.Latching, now) { OnPacket = OnPacket, OnFault = OnFault };
        _negotiator = new SdpNegotiator(line.Random.Number(0x7FFF_FFFF));
        handle.Bind(Confirm, Abort);
    }

    /// <summary>The trunk's name.</summary>
    public string Trunk => _plan.Trunk.Name;

    /// <summary>The peer's address at SIP's side, for the limits of an address.</summary>
    public string RemoteHost => _sip?.Flow.Address ?? "";

    /// <summary>An incoming call whose answer is not yet acknowledged.</summary>
    public bool IsHalfOpen => _sip is { IsOutgoing: false, State: SipCallState.Inviting or SipCallState.Answered };

    private void Answered(TimeSpan now)
    {
        if (_answeredAt is null)
        {
            _answeredAt = now;
            _plan.OnProgress?.Invoke(CallProgress.Answered);
        }
    }

    private void Apply(TimeSpan now, SdpAgreement? agreement)
    {
        if (agreement is null || agreement.IsEmpty)
        {
            End(now, CallEnd.AllDeclined);
        }
        else if (agreement.Image is { } image)
        {
            StartFax(now, image);
        }
        else
        {
            StartAudio(now, agreement.Audio!);
        }
    }

    private void StartAudio(TimeSpan now, AudioAgreement audio)
    {
        if (MediaTerms.EndPointOf(audio.RemoteAddress, audio.RemotePort) is not { } remote)
        {
            End(now, CallEnd.NoAddress);
            return;
        }

        _media.StartAudio(now, remote, MediaTerms.LawOf(audio.Codec), (byte)audio.PayloadType, _line.MediaRandom);
        if (_switch is null)
        {
            // T.30 §4.3: the calling terminal sends CNG, the called one CED.
            _media.Audio!.Start(_plan.IsOutgoing ? FaxTone.Cng : FaxTone.Ced);
            _switch = new T38Switch(_plan.Role, _plan.Trunk, now);
        }
    }

    private void StartFax(TimeSpan now, ImageAgreement image)
    {
        if (MediaTerms.EndPointOf(image.RemoteAddress, image.RemotePort) is not { } remote)
        {
            End(now, CallEnd.NoAddress);
            return;
        }

        if (_fax is null)
        {
            T30Settings t30 = MediaTerms.T30Of(_plan.T30, image);
            _fax = new FaxLine(_plan, t30, MediaTerms.T38Of(_plan.Trunk.T38, image), _media);
            _faxStartedAt = now;
            _media.StartT38(CallTime(now), remote, _fax.Terminal);
            _fax.Start(CallTime(now));
            _plan.OnProgress?.Invoke(CallProgress.T38);
        }
        else
        {
            _media.StartT38(CallTime(now), remote, _fax.Terminal);
        }
    }

    private void Refused(TimeSpan now, int status)
    {
        _refusedStatus = status;
        _switch?.Refused(now);
    }

    private TimeSpan CallTime(TimeSpan now) => now - _origin;

    private void OnDue(TimeSpan now)
    {
        try
        {
            Advance(now);
        }
#pragma warning disable CA1031 // A fault in this call, or in what its host hung on it, ends this call alone.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            OnFault(failure);
        }
    }

    private void Advance(TimeSpan now)
    {
        if (_answeredAt is null && _plan.IsOutgoing && now - _origin >= _limits.AnswerMax)
        {
            End(now, CallEnd.NoAnswer);
        }
        else if (_answeredAt is { } answered && now - answered >= _limits.CallMax)
        {
            End(now, CallEnd.TooLong);
        }
        else if (_fax is { } fax)
        {
            AdvanceFax(now, fax);
        }
        else if (_switch is { } decide)
        {
            _media.SendAudio(now);
            AdvanceSwitch(now, decide);
        }

        Schedule(now);
    }

    private void AdvanceFax(TimeSpan now, FaxLine fax)
    {
        fax.Advance(CallTime(now));
        if (fax.IsEnded)
        {
            End(now, CallEnd.Of(fax.Result));
        }
        else if (CallTime(now) - _media.LastHeard >= _limits.SilenceMax)
        {
            End(now, CallEnd.Silence);
        }
    }

    private void AdvanceSwitch(TimeSpan now, T38Switch decide)
    {
        decide.Hear(now, _media.Audio?.Heard ?? FaxSignals.None);
        switch (decide.Next(now))
        {
            case SwitchStep.Offer:
                AskForT38(now, decide);
                break;
            case SwitchStep.GiveUp:
                End(now, decide.WasRefused ? CallEnd.T38Refused(_refusedStatus) : CallEnd.NobodyAsked);
                break;
            default:
                break;
        }
    }

    private void AskForT38(TimeSpan now, T38Switch decide)
    {
        if (!_sip!.CanOffer)
        {
            // The ACK is still on its way, or the far end's own offer lies open.
            decide.AskAgain(now);
        }
        else if (TryOffer(SdpWish.Image, out SdpSession? offer))
        {
            _sip.SendOffer(now, offer!);
        }
        else
        {
            End(now, CallEnd.NoPort);
        }
    }

    private void OnPacket(TimeSpan callTime)
    {
        TimeSpan now = callTime + _origin;
        if (_fax is { IsEnded: true } fax)
        {
            End(now, CallEnd.Of(fax.Result));
        }
        else if (_switch is { } decide && _fax is null)
        {
            decide.Hear(now, _media.Audio?.Heard ?? FaxSignals.None);
        }

        Schedule(now);
    }

    private void Schedule(TimeSpan now)
    {
        if (_isOver)
        {
            return;
        }

        TellReceived(now);
        TimeSpan? next = _fax is { } fax ? Earlier(fax.NextDeadline + _origin,
                _media.LastHeard + _origin + _limits.SilenceMax)
            : _switch is { } decide ? Earlier(decide.NextDeadline, _media.Audio?.NextDeadline)
            : _answeredAt is null && _plan.IsOutgoing ? _origin + _limits.AnswerMax : null;
        _line.Loop.SetTimer(_timer, Earlier(next, (_answeredAt ?? now) + _limits.CallMax));
    }

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;
}
