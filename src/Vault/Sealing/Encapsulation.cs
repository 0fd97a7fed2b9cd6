// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Vault.Sealing;

/// <summary>One HPKE encapsulation to one recipient, shared by few objects sealed within a short time. The ephemeral
/// private key is gone before the first of them; the shared secret goes with the last (the ADR on the vault).</summary>
internal sealed class Encapsulation : IDisposable
{
    private readonly byte[] _enc = new byte[Hpke.PointLength];
    private readonly SecretBytes _shared = new(Hpke.SecretLength);
    private int _left;

    public Encapsulation(SealingKey recipient, long born, int objects)
    {
        Born = born;
        _left = objects;
        Hpke.Encapsulate(recipient, _enc, _shared.Span);
    }

    /// <summary>When it was made, as the clock's own count.</summary>
    public long Born { get; }

    /// <summary>True when no object may use it any more.</summary>
    public bool IsSpent => _left == 0;

    /// <summary>Copies out for one object. The caller zeroes what it got.</summary>
    public void Take(Span<byte> enc, Span<byte> shared)
    {
        _left--;
        _enc.CopyTo(enc);
        _shared.Span.CopyTo(shared);
    }

    public void Dispose() => _shared.Dispose();
}
