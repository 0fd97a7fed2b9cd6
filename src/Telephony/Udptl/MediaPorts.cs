// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Telephony.Loop;

namespace Hermetic.Telephony.Udptl;

/// <summary>Opens media ports out of a range, each next one further on, so that a port rests before it is used again:
/// late packets of an old call should not meet a new one.</summary>
internal sealed class MediaPorts
{
    private readonly LineLoop _loop;
    private readonly IPAddress _address;
    private readonly MediaPortRange _range;
    private int _next;

    public MediaPorts(LineLoop loop, IPAddress address, MediaPortRange range, Random random)
    {
        _loop = loop;
        _address = address;
        _range = range;
        _next = random.Next(range.Count);
    }

    /// <summary>Opens the next free port; null if all are taken.</summary>
    public UdpPort? TryOpen(IDatagramHandler handler)
    {
        for (int tried = 0; tried < _range.Count; tried++)
        {
            int port = _range.First + (2 * _next);
            _next = (_next + 1) % _range.Count;
            if (UdpPort.TryOpen(_loop, new IPEndPoint(_address, port), handler, burst: 1) is { } opened)
            {
                return opened;
            }
        }

        return null;
    }
}
