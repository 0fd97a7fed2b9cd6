// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Hermetic.Durable;
using Hermetic.TestKit.Durable;
using Hermetic.Vault.Keys;

namespace Hermetic.Vault.Tests.Keys;

/// <summary>The key file on a real disk: where it may lie, who may read it, and what a damaged one says.</summary>
public sealed class KeyFileRulesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("hermetic-key-").FullName;
    private readonly string _data;
    private readonly string _safe;

    public KeyFileRulesTests()
    {
        _data = Directory.CreateDirectory(Path.Combine(_root, "data")).FullName;
        _safe = Directory.CreateDirectory(Path.Combine(_root, "safe")).FullName;
    }

    private string KeyPath => Path.Combine(_safe, "root.key");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void FirstRun_MakesAFileForItsOwnerAloneAndSaysHowToBackItUp()
    {
        using KeyFileSource source = KeyFileSource.Open(KeyPath, _data);
        using KeyStore store = KeyStore.Open(new DiskFiles(_data), source);
        Assert.True(store.IsFirstRun);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        Assert.Contains("Copy this file now", source.BackupText, StringComparison.Ordinal);
        Assert.Contains("# 1. Copy this file now", File.ReadAllText(KeyPath), StringComparison.Ordinal);
        // A second look finds it in order.
        KeyFileSource.Open(KeyPath, _data).Dispose();
    }

    [Fact]
    public void KeyFile_InsideTheDataFolder_IsRefusedAlsoThroughALink()
    {
        Assert.Equal(KeyFault.FileInsideData, Refusal(Path.Combine(_data, "root.key")));
        Directory.CreateDirectory(Path.Combine(_data, "below"));
        Assert.Equal(KeyFault.FileInsideData, Refusal(Path.Combine(_data, "below", "root.key")));
        Assert.Equal(KeyFault.FileInsideData, Refusal(Path.Combine(_safe, "..", "data", "root.key")));
        Directory.CreateSymbolicLink(Path.Combine(_root, "link"), _data);
        Assert.Equal(KeyFault.FileInsideData, Refusal(Path.Combine(_root, "link", "root.key")));
        File.WriteAllText(Path.Combine(_data, "real.key"), "");
        File.CreateSymbolicLink(KeyPath, Path.Combine(_data, "real.key"));
        Assert.Equal(KeyFault.FileInsideData, Refusal(KeyPath));
        Assert.Equal(KeyFault.FileInsideData, Assert.Throws<VaultKeyException>(
            () => KeyFileSource.Open(Path.Combine(_data, "x"), Path.Combine(_root, "link"))).Fault);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void KeyFile_OpenToOthers_IsRefused(UnixFileMode other)
    {
        File.WriteAllText(KeyPath, "");
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | other);
        Assert.Equal(KeyFault.FileOpenToOthers, Refusal(KeyPath));
    }

    [Fact]
    public void KeyFile_OfAnotherUser_IsRefused()
    {
        File.WriteAllText(KeyPath, "");
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using Process chown = Process.Start("chown", ["65534", KeyPath]);
        chown.WaitForExit();
        // Without root there is no file of another user to be had, but root's own.
        string path = chown.ExitCode == 0 ? KeyPath : "/etc/shadow";
        Assert.Contains(Refusal(path), new[] { KeyFault.FileOwner, KeyFault.FileOpenToOthers });
        Assert.True(chown.ExitCode != 0 || Refusal(KeyPath) == KeyFault.FileOwner);
    }

    [Fact]
    public void KeyFile_InAFolderThatIsNotThere_IsRefused() =>
        Assert.Equal(KeyFault.FileUnusable, Refusal(Path.Combine(_root, "nowhere", "root.key")));

    [Fact]
    public void KeyFile_AnyByteOfAKeyChanged_IsCalledDamaged()
    {
        SimulatedFiles files = new();
        KeyFileSource source = new(files, "root.key", "root.key");
        source.Create();
        byte[] good = files.Bytes("root.key");
        int line = System.Text.Encoding.ASCII.GetString(good).IndexOf("\nhermetic-root-keys", StringComparison.Ordinal);
        for (int at = line + 1; at < good.Length - 1; at++)
        {
            byte[] changed = [.. good];
            changed[at] ^= 0x02;
            files.Replace("root.key", changed);
            KeyFault? fault = null;
            try
            {
                source.List();
            }
            catch (VaultKeyException e)
            {
                fault = e.Fault;
            }
            Assert.True(fault == KeyFault.FileDamaged, $"byte {at - line} of the lines: {fault}");
        }
        files.Replace("root.key", []);
        Assert.Equal(KeyFault.FileDamaged, Assert.Throws<VaultKeyException>(() => source.List()).Fault);
    }

    [Fact]
    public void KeyFile_AfterADestruction_NoLongerHoldsTheKeyAnywhereOnItsDisk()
    {
        SimulatedFiles files = new();
        KeyFileSource source = new(files, "root.key", "root.key");
        RootGeneration old = source.Create();
        string key = System.Text.Encoding.ASCII.GetString(files.Bytes("root.key")).Split($"{old} ")[1].Trim();
        source.Create();
        source.Destroy(old);
        foreach (string path in files.Files)
        {
            string text = System.Text.Encoding.ASCII.GetString(files.Bytes(path));
            Assert.DoesNotContain(key, text, StringComparison.Ordinal);
        }
        Assert.Equal(["root.key"], files.Files);
    }

    private KeyFault Refusal(string path) =>
        Assert.Throws<VaultKeyException>(() => KeyFileSource.Open(path, _data)).Fault;
}
