// SPDX-License-Identifier: Apache-2.0
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Sealing;

/// <summary>A key pair, a sealer, a binding: what most tests start from.</summary>
internal sealed class SealedWorld : IDisposable
{
    public OpeningKey Key { get; } = OpeningKey.Generate(new KeyEpoch(2026, 11, 1));

    public Sealer Sealer { get; } = new(TimeProvider.System);

    public ObjectBinding Binding { get; } = new(
        new Guid("11111111-2222-3333-4444-555555555555"), new Guid("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"), 3,
        ObjectKind.Page);

    public byte[] Seal(byte[] plain) => Sealer.Seal(Key.Public, Binding, plain);

    public byte[] Open(ReadOnlySpan<byte> bytes) => SealedObject.Open(bytes, Key, Binding);

    /// <summary>Opens what must not open.</summary>
    public SealedObjectException Refused(byte[] bytes) =>
        Assert.Throws<SealedObjectException>(() => Open(bytes));

    public static byte[] Bytes(int length, int seed = 1)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public void Dispose()
    {
        Key.Dispose();
        Sealer.Dispose();
    }
}
