// SPDX-License-Identifier: Apache-2.0
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Sealing;

/// <summary>One flipped byte anywhere, anything cut, moved, doubled or swapped: found, and named.</summary>
public sealed class TamperTests : IDisposable
{
    private const int Chunk = 65536 + 16;
    private const int Header = SealedHeader.Length;

    private readonly SealedWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void SmallObject_AnyBitFlipped_IsRefusedAndSaysWhere()
    {
        byte[] bytes = _world.Seal(SealedWorld.Bytes(100));
        for (int at = 0; at < bytes.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] changed = [.. bytes];
                changed[at] ^= (byte)(1 << bit);
                SealedFault fault = _world.Refused(changed).Fault;
                Assert.Contains(fault, at switch
                {
                    < 4 => [SealedFault.NotSealed],
                    < 8 => [SealedFault.UnknownVersion],
                    < 88 => [SealedFault.HeaderTampered],
                    < 104 => [SealedFault.WrongKey],
                    < 108 => [SealedFault.WrongKey, SealedFault.HeaderTampered],
                    < Header => [SealedFault.HeaderTampered],
                    _ => (SealedFault[])[SealedFault.ChunkTampered],
                });
            }
        }
    }

    [Fact]
    public void LargeObject_AByteFlippedInAnyChunk_IsRefusedAndNamesTheChunk()
    {
        byte[] bytes = _world.Seal(SealedWorld.Bytes((20 * 65536) + 1234));
        Random random = new(7);
        for (int round = 0; round < 200; round++)
        {
            int at = random.Next(Header, bytes.Length);
            bytes[at] ^= 0x10;
            SealedObjectException refusal = _world.Refused(bytes);
            Assert.Equal(SealedFault.ChunkTampered, refusal.Fault);
            Assert.Equal((at - Header) / Chunk, refusal.Chunk);
            Assert.Contains($"chunk {refusal.Chunk} ", refusal.Message, StringComparison.Ordinal);
            bytes[at] ^= 0x10;
        }
    }

    [Fact]
    public void Object_CutAtEveryChunkBoundary_IsCalledTruncated()
    {
        byte[] bytes = _world.Seal(SealedWorld.Bytes((5 * 65536) + 9));
        for (int chunks = 1; chunks <= 5; chunks++)
        {
            SealedObjectException refusal = _world.Refused(bytes[..(Header + (chunks * Chunk))]);
            Assert.Equal((SealedFault.Truncated, chunks - 1L), (refusal.Fault, refusal.Chunk));
        }
        Assert.Equal(SealedFault.ChunkTampered, _world.Refused(bytes[..Header]).Fault);
    }

    [Fact]
    public void SmallObject_CutAtEveryByte_IsRefused()
    {
        byte[] bytes = _world.Seal(SealedWorld.Bytes(40));
        for (int length = 0; length < bytes.Length; length++)
        {
            SealedFault fault = _world.Refused(bytes[..length]).Fault;
            Assert.Equal(length < Header ? SealedFault.HeaderTruncated : SealedFault.ChunkTampered, fault);
        }
    }

    [Fact]
    public void Object_CutAroundEveryChunkBoundary_IsRefused()
    {
        byte[] bytes = _world.Seal(SealedWorld.Bytes((2 * 65536) + 30));
        foreach (int length in Enumerable.Range(-20, 41).SelectMany(
            near => new[] { Header + Chunk + near, Header + (2 * Chunk) + near, bytes.Length - 21 + near }))
        {
            if (length < bytes.Length)
            {
                _world.Refused(bytes[..length]);
            }
        }
    }

    [Fact]
    public void Object_WithSomethingBehindItsEnd_IsRefused()
    {
        byte[] bytes = _world.Seal(SealedWorld.Bytes(65536));
        foreach (int more in (int[])[1, 15, 16, 17, Chunk, Chunk + 1])
        {
            SealedObjectException refusal = _world.Refused([.. bytes, .. new byte[more]]);
            Assert.Contains(refusal.Fault, new[] { SealedFault.Overlong, SealedFault.ChunkTampered });
        }
        Assert.Equal(SealedFault.Overlong, _world.Refused([.. bytes, .. bytes[Header..]]).Fault);
    }

    [Fact]
    public void Chunks_MovedDoubledOrLeftOut_AreRefusedAndNamed()
    {
        byte[] bytes = _world.Seal(SealedWorld.Bytes(4 * 65536));
        byte[] Piece(int index) => bytes[(Header + (index * Chunk))..(Header + ((index + 1) * Chunk))];
        byte[] Join(params int[] chunks) => [.. bytes[..Header], .. chunks.SelectMany(Piece)];

        Assert.Equal(1, _world.Refused(Join(0, 2, 1, 3)).Chunk);
        Assert.Equal(1, _world.Refused(Join(0, 0, 2, 3)).Chunk);
        Assert.Equal(2, _world.Refused(Join(0, 1, 3)).Chunk);
        Assert.Equal(0, _world.Refused(Join(1, 2, 3)).Chunk);
        Assert.Equal(3, _world.Refused(Join(0, 1, 2, 3, 3)).Chunk);
    }

    [Fact]
    public void Chunks_OfAnotherObjectOfTheSameKeyAndBinding_AreRefused()
    {
        byte[] first = _world.Seal(SealedWorld.Bytes(100)), second = _world.Seal(SealedWorld.Bytes(100));
        Assert.Equal(SealedFault.ChunkTampered, _world.Refused([.. first[..Header], .. second[Header..]]).Fault);
    }

    [Fact]
    public void P1_ObjectInAnothersPlace_IsRefusedAndSaysSo()
    {
        byte[] plain = SealedWorld.Bytes(1000);
        ObjectBinding own = _world.Binding;
        ObjectBinding[] others =
        [
            own with { Tenant = Guid.NewGuid() }, own with { Fax = Guid.NewGuid() }, own with { Page = own.Page + 1 },
            own with { Kind = ObjectKind.Text },
            new(own.Fax, own.Tenant, own.Page, own.Kind),
        ];
        byte[] bytes = _world.Seal(plain);
        foreach (ObjectBinding other in others)
        {
            SealedObjectException refusal = Assert.Throws<SealedObjectException>(
                () => SealedObject.Open(bytes, _world.Key, other));
            Assert.Equal(SealedFault.WrongBinding, refusal.Fault);
            byte[] theirs = _world.Sealer.Seal(_world.Key.Public, other, plain);
            Assert.Equal(SealedFault.WrongBinding, _world.Refused(theirs).Fault);
        }
    }

    [Fact]
    public void Refusal_LeavesNoPlainBytesBehind()
    {
        byte[] bytes = _world.Seal([.. Enumerable.Repeat((byte)'p', 3 * 65536)]);
        bytes[^1] ^= 1;
        byte[] buffer = new byte[3 * 65536];
        Assert.Throws<SealedObjectException>(() => SealedObject.Open(bytes, _world.Key, _world.Binding, buffer));
        Assert.Equal(-1, buffer.AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void Commitment_OfAnotherObjectKey_IsRefused()
    {
        // A header that wraps, in due form, another object key than the one its commitment is for.
        byte[] bytes = _world.Seal(SealedWorld.Bytes(10));
        byte[] enc = new byte[65], shared = new byte[32];
        Hpke.Encapsulate(_world.Key.Public, enc, shared);
        KeyWrap.Seal(bytes.AsSpan(0, Header), _world.Key.Public, enc, shared, SealedWorld.Bytes(32));
        Assert.Equal(SealedFault.HeaderTampered, _world.Refused(bytes).Fault);
    }
}
