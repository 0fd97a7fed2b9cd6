// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Vault.Sealing;
using Hermetic.Vault.Tests.Sealing;

namespace Hermetic.Vault.Tests.Peers;

/// <summary>A reader that we wrote from the format's page alone, in another language on another library, opens what we
/// seal and refuses what we refuse.</summary>
public sealed class SecondReaderTests : IDisposable
{
    private readonly SealedWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(300_000)]
    public void Python_OpensOurObjects(int size)
    {
        byte[] plain = SealedWorld.Bytes(size);
        (byte[] output, string refusal) = PythonReader.Object(_world.Seal(plain), _world.Key, _world.Binding);
        Assert.Equal("", refusal);
        Assert.Equal(plain, output);
    }

    [Fact]
    public void Python_OpensAChunkAlone()
    {
        byte[] plain = SealedWorld.Bytes(200_000);
        (byte[] output, string refusal) = PythonReader.Object(_world.Seal(plain), _world.Key, _world.Binding, 2);
        Assert.Equal("", refusal);
        Assert.Equal(plain[131072..196608], output);
    }

    [Fact]
    public void Python_OpensARewrappedObject()
    {
        byte[] plain = SealedWorld.Bytes(5000);
        byte[] bytes = _world.Seal(plain);
        using OpeningKey other = OpeningKey.Generate(new KeyEpoch(2027, 1, 2));
        byte[] header = _world.Sealer.Rewrap(SealedObject.ReadHeader(bytes), _world.Key, other.Public);
        byte[] again = [.. header, .. bytes[SealedHeader.Length..]];
        Assert.Equal(plain, PythonReader.Object(again, other, _world.Binding).Output);
        Assert.Equal("wrong key", PythonReader.Object(again, _world.Key, _world.Binding).Refusal);
    }

    [Fact]
    public void Python_RefusesWhatWeRefuse()
    {
        byte[] bytes = _world.Seal(SealedWorld.Bytes(200_000));
        string Refusal(byte[] changed) => PythonReader.Object(changed, _world.Key, _world.Binding).Refusal;
        byte[] Flip(int at) => [.. bytes[..at], (byte)(bytes[at] ^ 1), .. bytes[(at + 1)..]];
        Assert.Equal("header tampered", Refusal(Flip(60)));
        Assert.Equal("header tampered", Refusal(Flip(120)));
        Assert.Equal("chunk 1 tampered", Refusal(Flip(221 + 65552 + 5)));
        Assert.Equal("truncated", Refusal(bytes[..(221 + (2 * 65552))]));
        Assert.Equal("wrong binding",
            PythonReader.Object(bytes, _world.Key, _world.Binding with { Page = 4 }).Refusal);
    }

    [Fact]
    public void Python_OpensOurFieldsAndMakesOurTags()
    {
        byte[] secret = SealedWorld.Bytes(32);
        FieldBinding binding = new(Guid.NewGuid(), Guid.NewGuid(), "fax.subject");
        using FieldKey key = new(secret, new KeyEpoch(2026, 11, 1));
        byte[] field = key.Seal(binding, "Überweisung");
        Assert.Equal("Überweisung", Encoding.UTF8.GetString(PythonReader.Field(field, secret, binding).Output));
        Assert.Equal("field tampered", PythonReader.Field(field, secret, binding with { Column = "a" }).Refusal);
        using EqualityTagKey tags = new(secret, binding.Tenant);
        (byte[] output, _) = PythonReader.Run(
            "tag", Convert.ToHexString(secret), $"{binding.Tenant}", "number", "+12025550143");
        Assert.Equal(Convert.ToHexStringLower(tags.Tag("number", "+12025550143")), Encoding.ASCII.GetString(output));
    }
}
