// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hermetic.Vault.Sealing;

/// <summary>The shared secrets of the encapsulations that were opened last, of all keys of one key store. An agreement
/// costs ten times what else there is to opening a small object, and the newest faxes are looked at again and again. A
/// secret opens no more than its key does, and goes with it. Safe to use from several threads.</summary>
internal sealed class Agreements
{
    /// <summary>Our limit: three fields of each fax on some thousands of screens' worth; half a MiB of
    /// secrets.</summary>
    public const int CountMax = 16384;

    private readonly Lock _gate = new();
    private readonly Dictionary<Name, int> _slots = [];
    private readonly int _countMax;
    private Name[] _names = [];
    // Pinned, as SecretBytes is; zeroed key by key.
    private byte[] _secrets = [];
    private int _next;

    /// <param name="countMax">How many are kept; the oldest gives way.</param>
    public Agreements(int countMax = CountMax) => _countMax = countMax;

    /// <summary>How many are kept now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _slots.Count;
            }
        }
    }

    /// <summary>Reads the shared secret of an encapsulation; false if it is not known, or the key's time is
    /// over.</summary>
    public bool TryRead(OpeningKey key, ReadOnlySpan<byte> enc, Span<byte> shared)
    {
        lock (_gate)
        {
            if (key.IsOver || !_slots.TryGetValue(new Name(key, enc), out int slot))
            {
                return false;
            }
            SecretOf(slot).CopyTo(shared);
            return true;
        }
    }

    /// <summary>Keeps one, unless the key's time is over.</summary>
    public void Keep(OpeningKey key, ReadOnlySpan<byte> enc, ReadOnlySpan<byte> shared)
    {
        Name name = new(key, enc);
        lock (_gate)
        {
            if (key.IsOver || _slots.ContainsKey(name))
            {
                return;
            }
            if (_names.Length == 0)
            {
                _secrets = GC.AllocateArray<byte>(_countMax * Hpke.SecretLength, pinned: true);
                _names = new Name[_countMax];
            }
            _slots.Remove(_names[_next]);
            _names[_next] = name;
            _slots[name] = _next;
            shared.CopyTo(SecretOf(_next));
            _next = (_next + 1) % _countMax;
        }
    }

    /// <summary>Zeroes all of a key whose time is over.</summary>
    public void Forget(OpeningKey key)
    {
        lock (_gate)
        {
            for (int slot = 0; slot < _names.Length; slot++)
            {
                if (_names[slot].Key == key)
                {
                    _slots.Remove(_names[slot]);
                    _names[slot] = default;
                    CryptographicOperations.ZeroMemory(SecretOf(slot));
                }
            }
        }
    }

    private Span<byte> SecretOf(int slot) =>
        _secrets.AsSpan(slot * Hpke.SecretLength, Hpke.SecretLength);

    // Whose, and all bytes of the point: a secret is bound to each of them.
    private readonly record struct Name(
        OpeningKey? Key, byte Form, UInt128 X0, UInt128 X1, UInt128 Y0, UInt128 Y1)
    {
        private const int Quarter = 16;

        public Name(OpeningKey key, ReadOnlySpan<byte> enc)
            : this(key, enc[0], Part(enc, 0), Part(enc, 1), Part(enc, 2), Part(enc, 3))
        {
        }

        // Behind the byte that says how the point is written (SEC 1 §2.3.3).
        private static UInt128 Part(ReadOnlySpan<byte> enc, int index) =>
            BinaryPrimitives.ReadUInt128LittleEndian(enc[(1 + (index * Quarter))..]);
    }
}
