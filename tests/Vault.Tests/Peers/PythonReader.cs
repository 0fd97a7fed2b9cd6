// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Peers;

/// <summary>The second reader, in Python on Debian's cryptography: what it prints, or its refusal.</summary>
internal static class PythonReader
{
    public static (byte[] Output, string Refusal) Object(
        byte[] bytes, OpeningKey key, in ObjectBinding binding, long? chunk = null)
    {
        byte[] scalar = new byte[OpeningKey.ScalarLength];
        key.Export(scalar);
        string[] words =
        [
            Convert.ToHexString(scalar), Convert.ToHexString(key.Public.Point), $"{binding.Tenant}", $"{binding.Fax}",
            $"{binding.Page}", $"{(ushort)binding.Kind}",
        ];
        return chunk is null ? WithFile("object", bytes, words) : WithFile("chunk", bytes, [.. words, $"{chunk}"]);
    }

    public static (byte[] Output, string Refusal) Field(byte[] field, byte[] key, in FieldBinding binding) =>
        WithFile("field", field, [Convert.ToHexString(key), $"{binding.Tenant}", $"{binding.Record}", binding.Column]);

    public static (byte[] Output, string Refusal) Run(params string[] words)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Peers", "open_sealed.py");
        ProcessStartInfo start = new("python3", [script, .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> refusal = process.StandardError.ReadToEndAsync();
        using MemoryStream output = new();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return (output.ToArray(), refusal.GetAwaiter().GetResult());
    }

    private static (byte[] Output, string Refusal) WithFile(string command, byte[] bytes, string[] words)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            return Run([command, path, .. words]);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
