// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Security.Cryptography;

namespace Hermetic.Vault.Sealing;

/// <summary>Seals to public keys. One in a process; safe to use from several threads.</summary>
/// <remarks>Agreeing on a key with a recipient costs many times what sealing a page costs. So objects that are sealed
/// to one recipient at nearly the same time share one agreement: at most <see cref="ObjectsMax"/> of them, within at
/// most <see cref="AgeMax"/>; then its secret is zeroed. On disk nothing shows that but an equal `enc`; each object
/// still has a random key of its own, wrapped by an HPKE key of its own. The ADR on the vault has the trade.</remarks>
public sealed class Sealer : IDisposable
{
    /// <summary>Our choice: objects that share an agreement. At 64 it costs a few microseconds an object.</summary>
    public const int ObjectsMax = 64;

    /// <summary>Our choice: after this a process cannot open any more what it sealed.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<KeyId, Encapsulation> _live = [];
    private readonly TimeProvider _time;
    private readonly int _objectsMax;
    private readonly ITimer _sweep;
    private bool _gone;

    /// <param name="time">The clock that ends an agreement.</param>
    /// <param name="objectsMax">Our default: <see cref="ObjectsMax"/>. 1 gives each object an agreement of its
    /// own.</param>
    public Sealer(TimeProvider time, int objectsMax = ObjectsMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(objectsMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(objectsMax, ObjectsMax);
        _time = time;
        _objectsMax = objectsMax;
        _sweep = time.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many agreements' secrets are in memory now.</summary>
    public int LiveSecrets
    {
        get
        {
            lock (_gate)
            {
                return _live.Count;
            }
        }
    }

    /// <summary>Seals what is wholly in memory.</summary>
    public byte[] Seal(SealingKey recipient, in ObjectBinding binding, ReadOnlySpan<byte> plain)
    {
        byte[] result = GC.AllocateUninitializedArray<byte>(checked((int)SealedObject.SealedLength(plain.Length)));
        Seal(recipient, binding, plain, result);
        return result;
    }

    /// <summary>Seals what is wholly in memory into <paramref name="destination"/>; how many bytes it took
    /// (<see cref="SealedObject.SealedLength"/>).</summary>
    public int Seal(
        SealingKey recipient, in ObjectBinding binding, ReadOnlySpan<byte> plain, Span<byte> destination)
    {
        int length = checked((int)SealedObject.SealedLength(plain.Length));
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, length);
        using ChunkCipher cipher = Begin(recipient, binding, destination[..SealedHeader.Length]);
        Span<byte> rest = destination[SealedHeader.Length..length];
        for (long index = 0; ; index++)
        {
            bool last = plain.Length <= ChunkCipher.PlainLength;
            ReadOnlySpan<byte> chunk = last ? plain : plain[..ChunkCipher.PlainLength];
            cipher.Seal(index, last, chunk, rest);
            if (last)
            {
                return length;
            }
            plain = plain[ChunkCipher.PlainLength..];
            rest = rest[ChunkCipher.SealedLength..];
        }
    }

    /// <summary>Seals bytes as they come, into <paramref name="output"/>.</summary>
    public SealedWriter Begin(SealingKey recipient, in ObjectBinding binding, IBufferWriter<byte> output)
    {
        Span<byte> header = output.GetSpan(SealedHeader.Length)[..SealedHeader.Length];
        ChunkCipher cipher = Begin(recipient, binding, header);
        output.Advance(SealedHeader.Length);
        return new SealedWriter(cipher, output);
    }

    /// <summary>A header that seals the same object to another key. The chunks stay as they are.</summary>
    /// <exception cref="SealedObjectException">It does not open with <paramref name="from"/>.</exception>
    public byte[] Rewrap(SealedHeader header, OpeningKey from, SealingKey to)
    {
        Span<byte> objectKey = stackalloc byte[ObjectKeys.Length];
        SealedFault fault = KeyWrap.Open(header, from, objectKey);
        if (fault != SealedFault.None)
        {
            throw new SealedObjectException(fault);
        }
        byte[] bytes = new byte[SealedHeader.Length];
        header.Fixed.CopyTo(bytes);
        Wrap(bytes, to, objectKey);
        CryptographicOperations.ZeroMemory(objectKey);
        return bytes;
    }

    /// <summary>Forgets all agreements now.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            foreach (Encapsulation encapsulation in _live.Values)
            {
                encapsulation.Dispose();
            }
            _live.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _gone = true;
            Forget();
        }
        _sweep.Dispose();
    }

    private ChunkCipher Begin(SealingKey recipient, in ObjectBinding binding, Span<byte> header)
    {
        Span<byte> random = stackalloc byte[ObjectKeys.Length + SealedHeader.SaltLength];
        RandomNumberGenerator.Fill(random);
        ReadOnlySpan<byte> objectKey = random[..ObjectKeys.Length];
        ReadOnlySpan<byte> salt = random[ObjectKeys.Length..];
        Span<byte> commitment = stackalloc byte[ObjectKeys.Length];
        Span<byte> tag = stackalloc byte[ObjectKeys.Length];
        ObjectKeys.Commitment(objectKey, salt, commitment);
        ObjectKeys.BindingTag(objectKey, salt, binding, tag);
        SealedHeader.WriteFixed(header, salt, commitment, tag);
        Wrap(header, recipient, objectKey);
        ChunkCipher cipher = new(objectKey, salt, tag);
        CryptographicOperations.ZeroMemory(random);
        return cipher;
    }

    private void Wrap(Span<byte> header, SealingKey recipient, ReadOnlySpan<byte> objectKey)
    {
        Span<byte> enc = stackalloc byte[Hpke.PointLength];
        Span<byte> shared = stackalloc byte[Hpke.SecretLength];
        Agree(recipient, enc, shared);
        KeyWrap.Seal(header, recipient, enc, shared, objectKey);
        CryptographicOperations.ZeroMemory(shared);
    }

    private void Agree(SealingKey recipient, Span<byte> enc, Span<byte> shared)
    {
        if (_objectsMax == 1)
        {
            Hpke.Encapsulate(recipient, enc, shared);
            return;
        }
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_gone, this);
            if (_live.TryGetValue(recipient.Id, out Encapsulation? live) && IsOld(live))
            {
                Drop(recipient.Id, live);
                live = null;
            }
            if (live is null)
            {
                live = new Encapsulation(recipient, _time.GetTimestamp(), _objectsMax);
                _live[recipient.Id] = live;
                // Only the first arms the timer; the sweep arms it again while there is something to sweep.
                if (_live.Count == 1)
                {
                    _sweep.Change(AgeMax, Timeout.InfiniteTimeSpan);
                }
            }
            live.Take(enc, shared);
            if (live.IsSpent)
            {
                Drop(recipient.Id, live);
            }
        }
    }

    private bool IsOld(Encapsulation live) => _time.GetElapsedTime(live.Born) >= AgeMax;

    private void Drop(KeyId id, Encapsulation live)
    {
        live.Dispose();
        _live.Remove(id);
    }

    private void Sweep()
    {
        lock (_gate)
        {
            foreach ((KeyId id, Encapsulation live) in _live.Where(one => IsOld(one.Value)).ToArray())
            {
                Drop(id, live);
            }
            if (_live.Count > 0 && !_gone)
            {
                TimeSpan left = AgeMax - _live.Values.Max(live => _time.GetElapsedTime(live.Born));
                // The oldest may have come of age since it was looked at.
                _sweep.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
