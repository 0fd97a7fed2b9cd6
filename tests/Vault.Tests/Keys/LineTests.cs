// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Hermetic.Durable;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Keys;

/// <summary>The line can seal, and cannot open what it sealed a moment ago.</summary>
public sealed class LineTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("hermetic-line-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void P1_ProcessWithWhatTheLineHas_CannotOpenWhatWasSealedAMomentAgo()
    {
        DiskFiles data = new(Folder("data"));
        DiskFiles safe = new(Folder("safe"));
        string given = Folder("given");
        using KeyFileSource source = new(safe, "root.key", "root.key");
        using KeyStore store = KeyStore.Open(data, source);
        EpochKeys keys = store.Ensure(KeyWorld.Clinic, KeyWorld.November);
        Copy(Path.Combine(_root, "data/keys/line"), Path.Combine(given, "line"));
        string path = Path.Combine(_root, "page.sealed");
        using (LineKeys line = new(new DiskFiles(Path.Combine(given, "line"))))
        using (Sealer sealer = new(TimeProvider.System))
        {
            SealingKey key = line.At(KeyWorld.Clinic, 1, new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
            File.WriteAllBytes(path, sealer.Seal(key, KeyWorld.Binding(KeyWorld.Clinic), "a prescription"u8));
        }
        // 65 bytes of the public key and 32 of the routing key: 34 + 1 runs of 32 bytes.
        Assert.Equal("seals=True tries=35 opened=0 dumps-forbidden=True", Probe(given, path));
        Assert.Equal("a prescription"u8.ToArray(),
            store.OpenObject(File.ReadAllBytes(path), KeyWorld.Binding(KeyWorld.Clinic)));

        // The probe is not blind: with the private key somewhere in the folder it opens.
        byte[] scalar = new byte[OpeningKey.ScalarLength];
        keys.Opening.Export(scalar);
        File.WriteAllBytes(Path.Combine(given, "slip"), [1, 2, 3, .. scalar, 4]);
        Assert.Equal("seals=True tries=40 opened=1 dumps-forbidden=True", Probe(given, path));
    }

    private static string Probe(string folder, string path)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Hermetic.Vault.Tests");
        ProcessStartInfo start = new(program, [LineProbe.Command, folder, path, $"{KeyWorld.Clinic}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal("", errors.GetAwaiter().GetResult());
        return output.Trim();
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
}
