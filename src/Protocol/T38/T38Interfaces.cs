// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T38;

/// <summary>Where a terminal's datagrams go. The span is valid during the call only.</summary>
public interface IDatagramOutput
{
    /// <summary>Sends one UDPTL datagram to the peer.</summary>
    void Send(ReadOnlySpan<byte> datagram);
}

/// <summary>Sees every IFP packet: those sent once each (copies and parity apart), those received in order, once
/// each.</summary>
public interface IT38Observer
{
    /// <summary>A packet went out or came in.</summary>
    void OnIfp(TimeSpan now, bool sent, in IfpPacket packet);
}
