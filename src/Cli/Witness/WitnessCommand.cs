// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Cryptography;
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Witness;

namespace Hermetic.Cli.Witness;

/// <summary>`hermetic witness`: the key on standard output, a log without anything of a person on standard
/// error.</summary>
internal sealed class WitnessCommand(WitnessOptions options, TimeProvider time, TextWriter output, TextWriter error)
{
    private const string KeyPath = "witness.key";

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (!IPAddress.IsLoopback(options.Listen.Address) && options.Certificate is null)
        {
            error.WriteLine("hermetic witness: no clear-text listener outside loopback. Give --tls-cert and --tls-key, "
                + "or listen on loopback behind a proxy");
            return (int)ExitCode.Usage;
        }
        try
        {
            DiskFiles files = OpenState();
            using NoteSigner signer = OpenKey(files);
            if (options.Name.Length > 0 && options.Name != signer.VerifierKey.Name)
            {
                error.WriteLine($"hermetic witness: the key in {options.State} is of {signer.VerifierKey.Name}, not of "
                    + $"{options.Name}. Another name needs a folder of its own");
                return (int)ExitCode.Usage;
            }
            using LogWitness witness = new(files, signer, options.Logs, time);
            output.WriteLine(signer.VerifierKey);
            output.Flush();
            await new WitnessServer(witness, options, Log).RunAsync(cancellation);
            return (int)ExitCode.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            error.WriteLine($"hermetic witness: {e.Message}");
            return (int)ExitCode.Machine;
        }
    }

    private DiskFiles OpenState()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Hermetic runs on Linux");
        }
        Directory.CreateDirectory(
            options.State, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string key = Path.Combine(options.State, KeyPath);
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        if (File.Exists(key) && (File.GetUnixFileMode(key) & Others) != 0)
        {
            throw new IOException($"others may read {key}: run `chmod 600 {key}`, and give the witness a new key if "
                + "anybody may have read it");
        }
        return new DiskFiles(options.State);
    }

    /// <summary>A key is made only in a folder that holds nothing: with a history and no key something went
    /// missing.</summary>
    private NoteSigner OpenKey(DiskFiles files)
    {
        bool isNew = files.List("").All(entry => !entry.IsFolder
            && (entry.Name == "lock" || entry.Name.EndsWith(DurableWrites.PartSuffix, StringComparison.Ordinal)));
        if (!isNew || files.Exists(KeyPath))
        {
            return SignerFile.Load(files, KeyPath, NoteKeyType.Cosignature);
        }
        string name = options.Name.Length > 0 ? options.Name : $"{Environment.MachineName}/hermetic-witness";
        if (!VerifierKey.TryCreate(name, NoteKeyType.Cosignature, new byte[VerifierKey.KeyBytes], out _, out string bad)
            && bad.Contains("name", StringComparison.Ordinal))
        {
            throw new IOException($"--name {name}: {bad}");
        }
        Log($"new key for {name}");
        return SignerFile.Create(files, KeyPath, name, NoteKeyType.Cosignature, RandomNumberGenerator.GetBytes);
    }

    private void Log(string text) => error.WriteLine($"{time.GetUtcNow():HH:mm:ss} {text}");
}
