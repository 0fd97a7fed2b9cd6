// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace Hermetic.Protocol.T30;

/// <summary>
/// The training check: counts what arrived as TCF. T.30 §5.3.6.1.3 sends zeros for 1.5 s ± 10 % and leaves the
/// receiver's criterion open. Ours: somewhere in it at least one second of unbroken zeros at the line rate. Ones before
/// are the modem settling, ones behind it the carrier's end; lost octets break a run.
/// </summary>
internal struct TcfTally
{
    // Our limit: what comes beyond 4 s at 14,400 bit/s changes nothing any more.
    private const int OctetsMax = 7200;

    private int _run;

    public int Octets { get; private set; }

    public int Ones { get; private set; }

    public int LongestZeros { get; private set; }

    public readonly bool Passes(FaxModulation modulation) => LongestZeros >= modulation.BitsPerSecond();

    public void Add(ReadOnlySpan<byte> octets, int lostOctets)
    {
        if (lostOctets > 0)
        {
            _run = 0;
        }

        octets = octets[..Math.Min(octets.Length, OctetsMax - Octets)];
        Octets += octets.Length;
        foreach (byte octet in octets)
        {
            if (octet == 0)
            {
                _run += 8;
            }
            else
            {
                Ones += BitOperations.PopCount(octet);
                LongestZeros = Math.Max(LongestZeros, _run + BitOperations.LeadingZeroCount((uint)octet << 24));
                _run = BitOperations.TrailingZeroCount(octet);
            }

            LongestZeros = Math.Max(LongestZeros, _run);
        }
    }
}
