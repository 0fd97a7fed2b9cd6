// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Keys;

/// <summary>What a stolen line could do: a process of its own that is given a folder, a sealed object and what the
/// object is, and tries every run of 32 bytes in every file of the folder as the private key.</summary>
internal static class LineProbe
{
    public const string Command = "line-probe";

    public static int Run(string folder, string objectPath, string tenantText)
    {
        ProcessDumps.Forbid();
        Guid tenant = Guid.Parse(tenantText);
        ObjectBinding binding = KeyWorld.Binding(tenant);
        byte[] bytes = File.ReadAllBytes(objectPath);
        KeyEpoch epoch = SealedObject.ReadHeader(bytes).Epoch;
        using LineKeys line = new(new DiskFiles(Path.Combine(folder, "line")));
        DateTimeOffset month = new(epoch.Year, epoch.Month, 1, 0, 0, 0, TimeSpan.Zero);
        SealingKey key = line.At(tenant, epoch.RetentionClass, month);
        using Sealer sealer = new(TimeProvider.System);
        bool seals = sealer.Seal(key, binding, "sealed by the probe"u8).Length > 0;
        (int tries, int opened) = Try(folder, bytes, key, binding);
        Console.WriteLine($"seals={seals} tries={tries} opened={opened} dumps-forbidden={ProcessDumps.AreForbidden}");
        return 0;
    }

    private static (int Tries, int Opened) Try(
        string folder, byte[] bytes, SealingKey key, in ObjectBinding binding)
    {
        int tries = 0, opened = 0;
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            byte[] file = File.ReadAllBytes(path);
            for (int at = 0; at + OpeningKey.ScalarLength <= file.Length; at++)
            {
                tries++;
                ReadOnlySpan<byte> scalar = file.AsSpan(at, OpeningKey.ScalarLength);
                using OpeningKey? guess = OpeningKey.TryImport(scalar, key.Point, key.Epoch);
                opened += guess is not null && SealedObject.Open(bytes, guess, binding).Length > 0 ? 1 : 0;
            }
        }
        return (tries, opened);
    }
}
