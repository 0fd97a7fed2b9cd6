// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.InteropServices;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Keys;

/// <summary>Tests on SoftHSM run one after another: its library is initialised once a process.</summary>
[CollectionDefinition("softhsm")]
public sealed class SoftHsmTests : ICollectionFixture<SoftHsm>
{
}

/// <summary>SoftHSM2 with a folder of tokens of its own.</summary>
public sealed partial class SoftHsm : IDisposable
{
    public const string Library = "/usr/lib/softhsm/libsofthsm2.so";
    public const string Pin = "48151623";

    private readonly string _folder = Directory.CreateTempSubdirectory("hermetic-softhsm-").FullName;
    private int _count;

    public SoftHsm()
    {
        string tokens = Directory.CreateDirectory(Path.Combine(_folder, "tokens")).FullName;
        string settings = Path.Combine(_folder, "softhsm2.conf");
        File.WriteAllText(
            settings, $"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n");
        // The library reads the process's own environment, which .NET's is only a copy of.
        Assert.Equal(0, setenv("SOFTHSM2_CONF", settings, 1));
        Environment.SetEnvironmentVariable("SOFTHSM2_CONF", settings);
    }

    public string Folder => _folder;

    /// <summary>A new token; its label.</summary>
    public string NewToken()
    {
        string label = $"hermetic {++_count}";
        ProcessStartInfo start = new("softhsm2-util",
            ["--init-token", "--free", "--label", label, "--pin", Pin, "--so-pin", "99887766"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors + output.GetAwaiter().GetResult());
        return label;
    }

    public static TokenSource Open(string label, string pin = Pin)
    {
        using SecretBytes secret = new(System.Text.Encoding.ASCII.GetBytes(pin));
        return TokenSource.Open(Library, label, secret);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
