// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.Protocol.T38;

/// <summary>Passes on to T.30 what it is told, and counts it.</summary>
internal sealed class ToldSession(IFaxModemEvents session) : IFaxModemEvents
{
    /// <summary>How often it was told something.</summary>
    public int Count { get; private set; }

    public void OnSignal(TimeSpan now, LineSignal signal, FaxModulation modulation)
    {
        Count++;
        session.OnSignal(now, signal, modulation);
    }

    public void OnFrame(TimeSpan now, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid)
    {
        Count++;
        session.OnFrame(now, modulation, frame, fcsValid);
    }

    public void OnImage(TimeSpan now, FaxModulation modulation, ReadOnlySpan<byte> octets, int lostOctets)
    {
        Count++;
        session.OnImage(now, modulation, octets, lostOctets);
    }

    public void OnCarrierEnd(TimeSpan now, FaxModulation modulation)
    {
        Count++;
        session.OnCarrierEnd(now, modulation);
    }

    public void OnSent(TimeSpan now)
    {
        Count++;
        session.OnSent(now);
    }
}
