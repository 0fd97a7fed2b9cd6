// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Sealing;

public sealed class FieldTests : IDisposable
{
    private static readonly KeyEpoch Epoch = new(2026, 11, 1);
    private static readonly FieldBinding Binding = new(Guid.NewGuid(), Guid.NewGuid(), "fax.remote-number");

    private readonly FieldKey _key = new(SealedWorld.Bytes(32), Epoch);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Field_OfAnyText_ComesBack() => Gen.String.Sample(
        text => _key.OpenText(Binding, _key.Seal(Binding, text)) == Clean(text), iter: 500);

    [Fact]
    public void Field_AnyBitFlippedOrAnyByteCut_IsRefused()
    {
        byte[] field = _key.Seal(Binding, "+1 202 555 0143");
        Assert.Equal(FieldKey.Overhead + 15, field.Length);
        for (int at = 0; at < field.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] changed = [.. field];
                changed[at] ^= (byte)(1 << bit);
                Assert.Throws<SealedObjectException>(() => _key.Open(Binding, changed));
            }
            byte[] cut = field[..at];
            Assert.Throws<SealedObjectException>(() => _key.Open(Binding, cut));
        }
    }

    [Fact]
    public void Field_InAnotherTenantRowOrColumn_IsRefused()
    {
        byte[] field = _key.Seal(Binding, "JANE DOE");
        foreach (FieldBinding other in (FieldBinding[])
            [Binding with { Tenant = Guid.NewGuid() }, Binding with { Record = Guid.NewGuid() },
             Binding with { Column = "fax.subject" }, new(Binding.Record, Binding.Tenant, Binding.Column)])
        {
            Assert.Equal(SealedFault.FieldTampered,
                Assert.Throws<SealedObjectException>(() => _key.Open(other, field)).Fault);
        }
    }

    [Fact]
    public void Field_OfAnotherKeyOrEpoch_IsRefusedAndNamesItsEpoch()
    {
        byte[] field = _key.Seal(Binding, "x");
        Assert.True(FieldKey.TryReadEpoch(field, out KeyEpoch epoch));
        Assert.Equal(Epoch, epoch);
        using FieldKey later = new(SealedWorld.Bytes(32), new KeyEpoch(2026, 12, 1));
        Assert.Equal(SealedFault.WrongKey,
            Assert.Throws<SealedObjectException>(() => later.Open(Binding, field)).Fault);
        using FieldKey other = new(SealedWorld.Bytes(32, 2), Epoch);
        Assert.Equal(SealedFault.FieldTampered,
            Assert.Throws<SealedObjectException>(() => other.Open(Binding, field)).Fault);
    }

    [Fact]
    public void Tag_IsEqualForEqualValuesOfOneTenantAndColumnOnly()
    {
        Guid tenant = Guid.NewGuid();
        using EqualityTagKey key = new(SealedWorld.Bytes(32), tenant);
        using EqualityTagKey elsewhere = new(SealedWorld.Bytes(32), Guid.NewGuid());
        using EqualityTagKey otherKey = new(SealedWorld.Bytes(32, 2), tenant);
        byte[] tag = key.Tag("number", "+12025550143");
        Assert.Equal(EqualityTagKey.TagLength, tag.Length);
        Assert.Equal(tag, key.Tag("number", "+12025550143"));
        byte[][] others =
        [
            key.Tag("number", "+12025550144"), key.Tag("name", "+12025550143"), key.Tag("number+", "12025550143"),
            elsewhere.Tag("number", "+12025550143"), otherKey.Tag("number", "+12025550143"),
        ];
        Assert.All(others, other => Assert.NotEqual(tag, other));
    }

    [Fact]
    public void Epoch_WrittenAndRead_IsTheSame() =>
        Gen.Select(Gen.Int[1, 5000], Gen.Int[1, 12], Gen.UShort).Sample((year, month, retention) =>
        {
            KeyEpoch epoch = new(year, month, retention);
            return KeyEpoch.TryParse(epoch.ToString(), out KeyEpoch read) && read == epoch
                && KeyEpoch.TryDecode(epoch.Encoded, out KeyEpoch decoded) && decoded == epoch
                && (epoch.Year, epoch.Month) == (year, month);
        });

    [Theory]
    [InlineData("2026-13-0001")]
    [InlineData("2026-00-0001")]
    [InlineData("2026-1-0001")]
    [InlineData("2026-01-1")]
    [InlineData("2026-01-0001x")]
    [InlineData("+026-01-0001")]
    [InlineData("0000-01-0001")]
    [InlineData("")]
    public void Epoch_SpeltOtherwise_IsRefused(string text) => Assert.False(KeyEpoch.TryParse(text, out _));

    private static string Clean(string text) =>
        System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
