// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T38;

namespace Hermetic.Fuzzing.Targets;

/// <summary>IFP: the first octet chooses the syntax. What parses must survive being written and parsed again, and its
/// fields must lie within the input, in order.</summary>
internal sealed class IfpTarget : IFuzzTarget
{
    private readonly byte[] written = new byte[2 * T38Limits.IfpBytesMax];

    public string Name => "ifp";

    public void Run(ReadOnlySpan<byte> input)
    {
        IfpSyntax syntax = input.IsEmpty || input[0] % 2 == 0 ? IfpSyntax.Asn2002 : IfpSyntax.Asn1998;
        ReadOnlySpan<byte> octets = input.IsEmpty ? input : input[1..];
        if (!IfpPacket.TryParse(octets, syntax, out IfpPacket packet, out IfpFault fault))
        {
            Oracle.Holds(fault != IfpFault.None, "a refusal has a reason");
            return;
        }

        Oracle.Holds(fault == IfpFault.None, "what parses has no fault");
        int count = 0;
        int end = 0;
        foreach (IfpField field in packet)
        {
            count++;
            if (!field.Data.IsEmpty)
            {
                Oracle.Holds(octets.Overlaps(field.Data, out int at) && at >= end, "fields lie in the input, in order");
                end = at + field.Data.Length;
            }
        }

        Oracle.Holds(count == packet.FieldCount, "every field is walked");
        if (packet.IsIndicator)
        {
            int length = IfpWriter.WriteIndicator(written, packet.Indicator);
            bool back = IfpPacket.TryParse(written.AsSpan(0, length), syntax, out IfpPacket again, out _);
            Oracle.Holds(back && again.Indicator == packet.Indicator, "an indicator survives being written");
            return;
        }

        Rewrite(packet, syntax);
    }

    private void Rewrite(IfpPacket packet, IfpSyntax syntax)
    {
        IfpWriter writer = new(written, syntax, packet.DataType);
        int kept = 0;
        foreach (IfpField field in packet)
        {
            // We never write a field behind one without data: its reading is disputed.
            writer.Add(field.Type, field.Data);
            kept++;
            if (field.Data.IsEmpty)
            {
                break;
            }
        }

        ReadOnlySpan<byte> octets = written.AsSpan(0, writer.Length);
        bool back = IfpPacket.TryParse(octets, syntax, out IfpPacket again, out _);
        Oracle.Holds(back && again.FieldCount == kept && again.DataType == packet.DataType, "data survives writing");
        IfpPacket.FieldEnumerator first = packet.GetEnumerator();
        foreach (IfpField field in again)
        {
            bool same = first.MoveNext() && first.Current.Type == field.Type
                && first.Current.Data.SequenceEqual(field.Data);
            Oracle.Holds(same, "the same fields come back");
        }
    }
}
