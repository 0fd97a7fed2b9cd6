// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Hermetic.Server.Configuration;
using Hermetic.Server.Hosting;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>Key loss and wrong keys: each gives its own message, which says what to do, and nothing starts. Through
/// `hermetic serve` and `hermetic keys list`.</summary>
public sealed class LostKeysTests(LostKeysTests.Whole whole) : IClassFixture<LostKeysTests.Whole>
{
    private const string SoftHsmLibrary = "/usr/lib/softhsm/libsofthsm2.so";
    private const int Usage = 2;
    private const int Missing = 10;

    [Fact]
    public async Task KeyFileMissing()
    {
        using ServedInstallation world = whole.Copy();
        File.Delete(world.KeyFile);
        await RefusedAsync(world, Missing, "has no root key", "Put the root key back from its backup");
        Assert.False(File.Exists(world.KeyFile), "a new root key was made");
    }

    [Fact]
    public async Task KeyFileOfAnotherInstallation()
    {
        using ServedInstallation world = whole.Copy();
        using ServedInstallation other = await ServedInstallation.MakeAsync();
        File.Copy(other.KeyFile, world.KeyFile, overwrite: true);
        await RefusedAsync(world, Missing, "another installation's key source", "give the one that belongs");
    }

    [Fact]
    public async Task KeyFileDamaged()
    {
        using ServedInstallation world = whole.Copy();
        byte[] bytes = await File.ReadAllBytesAsync(world.KeyFile);
        bytes[^5] = bytes[^5] == (byte)'0' ? (byte)'1' : (byte)'0';
        await File.WriteAllBytesAsync(world.KeyFile, bytes);
        await RefusedAsync(world, Missing, "is damaged", "Put it back from its backup");
    }

    [Fact]
    public async Task KeyFileReadableByOthers()
    {
        using ServedInstallation world = whole.Copy();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(world.KeyFile,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        (int exit, string said) = await world.RunAsync("serve");
        Assert.True(exit == Usage, said);
        Assert.Contains("keys.file: names a file that others can read or write", said, StringComparison.Ordinal);
        Assert.Contains("chmod 600", said, StringComparison.Ordinal);
        (exit, said) = await world.RunAsync("keys", "list");
        Assert.True(exit == Missing, said);
        Assert.Contains("others than the owner", said, StringComparison.Ordinal);
        Assert.Contains("chmod 600", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyFileInsideTheDataFolder()
    {
        using ServedInstallation world = whole.Copy();
        string inside = Path.Combine(world.Data, "root.key");
        File.Move(world.KeyFile, inside);
        world.Configure($"{{ \"file\": \"{inside}\" }}");
        await RefusedAsync(world, 2, "keys.file: lies inside the data folder", "Give a path elsewhere");
        // Nor through a link that lies outside.
        File.CreateSymbolicLink(world.KeyFile, inside);
        world.Configure();
        await RefusedAsync(world, Missing, "lies inside the data folder", "Move it elsewhere");
    }

    [Fact]
    public async Task GenerationMissing()
    {
        using ServedInstallation world = whole.Copy();
        byte[] before = await File.ReadAllBytesAsync(world.KeyFile);
        KeyCustody.Rotate(ServerSettingsReader.ReadFile(world.Config));
        await File.WriteAllBytesAsync(world.KeyFile, before);
        await RefusedAsync(world, Missing, "older copy", "Put back its newest copy, made after the last rotation");
    }

    [Fact]
    public async Task Token_PinWrong_Absent_OrWithoutLibraryOrPin()
    {
        using ServedInstallation world = whole.Copy();
        string label = await NewTokenAsync(world.Folder);
        string pin = world.Folder.Write("pin", "000000\n"u8.ToArray());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(pin, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        world.Configure(Token(SoftHsmLibrary, label, pin));
        await RefusedAsync(world, Missing, "does not take this PIN", "Correct it before trying again");
        world.Configure(Token(SoftHsmLibrary, "another", pin));
        await RefusedAsync(world, Missing, "no token with the label another", "Plug it in, or correct the label");
        world.Configure(Token("/usr/lib/no-such-pkcs11.so", label, pin));
        await RefusedAsync(world, Missing, "does not load", "Install it or correct its path");
        File.Delete(pin);
        world.Configure(Token(SoftHsmLibrary, label, pin));
        await RefusedAsync(world, Missing, "the PIN of the token is not in the file", "Put it there");
    }

    [Fact]
    public async Task TenantsKeysMissing()
    {
        using ServedInstallation world = whole.Copy();
        // The other folder's name is all zeros: the installation's own keys.
        string folder = Assert.Single(Directory.GetDirectories(Path.Combine(world.Data, "keys/desk")),
            one => Path.GetFileName(one).Trim('0', '-').Length > 0);
        Directory.Delete(folder, recursive: true);
        (int exit, string said) = await world.RunAsync("keys", "list");
        Assert.Equal(Missing, exit);
        Assert.Contains("missing, and records rest on them. Put the folder keys", said, StringComparison.Ordinal);
        (exit, said) = await world.RunAsync("serve");
        Assert.Equal(Missing, exit);
        Assert.Contains("there are no keys for tenant", said, StringComparison.Ordinal);
        Assert.Contains("newest backup", said, StringComparison.Ordinal);
        Assert.DoesNotContain("SIP on", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder), "new keys were made");
    }

    [Fact]
    public async Task KeysFolderMissing()
    {
        using ServedInstallation world = whole.Copy();
        Directory.Delete(Path.Combine(world.Data, "keys"), recursive: true);
        await RefusedAsync(world, Missing, "keys/desk is missing", "Put the folder keys back from its newest backup");
    }

    [Fact]
    public async Task DatabaseMissing()
    {
        using ServedInstallation world = whole.Copy();
        File.Delete(Path.Combine(world.Data, "hermetic.db"));
        await RefusedAsync(world, Missing, "hermetic.db is missing", "Put the database back from its newest backup");
    }

    [Fact]
    public async Task LedgerSigningKeyMissing()
    {
        using ServedInstallation world = whole.Copy();
        string seed = Path.Combine(world.Data, "keys/desk/secret-ledger-seed.wrapped");
        File.Delete(seed);
        (int exit, string said) = await world.RunAsync("serve");
        Assert.Equal(Missing, exit);
        Assert.Contains("the ledger's signing key", said, StringComparison.Ordinal);
        Assert.Contains("Put the folder keys back from its newest backup", said, StringComparison.Ordinal);
        Assert.DoesNotContain("SIP on", said, StringComparison.Ordinal);
        Assert.False(File.Exists(seed), "another signing key was made");
    }

    [Fact]
    public async Task InstallationMissing()
    {
        using ServedInstallation world = whole.Copy();
        Directory.Delete(world.Data, recursive: true);
        (int exit, string said) = await world.RunAsync("keys", "list");
        Assert.Equal(Missing, exit);
        Assert.Contains("there is no installation in the data folder", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(world.Data));
    }

    private static string Token(string library, string label, string pin) =>
        $"{{ \"source\": \"pkcs11\", \"library\": \"{library}\", \"token\": \"{label}\", \"pinFile\": \"{pin}\" }}";

    private static async Task RefusedAsync(ServedInstallation world, int expected, string what, string advice)
    {
        foreach (string[] command in new[] { new[] { "serve" }, ["keys", "list"] })
        {
            (int exit, string said) = await world.RunAsync(command);
            Assert.True(exit == expected, $"{string.Join(' ', command)} ended with {exit}: {said}");
            Assert.Contains(what, said, StringComparison.Ordinal);
            Assert.Contains(advice, said, StringComparison.Ordinal);
            Assert.DoesNotContain("SIP on", said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        }
    }

    // SoftHSM's library in the children reads the same variable as its tool; the folder is this test's.
    private static async Task<string> NewTokenAsync(TestFolder folder)
    {
        string tokens = Directory.CreateDirectory(folder["tokens"]).FullName;
        string settings = folder.Write("softhsm2.conf", System.Text.Encoding.ASCII.GetBytes(
            $"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"));
        Environment.SetEnvironmentVariable("SOFTHSM2_CONF", settings);
        ProcessStartInfo start = new("softhsm2-util",
            ["--init-token", "--free", "--label", "hermetic", "--pin", "48151623", "--so-pin", "99887766"])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return "hermetic";
    }

    /// <summary>An installation that nothing is wrong with.</summary>
    public sealed class Whole : IAsyncLifetime
    {
        private ServedInstallation? _made;

        public async ValueTask InitializeAsync() => _made = await ServedInstallation.MakeAsync();

        internal ServedInstallation Copy() => _made!.Copy();

        public ValueTask DisposeAsync()
        {
            _made?.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
