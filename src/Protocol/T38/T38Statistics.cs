// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T38;

/// <summary>What one T.38 stream has seen so far. "Packets" are IFP packets, "datagrams" are UDPTL's.</summary>
/// <param name="DatagramsSent">Datagrams sent, repeats among them.</param>
/// <param name="OctetsSent">Octets of those, UDP's own apart.</param>
/// <param name="DatagramsReceived">Datagrams received, good or bad.</param>
/// <param name="OctetsReceived">Octets of those.</param>
/// <param name="PacketsDelivered">Packets handed on, in order.</param>
/// <param name="Lost">Packets that never came and could not be mended.</param>
/// <param name="Repaired">Packets mended from copies or parity.</param>
/// <param name="Duplicated">Datagrams that came again.</param>
/// <param name="Late">Datagrams that came after their packet was given up.</param>
/// <param name="Malformed">Datagrams or packets that did not parse.</param>
/// <param name="Unsupported">Packets of V.8, V.33 and V.34, which we do not answer.</param>
/// <param name="Restarts">Times the peer's numbering jumped out of reach.</param>
public readonly record struct T38Statistics(
    long DatagramsSent, long OctetsSent, long DatagramsReceived, long OctetsReceived, long PacketsDelivered, long Lost,
    long Repaired, long Duplicated, long Late, long Malformed, long Unsupported, long Restarts);
