// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Witness;
using Hermetic.Server.Configuration;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Hosting;

/// <summary>Asks each configured witness to cosign the ledger's checkpoints, for as long as the server runs.</summary>
internal static partial class Witnesses
{
    public static IReadOnlyList<Task> Start(
        Installation installation, ILoggerFactory logs, CancellationToken stopping)
    {
        ILogger log = logs.CreateLogger(typeof(Witnesses));
        return
        [
            .. installation.Settings.Ledger.Witnesses.Select((settings, index) => Task.Run(
                () => AskAsync(installation, Endpoint(settings, index), log, stopping), CancellationToken.None)),
        ];
    }

    private static WitnessEndpoint Endpoint(WitnessAddress settings, int index) =>
        VerifierKey.TryParse(settings.Key, out VerifierKey? key, out string reason)
            ? new WitnessEndpoint(settings.Url, key!)
            : throw new InstallationException($"ledger.witnesses[{index}].key: {reason}");

    private static async Task AskAsync(
        Installation installation, WitnessEndpoint witness, ILogger log, CancellationToken stopping)
    {
        using HttpMessageInvoker http = new(new SocketsHttpHandler());
        WitnessClient client = new(installation.Ledger, witness, http, installation.Time)
        {
            OnOutcome = (endpoint, outcome, words) =>
            {
                LogLevel level = outcome switch
                {
                    WitnessOutcome.Cosigned => LogLevel.Debug,
                    WitnessOutcome.Fork => LogLevel.Critical,
                    _ => LogLevel.Warning,
                };
                LogOutcome(log, level, endpoint.Prefix, words);
            },
        };
        try
        {
            await client.RunAsync(stopping).ConfigureAwait(false);
        }
        catch (Exception end) when (end is OperationCanceledException or LedgerRefusedException)
        {
            // The server stops, or the ledger does, and says so itself.
        }
    }

    [LoggerMessage(Message = "witness {Witness}: {Words}")]
    private static partial void LogOutcome(ILogger log, LogLevel level, Uri witness, string words);
}
