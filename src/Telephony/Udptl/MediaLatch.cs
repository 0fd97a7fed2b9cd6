// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Telephony.Loop;

namespace Hermetic.Telephony.Udptl;

/// <summary>What a trunk allows media to come from.</summary>
public enum MediaLatching
{
    /// <summary>Only from the host that the SDP names.</summary>
    Off,
    /// <summary>If the first good packet comes from elsewhere, from there: the far end sits behind a NAT and its SDP
    /// names an address that we can't reach.</summary>
    FirstPacket,
}

/// <summary>Decides whose packets are the call's, and where ours go.</summary>
/// <remarks>
/// The risk of latching is a stranger who sprays ports until a call latches onto him. Hence: once a good packet came
/// from the SDP's own address nothing else is taken; once latched onto another, nothing else is taken either, not
/// even the
/// SDP's; and what "good" means (an RTP or UDPTL packet that parses) the caller checks first.
/// </remarks>
internal sealed class MediaLatch
{
    private readonly MediaLatching _latching;
    private SocketName _signalled;
    private bool _settled;

    public MediaLatch(MediaLatching latching) => _latching = latching;

    /// <summary>Where our packets go; empty before any SDP.</summary>
    public SocketName Target { get; private set; }

    /// <summary>True once a good packet settled whose call it is.</summary>
    public bool IsSettled => _settled;

    /// <summary>An SDP named the far end's address. The same as before changes nothing.</summary>
    public void Signal(IPEndPoint address)
    {
        SocketName name = SocketName.From(address);
        if (name != _signalled)
        {
            _signalled = name;
            Target = name;
            _settled = false;
        }
    }

    /// <summary>Could a packet from <paramref name="from"/> be the call's? Asked before it is looked at.</summary>
    public bool MayAccept(in SocketName from) => _settled
        ? from == Target || (Target == _signalled && from.IsSameHost(_signalled))
        : !_signalled.IsEmpty && (_latching == MediaLatching.FirstPacket || from.IsSameHost(_signalled));

    /// <summary>A packet from <paramref name="from"/>, which may be accepted, was good.</summary>
    public void Settle(in SocketName from)
    {
        if (_settled)
        {
            return;
        }

        _settled = true;
        if (_latching == MediaLatching.FirstPacket)
        {
            Target = from;
        }
    }
}
