// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T38;

/// <summary>What we take from a peer at most. All are our limits: T.38 itself bounds none of them.</summary>
public static class T38Limits
{
    /// <summary>Octets of a UDPTL datagram that we parse: above what any Ethernet path carries whole. Our
    /// limit.</summary>
    public const int DatagramBytesMax = 4096;

    /// <summary>Octets of one IFP packet: 30 ms at 14,400 bit/s takes 61, the largest seen in the field under 400.
    /// Our limit.</summary>
    public const int IfpBytesMax = 2048;

    /// <summary>Fields in one IFP packet. Our limit.</summary>
    public const int FieldsMax = 64;

    /// <summary>Secondary packets in one datagram: peers send up to 7. Our limit.</summary>
    public const int SecondariesMax = 32;

    /// <summary>FEC entries in one datagram: peers send up to 5. Our limit.</summary>
    public const int FecEntriesMax = 16;

    /// <summary>Packets that one FEC entry covers, times entries: what the receiver's history holds. Our
    /// limit.</summary>
    public const int FecReachMax = 64;

    /// <summary>Octets of a received HDLC frame: an ECM frame has 260 (T.4 §A.3.6), a V.21 frame of 3 s (T.30 §5.3.5)
    /// 112. Our limit leaves room for gateways that append the FCS and for long non-standard facilities.</summary>
    public const int FrameBytesMax = 512;
}
