// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Cli.Demo.Carrier;
using Hermetic.Documents;
using Hermetic.Documents.Synthetic;
using Hermetic.Telephony;

namespace Hermetic.Cli.Demo.House;

/// <summary>What the demo's world faxes to its practices: a synthetic document every half minute, to one line after the
/// other.</summary>
internal sealed class DemoArrivals(OutsideMachines machines, DemoPapers papers, TimeProvider time)
{
    /// <summary>Our choice: often enough that something happens while somebody looks.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>Our choice: calls are taken within a second of the first operator's enrolment.</summary>
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);

    private static readonly SyntheticKind[] Kinds = Enum.GetValues<SyntheticKind>();

    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string[] _lines = [.. DemoPractice.All.SelectMany(practice => practice.Lines)
        .Select(line => line.Number)];

    /// <summary>Ends when the first fax was confirmed: calls are taken.</summary>
    public Task First => _first.Task;

    /// <summary>Faxes until it is cancelled.</summary>
    public async Task RunAsync(IPEndPoint server, CancellationToken stopping)
    {
        try
        {
            for (int number = 0; ; number++)
            {
                (_, FaxDocument pages) = await papers.DrawAsync(Kinds[number % Kinds.Length], stopping);
                await UntilTakenAsync(pages, _lines[number % _lines.Length], server, stopping);
                _first.TrySetResult();
                await Task.Delay(Interval, time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            _first.TrySetCanceled(stopping);
        }
        catch (DemoException failure)
        {
            _first.TrySetException(failure);
        }
    }

    private async Task UntilTakenAsync(
        FaxDocument pages, string line, IPEndPoint server, CancellationToken stopping)
    {
        CallReport report = await machines.FaxAsync(pages, line, server, stopping);
        while (!report.IsSuccess)
        {
            await Task.Delay(AgainAfter, time, stopping);
            report = await machines.FaxAsync(pages, line, server, stopping);
        }
    }
}
