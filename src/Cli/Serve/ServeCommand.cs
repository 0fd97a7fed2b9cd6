// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Configuration;
using Hermetic.Server.Hosting;
using Hermetic.Telephony.Sip;
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
        if (Configured.Read("hermetic serve", path, error, toServe: true) is not { } settings)
        {
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
        catch (Exception failure) when (Configured.Explains(failure))
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

        if (server.SettingsWaiting.Count > 0)
        {
            error.WriteLine("The configuration file asks for listeners or trunks that nobody has approved; those that "
                + "were approved stay in force. Operators agree to it at /api/v1/approvals; then start anew:");
            foreach (string difference in server.SettingsWaiting)
            {
                error.WriteLine($"  {difference}");
            }
        }

        if (server.EnrolmentCode is { } code)
        {
            // A code, not a page's address: what stands behind a # is not sent, and the portal will read it there.
            error.WriteLine("Nobody can sign in yet, and no call is taken before. One-time enrolment of the "
                + "installation's operator, good for 24 hours or until the next start:");
            error.WriteLine($"{server.HttpAddresses[0]}/enrol#{code}");
            error.WriteLine("Without a browser: docs/formats/access.md, \"Enrolment\".");
        }

        error.WriteLine($"ledger key {server.LedgerKey}");
        error.WriteLine("ready");
    }
}
