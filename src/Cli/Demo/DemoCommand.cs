// SPDX-License-Identifier: Apache-2.0
using Hermetic.Cli.Demo.House;
using Hermetic.Cli.Demo.Tour;
using Hermetic.Cli.Serve;
using Hermetic.Server.Configuration;
using Hermetic.Vault.Keys;
using Microsoft.Extensions.Logging;

namespace Hermetic.Cli.Demo;

/// <summary>`hermetic demo`: a running server with two synthetic practices and a pharmacy, and a tour of ten steps, by
/// hand or by itself.</summary>
internal sealed class DemoCommand(string? path, bool headless, TimeProvider time, TextWriter output)
{
    public async Task<ExitCode> RunAsync(CancellationToken cancellation)
    {
        // As `serve`: a dump of this process would hold pages and keys in the clear (P1).
        try
        {
            ProcessDumps.Forbid();
            DiagnosticPort.Close();
        }
        catch (InvalidOperationException refused)
        {
            return Refuse(refused.Message);
        }

        if (DemoFolder.Make(path) is not { } folder)
        {
            output.WriteLine("hermetic demo: --folder names a folder that is not empty. Each demo begins anew.");
            return ExitCode.Usage;
        }

        using ILoggerFactory logs = LoggerFactory.Create(builder => builder
            .SetMinimumLevel(LogLevel.Error).AddSimpleConsole(simple => simple.SingleLine = true));
        try
        {
            output.WriteLine("Starting a server with two practices and a pharmacy, none of them real…");
            await using DemoHouse house = await DemoHouse.StartAsync(folder, time, logs, cancellation);
            new DemoTelling(output).Tell(house);
            return headless ? await TourAsync(house, cancellation) : await ByHandAsync(house, cancellation);
        }
        catch (DemoException failure)
        {
            return Refuse(failure.Message);
        }
        catch (SettingsException refused)
        {
            return Refuse(string.Join("; ", refused.Problems));
        }
        catch (Exception failure) when (Configured.Explains(failure) || failure is IOException)
        {
            return Refuse(failure.Message);
        }
    }

    private async Task<ExitCode> TourAsync(DemoHouse house, CancellationToken cancellation)
    {
        using TourState tour = new(house, time);
        IReadOnlyList<TourStep> steps = TourStep.All();
        for (int i = 0; i < steps.Count; i++)
        {
            output.WriteLine($"step {i + 1}: {steps[i].Title}");
            try
            {
                foreach (string line in await steps[i].LookAsync(tour, cancellation))
                {
                    output.WriteLine($"  saw: {line}");
                }
            }
            catch (Exception failure) when (failure is DemoException or HttpRequestException)
            {
                output.WriteLine($"  DID NOT SEE IT: {failure.Message}");
                return ExitCode.FaxFailed;
            }
        }

        output.WriteLine($"All {steps.Count} steps saw what they say. The folder stays: {house.Folder.Path}");
        return ExitCode.Success;
    }

    private async Task<ExitCode> ByHandAsync(DemoHouse house, CancellationToken cancellation)
    {
        new DemoTelling(output).TellTour(house, TourStep.All());
        await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation));
        await house.DisposeAsync();
        output.WriteLine($"Stopped. What is left lies in {house.Folder.Path}: steps 9 and 10 are about it. "
            + $"`./hermetic verify installation --config {house.Folder.Configuration}` opens all of it with its keys.");
        return ExitCode.Success;
    }

    private ExitCode Refuse(string why)
    {
        output.WriteLine($"hermetic demo: {why}.");
        return ExitCode.Machine;
    }
}
