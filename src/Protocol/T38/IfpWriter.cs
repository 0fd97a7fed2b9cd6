// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Hermetic.Protocol.T38;

/// <summary>Writes an IFP packet (layout above <see cref="IfpPacket"/>) into a buffer that the caller owns.</summary>
public ref struct IfpWriter
{
    // A field without data is written so that both readings of its successor agree: it is only ever the last one.
    private readonly Span<byte> buffer;
    private readonly IfpSyntax syntax;
    private readonly int countAt;

    /// <summary>Starts a t30-data packet.</summary>
    public IfpWriter(Span<byte> buffer, IfpSyntax syntax, T38DataType type)
    {
        this.buffer = buffer;
        this.syntax = syntax;
        int length = WriteType(buffer, 0xC0, (int)type, rootCount: 9);
        countAt = length;
        buffer[length] = 0;
        Length = length + 1;
    }

    /// <summary>Octets written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Octets that a data field adds to its data.</summary>
    public const int FieldOverhead = 3;

    /// <summary>Octets before the first field of a t30-data packet of a root type.</summary>
    public const int HeaderBytes = 2;

    /// <summary>Writes a t30-indicator packet; returns its length, 1 or 2.</summary>
    public static int WriteIndicator(Span<byte> buffer, T38Indicator indicator) =>
        WriteType(buffer, 0x00, (int)indicator, rootCount: 16);

    /// <summary>Adds a field. One without data ends the packet, since what follows it is read in two ways in the
    /// field.</summary>
    public void Add(T38FieldType type, ReadOnlySpan<byte> data = default)
    {
        if (data.Length > ushort.MaxValue || buffer[countAt] >= T38Limits.FieldsMax)
        {
            throw new ArgumentException("an IFP packet can't carry that", nameof(data));
        }

        buffer[countAt]++;
        int head = data.IsEmpty ? 0x00 : 0x80;
        int value = (int)type;
        if (syntax == IfpSyntax.Asn1998)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 7, nameof(type));
            buffer[Length++] = (byte)(head | value << 4);
        }
        else if (value < 8)
        {
            buffer[Length++] = (byte)(head | value << 3);
        }
        else
        {
            // has data, extension bit, 0, then six bits: one bit more than the octet has.
            int extension = value - 8;
            buffer[Length++] = (byte)(head | 0x40 | extension >> 1);
            buffer[Length++] = (byte)(extension << 7);
        }

        if (!data.IsEmpty)
        {
            BinaryPrimitives.WriteUInt16BigEndian(buffer[Length..], (ushort)(data.Length - 1));
            data.CopyTo(buffer[(Length + 2)..]);
            Length += 2 + data.Length;
        }
    }

    private static int WriteType(Span<byte> buffer, int head, int value, int rootCount)
    {
        if (value < rootCount)
        {
            buffer[0] = (byte)(head | value << 1);
            return 1;
        }

        int extension = value - rootCount;
        buffer[0] = (byte)(head | 0x20 | extension >> 2);
        buffer[1] = (byte)(extension << 6);
        return 2;
    }
}
