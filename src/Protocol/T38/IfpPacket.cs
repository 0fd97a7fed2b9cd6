// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T38;

/// <summary>One IFP packet (T.38 §7.2), a view over the octets that it was parsed from. Parsing allocates
/// nothing.</summary>
/// <remarks>
/// Aligned PER (T.38 Annex A, X.691). Bits from the most significant:
/// <code>
///   bit     7         6           5          4 3 2 1            0
///        +---------+-----------+----------+------------------+--------+
///        | data    | 0 indic.  | 0: root  | indicator / type | unused |   values of the root list
///        | present | 1 data    | 1: ext.  |                  |        |
///        +---------+-----------+----------+------------------+--------+
///   ext.:  after the extension bit one 0, then six bits of (value - first extension): 10 bits in all.
///   then, from the next octet, if data is present:
///        +-----------------+  +------------------+------------------+-----------+-----------------+
///        | fields, 1 octet |  | has data, 1 bit  | ext. bit (2002)  | 3 bits    | n - 1, 2 octets | n octets, each
///        +-----------------+  +------------------+------------------+-----------+-----------------+ from an octet
/// </code>
/// A field without data takes 4 (1998) or 5 (2002) bits, and PER starts the next field at the very next bit. Some peers
/// (libspandsp among them) start each field on an octet: what does not parse the first way is tried the second way.
/// </remarks>
public readonly ref struct IfpPacket
{
    private IfpPacket(ReadOnlySpan<byte> octets, IfpSyntax syntax, bool isIndicator, int value)
    {
        Octets = octets;
        Syntax = syntax;
        IsIndicator = isIndicator;
        Value = value;
    }

    /// <summary>The packet as it lies on the wire.</summary>
    public ReadOnlySpan<byte> Octets { get; }

    /// <summary>The syntax it was read by.</summary>
    public IfpSyntax Syntax { get; }

    /// <summary>True for t30-indicator, false for t30-data.</summary>
    public bool IsIndicator { get; }

    /// <summary>The indicator; only where <see cref="IsIndicator"/>.</summary>
    public T38Indicator Indicator => (T38Indicator)Value;

    /// <summary>The data type; only where not <see cref="IsIndicator"/>.</summary>
    public T38DataType DataType => (T38DataType)Value;

    /// <summary>How many fields follow.</summary>
    public int FieldCount { get; private init; }

    private int Value { get; }

    private int FirstFieldBit { get; init; }

    private bool FieldsAligned { get; init; }

    /// <summary>The fields, in order.</summary>
    public FieldEnumerator GetEnumerator() => new(this);

    /// <summary>Reads a packet wholly; false with a reason for malformed octets. Zero octets behind the last field are
    /// taken as padding, since a packet mended by FEC is as long as the longest of its group (T.38 Annex C).</summary>
    public static bool TryParse(ReadOnlySpan<byte> octets, IfpSyntax syntax, out IfpPacket packet, out IfpFault fault)
    {
        packet = default;
        if (octets.Length is 0 or > T38Limits.IfpBytesMax)
        {
            fault = octets.IsEmpty ? IfpFault.Truncated : IfpFault.TooLong;
            return false;
        }

        PerReader reader = new(octets);
        bool hasData = reader.Bit() == 1;
        bool isIndicator = reader.Bit() == 0;
        int root = isIndicator ? 16 : 9;
        int last = isIndicator ? (int)T38Indicator.V33At14400Training : (int)T38DataType.V33At14400;
        int value = reader.Extensible(4, root, last);
        if (value < 0 || !reader.Ok)
        {
            fault = reader.Ok ? IfpFault.UnknownType : IfpFault.Truncated;
            return false;
        }

        reader.Align();
        int count = hasData ? reader.Octet() : 0;
        if (count > T38Limits.FieldsMax || !reader.Ok)
        {
            fault = reader.Ok ? IfpFault.TooManyFields : IfpFault.Truncated;
            return false;
        }

        int first = reader.Position;
        bool aligned = false;
        fault = CheckFields(octets, syntax, first, count, aligned);
        if (fault != IfpFault.None && count > 1)
        {
            aligned = CheckFields(octets, syntax, first, count, aligned: true) == IfpFault.None;
            fault = aligned ? IfpFault.None : fault;
        }

        packet = new(octets, syntax, isIndicator, value)
        {
            FieldCount = count,
            FirstFieldBit = first,
            FieldsAligned = aligned,
        };
        return fault == IfpFault.None;
    }

    private static IfpFault CheckFields(ReadOnlySpan<byte> octets, IfpSyntax syntax, int first, int count, bool aligned)
    {
        PerReader reader = new(octets, first);
        for (int i = 0; i < count; i++)
        {
            IfpFault fault = IfpField.Read(ref reader, syntax, aligned, out _);
            if (fault != IfpFault.None)
            {
                return fault;
            }
        }

        reader.Align();
        return octets[(reader.Position / 8)..].ContainsAnyExcept((byte)0) ? IfpFault.TrailingOctets : IfpFault.None;
    }

    /// <summary>Walks the fields of a packet that parsed.</summary>
    public ref struct FieldEnumerator
    {
        private readonly IfpSyntax syntax;
        private readonly bool aligned;
        private PerReader reader;
        private int left;
        private IfpField current = default;

        internal FieldEnumerator(IfpPacket packet)
        {
            syntax = packet.Syntax;
            aligned = packet.FieldsAligned;
            reader = new(packet.Octets, packet.FirstFieldBit);
            left = packet.FieldCount;
        }

        /// <summary>The field that the last <see cref="MoveNext"/> found.</summary>
        public readonly IfpField Current => current;

        /// <summary>On to the next field.</summary>
        public bool MoveNext() =>
            left-- > 0 && IfpField.Read(ref reader, syntax, aligned, out current) == IfpFault.None;
    }
}

/// <summary>One element of Data-Field (T.38 §7.4).</summary>
public readonly ref struct IfpField
{
    private IfpField(T38FieldType type, ReadOnlySpan<byte> data)
    {
        Type = type;
        Data = data;
    }

    /// <summary>What the field says.</summary>
    public T38FieldType Type { get; }

    /// <summary>Its octets, first transmitted bit in the most significant place; empty where it has none.</summary>
    public ReadOnlySpan<byte> Data { get; }

    internal static IfpFault Read(scoped ref PerReader reader, IfpSyntax syntax, bool aligned, out IfpField field)
    {
        field = default;
        if (aligned)
        {
            reader.Align();
        }

        bool hasData = reader.Bit() == 1;
        int type = syntax == IfpSyntax.Asn1998
            ? reader.Bits(3)
            : reader.Extensible(3, 8, (int)T38FieldType.V34Rate);
        ReadOnlySpan<byte> data = default;
        if (hasData)
        {
            reader.Align();
            int length = (reader.Octet() << 8 | reader.Octet()) + 1;
            data = reader.Octets(length);
        }

        if (!reader.Ok)
        {
            return IfpFault.Truncated;
        }

        field = new((T38FieldType)type, data);
        return type < 0 ? IfpFault.UnknownType : IfpFault.None;
    }
}
