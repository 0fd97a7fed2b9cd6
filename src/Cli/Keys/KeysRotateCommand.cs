// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Hosting;
using Hermetic.Vault.Keys;

namespace Hermetic.Cli.Keys;

/// <summary>`hermetic keys rotate`: a new root key; what to back up now on standard output.</summary>
internal sealed class KeysRotateCommand(string path, TextWriter output, TextWriter error)
{
    public Task<ExitCode> RunAsync() => Configured.RunAsync("hermetic keys rotate", path, error, settings =>
    {
        (RootGeneration root, string backup) = KeyCustody.Rotate(settings);
        output.WriteLine($"The root key is now {root}; the one before is destroyed. Back up now:");
        output.WriteLine(backup);
        return Task.FromResult(ExitCode.Success);
    });
}
