// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using CsCheck;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Sealing;

public sealed class SealedObjectTests : IDisposable
{
    private readonly SealedWorld _world = new();

    public static TheoryData<int> Sizes => [0, 1, 15, 16, 17, 65535, 65536, 65537, 131072, 131073, 1_000_000];

    public void Dispose() => _world.Dispose();

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Object_OfAnySize_ComesBack(int size)
    {
        byte[] plain = SealedWorld.Bytes(size);
        byte[] bytes = _world.Seal(plain);
        Assert.Equal(SealedObject.SealedLength(size), bytes.Length);
        Assert.Equal(plain, _world.Open(bytes));
        byte[] buffer = new byte[size + 5];
        Assert.Equal(size, SealedObject.Open(bytes, _world.Key, _world.Binding, buffer));
        Assert.Equal(plain, buffer[..size]);
    }

    [Fact]
    public void Object_OfAnyContentAndBinding_ComesBack() =>
        Gen.Select(Gen.Byte.Array[0, 200_000], Gen.Guid, Gen.Guid, Gen.UInt, Gen.UShort).Sample(
            (plain, tenant, fax, page, kind) =>
            {
                ObjectBinding binding = new(tenant, fax, page, (ObjectKind)kind);
                byte[] bytes = _world.Sealer.Seal(_world.Key.Public, binding, plain);
                return SealedObject.Open(bytes, _world.Key, binding).AsSpan().SequenceEqual(plain);
            },
            iter: 200);

    [Theory]
    [InlineData(4096)]
    [InlineData(1024)]
    [InlineData(16)]
    [InlineData(1)]
    public void Writer_FedInPieces_WritesAnObjectThatOpens(int piece)
    {
        foreach (int size in (int[])[0, 1, 65535, 65536, 65537, 200_000])
        {
            byte[] plain = SealedWorld.Bytes(size, piece);
            ArrayBufferWriter<byte> output = new();
            using (SealedWriter writer = _world.Sealer.Begin(_world.Key.Public, _world.Binding, output))
            {
                for (int at = 0; at < size; at += piece)
                {
                    writer.Write(plain.AsSpan(at, Math.Min(piece, size - at)));
                }
                Assert.Equal(size, writer.Length);
                writer.Complete();
            }
            Assert.Equal(SealedObject.SealedLength(size), output.WrittenCount);
            Assert.Equal(plain, _world.Open(output.WrittenSpan));
        }
    }

    [Fact]
    public void Writer_NotCompleted_LeavesWhatDoesNotOpen()
    {
        ArrayBufferWriter<byte> output = new();
        using (SealedWriter writer = _world.Sealer.Begin(_world.Key.Public, _world.Binding, output))
        {
            writer.Write(SealedWorld.Bytes(200_000));
        }
        SealedObjectException refusal = _world.Refused(output.WrittenSpan.ToArray());
        Assert.Equal((SealedFault.Truncated, 2L), (refusal.Fault, refusal.Chunk));
    }

    [Fact]
    public void Chunks_OpenedInAnyOrder_ComeBack()
    {
        byte[] plain = SealedWorld.Bytes(5 * 65536 + 77);
        byte[] bytes = _world.Seal(plain);
        using ObjectOpener opener =
            new(SealedObject.ReadHeader(bytes), _world.Key, _world.Binding, bytes.Length);
        Assert.Equal((6L, plain.LongLength), (opener.ChunkCount, opener.Length));
        byte[] chunk = new byte[ObjectOpener.ChunkLength];
        foreach (int index in (int[])[5, 0, 3, 3, 1])
        {
            (long offset, int length) = opener.Locate(index);
            int count = opener.OpenChunk(index, bytes.AsSpan((int)offset, length), chunk);
            Assert.Equal(plain.AsSpan(index * 65536, count), chunk.AsSpan(0, count));
        }
    }

    [Fact]
    public void Rewrap_ToAnotherKey_TouchesNoChunkAndOpensWithThatKeyAlone()
    {
        byte[] plain = SealedWorld.Bytes(100_000);
        byte[] bytes = _world.Seal(plain);
        using OpeningKey other = OpeningKey.Generate(new KeyEpoch(2027, 1, 2));
        byte[] header = _world.Sealer.Rewrap(SealedObject.ReadHeader(bytes), _world.Key, other.Public);
        byte[] again = [.. header, .. bytes[SealedHeader.Length..]];
        Assert.Equal(other.Public.Id, SealedObject.ReadHeader(again).Recipient);
        Assert.Equal(other.Public.Epoch, SealedObject.ReadHeader(again).Epoch);
        Assert.Equal(plain, SealedObject.Open(again, other, _world.Binding));
        Assert.Equal(SealedFault.WrongKey, _world.Refused(again).Fault);
    }

    [Fact]
    public void TwoSealings_OfTheSame_ShareNoByteThatMatters()
    {
        byte[] plain = new byte[1000];
        byte[] first = _world.Seal(plain), second = _world.Seal(plain);
        // Salt, commitment and tag; wrapped key; chunk.
        Assert.NotEqual(first[8..88], second[8..88]);
        Assert.NotEqual(first[173..221], second[173..221]);
        Assert.NotEqual(first[221..], second[221..]);
    }
}
