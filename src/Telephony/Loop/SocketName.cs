// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Hermetic.Telephony.Loop;

/// <summary>An IP address and port by value: a packet's source or destination that allocates nothing.</summary>
/// <remarks>
/// As the kernel's calls take it (family in the machine's order, the rest in the network's):
/// sockaddr_in   | 0 family | 2 port | 4 address   | 8 zero                | 16
/// sockaddr_in6  | 0 family | 2 port | 4 flow info | 8 address  | 24 scope | 28
/// An IPv4 address mapped into IPv6 is read as IPv4.
/// </remarks>
internal readonly record struct SocketName
{
    /// <summary>Octets that the largest name takes: a sockaddr_in6 (RFC 3493 §3.3).</summary>
    public const int BytesMax = 28;

    private const int FamilyIp4 = 2;
    private const int FamilyIp6 = 10;
    private const int Ip4Bytes = 16;
    private const ulong MappedPrefix = 0x0000_FFFF;

    private readonly ulong _high;
    private readonly ulong _low;
    private readonly uint _scope;
    private readonly byte _family;

    private SocketName(byte family, ulong high, ulong low, uint scope, ushort port)
    {
        bool mapped = family == FamilyIp6 && high == 0 && low >> 32 == MappedPrefix;
        _family = mapped ? (byte)FamilyIp4 : family;
        _high = mapped ? 0 : high;
        _low = mapped ? (uint)low : low;
        _scope = mapped ? 0 : scope;
        Port = port;
    }

    /// <summary>The port.</summary>
    public ushort Port { get; }

    /// <summary>True if it names nothing.</summary>
    public bool IsEmpty => _family == 0;

    /// <summary>The name of <paramref name="endPoint"/>.</summary>
    public static SocketName From(IPEndPoint endPoint)
    {
        Span<byte> address = stackalloc byte[16];
        endPoint.Address.TryWriteBytes(address, out int length);
        return length == 4
            ? new SocketName(FamilyIp4, 0, BinaryPrimitives.ReadUInt32BigEndian(address), 0, (ushort)endPoint.Port)
            : new SocketName(FamilyIp6, BinaryPrimitives.ReadUInt64BigEndian(address),
                BinaryPrimitives.ReadUInt64BigEndian(address[8..]), (uint)endPoint.Address.ScopeId,
                (ushort)endPoint.Port);
    }

    /// <summary>Reads what the kernel wrote; empty if it is no IP name.</summary>
    public static SocketName Read(ReadOnlySpan<byte> name)
    {
        if (name.Length < Ip4Bytes)
        {
            return default;
        }

        ushort port = BinaryPrimitives.ReadUInt16BigEndian(name[2..]);
        return BitConverter.ToUInt16(name) switch
        {
            FamilyIp4 => new SocketName(FamilyIp4, 0, BinaryPrimitives.ReadUInt32BigEndian(name[4..]), 0, port),
            FamilyIp6 when name.Length >= BytesMax => new SocketName(FamilyIp6,
                BinaryPrimitives.ReadUInt64BigEndian(name[8..]), BinaryPrimitives.ReadUInt64BigEndian(name[16..]),
                BitConverter.ToUInt32(name[24..]), port),
            _ => default,
        };
    }

    /// <summary>Writes the name for a socket of <paramref name="family"/> and returns its length; 0 if it does not
    /// fit it.</summary>
    public int Write(AddressFamily family, Span<byte> name)
    {
        name[..BytesMax].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(name[2..], Port);
        if (family == AddressFamily.InterNetwork)
        {
            BitConverter.TryWriteBytes(name, (ushort)FamilyIp4);
            BinaryPrimitives.WriteUInt32BigEndian(name[4..], (uint)_low);
            return _family == FamilyIp4 ? Ip4Bytes : 0;
        }

        BitConverter.TryWriteBytes(name, (ushort)FamilyIp6);
        BinaryPrimitives.WriteUInt64BigEndian(name[8..], _high);
        BinaryPrimitives.WriteUInt64BigEndian(name[16..],
            _family == FamilyIp4 ? _low | (MappedPrefix << 32) : _low);
        BitConverter.TryWriteBytes(name[24..], _scope);
        return IsEmpty ? 0 : BytesMax;
    }

    /// <summary>True if <paramref name="other"/> has the same address, whatever its port.</summary>
    public bool IsSameHost(in SocketName other) =>
        _family == other._family && _high == other._high && _low == other._low && _scope == other._scope;

    /// <summary>The same as .NET says it.</summary>
    public IPEndPoint ToEndPoint()
    {
        Span<byte> address = stackalloc byte[16];
        if (_family == FamilyIp4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(address, (uint)_low);
            return new IPEndPoint(new IPAddress(address[..4]), Port);
        }

        BinaryPrimitives.WriteUInt64BigEndian(address, _high);
        BinaryPrimitives.WriteUInt64BigEndian(address[8..], _low);
        return new IPEndPoint(new IPAddress(address, _scope), Port);
    }
}
