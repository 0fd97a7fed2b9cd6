// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;

namespace Hermetic.EndToEnd.Tests.Ledger;

/// <summary>A ledger on the real disk, for commands to meet.</summary>
internal sealed class LedgerFolder : IAsyncDisposable
{
    public const string Origin = "log.example/ledger";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("hermetic-ledger-");
    private LedgerLog? _log;

    public LedgerFolder()
    {
        Path = In("ledger");
        Directory.CreateDirectory(Path);
        LedgerLog.Create(new DiskFiles(Path), Signer);
    }

    public string Path { get; }

    public NoteSigner Signer { get; } = new(Origin, NoteKeyType.Ed25519, RandomNumberGenerator.GetBytes(32));

    public LedgerLog Log => _log ??= LedgerLog.Open(
        new DiskFiles(Path), Signer, TimeProvider.System, RandomNumberGenerator.GetBytes);

    public string In(string name) => System.IO.Path.Combine(_root.FullName, name);

    public string Save(string name, byte[] bytes)
    {
        File.WriteAllBytes(In(name), bytes);
        return In(name);
    }

    public async Task AppendAsync(int from, int count)
    {
        long[] indices = await Task.WhenAll(
            Enumerable.Range(from, count).Select(i => Log.AppendAsync(Entry(i), default)));
        await Log.IntegratedAsync(indices.Max(), default);
    }

    public static byte[] Entry(int i) => Encoding.ASCII.GetBytes($"entry {i:D4}");

    public async ValueTask DisposeAsync()
    {
        if (_log is not null)
        {
            await _log.DisposeAsync();
        }
        Signer.Dispose();
        _root.Delete(recursive: true);
    }
}
