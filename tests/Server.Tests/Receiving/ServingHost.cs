// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Server.Configuration;
using Hermetic.Server.Hosting;
using Hermetic.TestKit.Access;
using Hermetic.TestKit.Peers;
using Hermetic.TestKit.Simulation;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Tests.Receiving;

/// <summary>A whole server in a process of its own, on a fast clock, that runs until it is killed.</summary>
internal static class ServingHost
{
    public const string Command = "serve";

    /// <summary>A call of half a minute takes some seconds, and a loaded machine still keeps up.</summary>
    public const int Speed = 4;

    private const string Told = "SIP on port ";

    public static async Task<int> RunAsync(string settings)
    {
        using ILoggerFactory logs = LoggerFactory.Create(builder => builder
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddProvider(new OutputLog()));
        FastTime time = new(Speed);
        await using HermeticServer server = await HermeticServer.StartAsync(
            ServerSettingsReader.ReadFile(settings), time, logs, null, line => line with { ClockSpeed = Speed },
            default);
        if (server.EnrolmentCode is { } code)
        {
            await OperatorEnrolment.EnrolAsync(new Uri(server.HttpAddresses[0]), code, time, default);
        }

        Say($"{Told}{server.Listening[0].Address.Port}");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    /// <summary>Starts one, and waits until it takes calls; its port.</summary>
    public static async Task<(PeerProcess Process, int Port)> StartAsync(
        TestFolder folder, IReadOnlyDictionary<string, string> environment, TimeSpan patience)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Hermetic.Server.Tests.dll");
        PeerProcess process = PeerProcess.Start("dotnet", [program, Command, folder.SettingsFile], null, environment);
        try
        {
            string line = await process.WaitForOutputAsync(Told, patience, TestContext.Current.CancellationToken);
            return (process, int.Parse(line[Told.Length..], CultureInfo.InvariantCulture));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private static void Say(string line)
    {
        Console.WriteLine(line);
        Console.Out.Flush();
    }

    private sealed class OutputLog : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Say($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
