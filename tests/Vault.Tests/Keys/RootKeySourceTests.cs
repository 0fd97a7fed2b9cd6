// SPDX-License-Identifier: Apache-2.0
using Hermetic.TestKit.Durable;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Keys;

/// <summary>What every source of root keys keeps to; run on the key file and on a token.</summary>
public abstract class RootKeySourceTests
{
    [Fact]
    public void Generations_AreMadeListedAndDestroyed()
    {
        using IRootKeySource source = Open();
        Assert.Empty(source.List());
        RootGeneration first = source.Create(), second = source.Create();
        Assert.Equal((1u, 2u), (first.Number, second.Number));
        Assert.Equal([first, second], source.List());
        source.Destroy(first);
        source.Destroy(first);
        Assert.Equal([second], source.List());
        Assert.Equal(3u, source.Create().Number);
    }

    [Fact]
    public void Secret_Wrapped_ComesBackUnchangedOrNotAtAll()
    {
        using IRootKeySource source = Open();
        RootGeneration generation = source.Create();
        byte[] secret = [.. Enumerable.Range(0, 129).Select(one => (byte)one)];
        byte[] wrapped = source.Wrap(generation, secret, "about"u8);
        Assert.NotEqual(wrapped, source.Wrap(generation, secret, "about"u8));
        using (SecretBytes? back = source.Unwrap(generation, wrapped, "about"u8))
        {
            Assert.Equal(secret, back!.Span.ToArray());
        }
        Assert.Null(source.Unwrap(generation, wrapped, "another"u8));
        Assert.Null(source.Unwrap(source.Create(), wrapped, "about"u8));
        for (int at = 0; at < wrapped.Length; at++)
        {
            byte[] changed = [.. wrapped];
            changed[at] ^= 0x40;
            Assert.Null(source.Unwrap(generation, changed, "about"u8));
        }
        Assert.Null(source.Unwrap(generation, wrapped.AsSpan(0, 20), "about"u8));
    }

    [Fact]
    public void DestroyedGeneration_UnwrapsNothing()
    {
        using IRootKeySource source = Open();
        RootGeneration generation = source.Create();
        byte[] wrapped = source.Wrap(generation, "secret"u8, "about"u8);
        source.Destroy(generation);
        Assert.Equal(KeyFault.WrongRoot, Assert.Throws<VaultKeyException>(
            () => source.Unwrap(generation, wrapped, "about"u8)).Fault);
        Assert.Equal(KeyFault.WrongRoot, Assert.Throws<VaultKeyException>(
            () => source.Wrap(generation, "secret"u8, "about"u8)).Fault);
    }

    [Fact]
    public void Store_OnThisSource_RotatesAndDestroysForGood()
    {
        KeyWorld world = new();
        using IRootKeySource source = Open();
        ObjectBinding binding = KeyWorld.Binding(KeyWorld.Clinic);
        using Sealer sealer = new(TimeProvider.System);
        SimulatedFiles backup;
        using (KeyStore store = KeyStore.Open(world.Files, source))
        {
            byte[] kept = sealer.Seal(store.Ensure(KeyWorld.Clinic, KeyWorld.November).Sealing, binding, "kept"u8);
            byte[] shred = sealer.Seal(store.Ensure(KeyWorld.Clinic, KeyWorld.December).Sealing, binding, "gone"u8);
            store.Rotate();
            backup = world.Files.Copy();
            store.Destroy([(KeyWorld.Clinic, KeyWorld.December)]);
            Assert.Equal("kept"u8.ToArray(), store.OpenObject(kept, binding));
            Assert.Equal(KeyFault.EpochDestroyed,
                Assert.Throws<VaultKeyException>(() => store.OpenObject(shred, binding)).Fault);
            Assert.Single(source.List());
        }
        Assert.Equal(KeyFault.FolderOutdated,
            Assert.Throws<VaultKeyException>(() => KeyStore.Open(backup, source)).Fault);
    }

    protected abstract IRootKeySource Open();
}

public sealed class KeyFileSourceTests : RootKeySourceTests
{
    protected override IRootKeySource Open() => new KeyFileSource(new SimulatedFiles(), "root.key", "root.key");
}

[Collection("softhsm")]
public sealed class TokenSourceTests(SoftHsm hsm) : RootKeySourceTests
{
    [Fact]
    public void Token_Absent_SaysWhatToDo()
    {
        VaultKeyException refusal = Assert.Throws<VaultKeyException>(() => SoftHsm.Open("no such token"));
        Assert.Equal(KeyFault.TokenAbsent, refusal.Fault);
        Assert.Contains("'no such token'", $"'{refusal.Message.Split("label ")[1].Split('.')[0]}'",
            StringComparison.Ordinal);
    }

    [Fact]
    public void Token_WrongPin_SaysWhatToDo()
    {
        VaultKeyException refusal = Assert.Throws<VaultKeyException>(() => SoftHsm.Open(hsm.NewToken(), "0000"));
        Assert.Equal(KeyFault.PinWrong, refusal.Fault);
        Assert.DoesNotContain("0000", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Library_Missing_SaysWhatToDo()
    {
        using SecretBytes pin = new("0000"u8);
        VaultKeyException refusal = Assert.Throws<VaultKeyException>(
            () => TokenSource.Open("/usr/lib/no-such-pkcs11.so", "x", pin));
        Assert.Equal(KeyFault.LibraryMissing, refusal.Fault);
    }

    [Fact]
    public void Token_OpenedAgain_HasItsKeys()
    {
        string label = hsm.NewToken();
        RootGeneration generation;
        byte[] wrapped;
        using (TokenSource first = SoftHsm.Open(label))
        {
            generation = first.Create();
            wrapped = first.Wrap(generation, "secret"u8, "about"u8);
        }
        using TokenSource again = SoftHsm.Open(label);
        Assert.Equal([generation], again.List());
        using SecretBytes? secret = again.Unwrap(generation, wrapped, "about"u8);
        Assert.Equal("secret"u8.ToArray(), secret!.Span.ToArray());
    }

    [Fact]
    public void Pin_FromFileAndEnvironment_IsReadOrSaidToBeMissing()
    {
        string path = Path.Combine(hsm.Folder, "pin");
        Assert.Equal(KeyFault.PinMissing,
            Assert.Throws<VaultKeyException>(() => TokenPin.FromFile(path, "/nowhere")).Fault);
        File.WriteAllText(path, SoftHsm.Pin + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Equal(KeyFault.FileOpenToOthers,
            Assert.Throws<VaultKeyException>(() => TokenPin.FromFile(path, "/nowhere")).Fault);
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        using SecretBytes pin = TokenPin.FromFile(path, "/nowhere");
        Assert.Equal(SoftHsm.Pin, System.Text.Encoding.ASCII.GetString(pin.Span));
        Assert.Equal(KeyFault.PinMissing,
            Assert.Throws<VaultKeyException>(() => TokenPin.FromEnvironment("HERMETIC_NO_SUCH_PIN")).Fault);
    }

    protected override IRootKeySource Open() => SoftHsm.Open(hsm.NewToken());
}
