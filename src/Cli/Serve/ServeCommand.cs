// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.Server.Configuration;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Telephony.Sip;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Keys;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Hermetic.Cli.Serve;

/// <summary>`hermetic serve`: runs the server until it is told to stop. What is wrong is said at the start, all of
/// it.</summary>
internal sealed class ServeCommand(string path, bool checkOnly, TimeProvider time, TextWriter error)
{
    public async Task<ExitCode> RunAsync(CancellationToken cancellation)
    {
        ServerSettings settings;
        try
        {
            settings = ServerSettingsReader.ReadFile(path);
        }
        catch (SettingsException refused)
        {
            error.WriteLine($"hermetic serve: the configuration can't be used; {refused.Problems.Count} "
                + $"{(refused.Problems.Count == 1 ? "thing is" : "things are")} wrong:");
            foreach (SettingProblem problem in refused.Problems)
            {
                error.WriteLine($"  {problem}");
            }

            return ExitCode.Usage;
        }

        if (checkOnly)
        {
            error.WriteLine("The configuration can be used.");
            return ExitCode.Success;
        }

        // A dump of this process would hold pages and keys in the clear (P1).
        try
        {
            ProcessDumps.Forbid();
            DiagnosticPort.Close();
        }
        catch (InvalidOperationException refused)
        {
            error.WriteLine($"hermetic serve: {refused.Message}.");
            return ExitCode.Machine;
        }

        using ILoggerFactory logs = LoggerFactory.Create(builder => builder
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            }));
        return await ServeAsync(settings, logs, cancellation);
    }

    private async Task<ExitCode> ServeAsync(
        ServerSettings settings, ILoggerFactory logs, CancellationToken cancellation)
    {
        HermeticServer server;
        try
        {
            server = await HermeticServer.StartAsync(settings, time, logs, cancellation);
        }
        catch (Exception failure) when (failure is InstallationException or VaultKeyException
            or StoreUnavailableException or BlobException or LedgerDamagedException or SigningKeyException
            or DurableException)
        {
            error.WriteLine($"hermetic serve: {failure.Message}.");
            return ExitCode.Machine;
        }
        catch (IOException)
        {
            error.WriteLine(
                "hermetic serve: an address of sip.listen or http.listen can't be bound: another program has "
                + "the port, or it is no address of this machine.");
            return ExitCode.Machine;
        }

        await using (server)
        {
            Tell(server);
            await Task.WhenAny(Task.Delay(Timeout.Infinite, cancellation));
            error.WriteLine("stopping: calls are ended, and what came is written");
        }

        return ExitCode.Success;
    }

    private void Tell(HermeticServer server)
    {
        if (server.FirstRunNotice is { } notice)
        {
            error.WriteLine(notice);
        }

        foreach (SipListener where in server.Listening)
        {
            error.WriteLine($"SIP on {where.Address} ({where.Kind.ToString().ToUpperInvariant()})");
        }

        foreach (string address in server.HttpAddresses)
        {
            error.WriteLine($"ledger on {address}/ledger/checkpoint");
        }

        error.WriteLine($"ledger key {server.LedgerKey}");
        error.WriteLine("ready");
    }
}
