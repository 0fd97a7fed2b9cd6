// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Cli.Demo.Carrier;
using Hermetic.Cli.Demo.House;
using Hermetic.Documents.Synthetic;

namespace Hermetic.Cli.Demo.Tour;

/// <summary>6: a busy number, and a machine that breaks off.</summary>
internal sealed class BusyStep : TourStep
{
    public override string Title => "A number is busy, another breaks off on page 2: both say so in plain words";

    public override IReadOnlyList<string> ByHand(DemoHouse house) =>
    [
        $"Send two pages to {OutsideMachines.Busy} (busy) and to {OutsideMachines.BreaksOff} (takes one page a call): "
            + "the outbox says what happened, and when it calls again; the second goes on with page 2.",
    ];

    public override async Task<IReadOnlyList<string>> LookAsync(TourState tour, CancellationToken cancellation)
    {
        string busy = await tour.SendAsync(OutsideMachines.Busy, SyntheticKind.PriorAuthorization, cancellation);
        string half = await tour.SendAsync(OutsideMachines.BreaksOff, SyntheticKind.Prescription, cancellation);
        return
        [
            await EndAsync(tour, busy, OutsideMachines.Busy, "busy", 0, cancellation),
            await EndAsync(tour, half, OutsideMachines.BreaksOff, "protocol-failure", 1, cancellation),
        ];
    }

    private static async Task<string> EndAsync(
        TourState tour, string job, string number, string cause, int pages, CancellationToken cancellation)
    {
        JsonElement view = await tour.EndedAsync(job, null, cancellation);
        JsonElement first = view.GetProperty("attempts")[0];
        Require(first.GetProperty("cause").GetString() == cause
            && first.GetProperty("pagesConfirmed").GetInt32() == pages,
            $"the call ended with {first.GetProperty("cause")} after {first.GetProperty("pagesConfirmed")} pages");
        Require(view.GetProperty("state").GetString() == "waiting", "it does not wait for its next call");
        DemoPerson desk = await tour.PersonAsync(DemoPractice.NorthDesk, cancellation);
        await desk.PostAsync($"jobs/{job}/cancel", new { }, cancellation);
        return $"{number}: {cause}, {pages} of {view.GetProperty("pages")} pages confirmed: \""
            + $"{view.GetProperty("words")}\"";
    }
}

/// <summary>7: somebody else answers.</summary>
internal sealed class SomebodyElseStep : TourStep
{
    public override string Title => "Another machine answers than the one that is known: stopped before page 1";

    public override IReadOnlyList<string> ByHand(DemoHouse house) =>
    [
        $"Send to {OutsideMachines.SomebodyElse} twice. The second time another machine answers: no page leaves.",
    ];

    public override async Task<IReadOnlyList<string>> LookAsync(TourState tour, CancellationToken cancellation)
    {
        string known = await tour.SendAsync(OutsideMachines.SomebodyElse, SyntheticKind.LabReport, cancellation);
        JsonElement first = await tour.EndedAsync(known, null, cancellation);
        Require(first.GetProperty("state").GetString() == "done", $"the first fax: {first.GetProperty("words")}");
        int before = tour.House.Machines.PagesBegunAt(OutsideMachines.SomebodyElse);
        Require(before > 0, "the machine outside saw no page of the first fax");

        string wrong = await tour.SendAsync(OutsideMachines.SomebodyElse, SyntheticKind.LabReport, cancellation);
        JsonElement second = await tour.EndedAsync(wrong, null, cancellation);
        Require(second.GetProperty("cause").GetString() == "wrong-station",
            $"the second fax: {second.GetProperty("words")}");
        int after = tour.House.Machines.PagesBegunAt(OutsideMachines.SomebodyElse);
        Require(after == before && second.GetProperty("pagesConfirmed").GetInt32() == 0,
            "a page went to the wrong machine");
        return
        [
            $"first fax: {first.GetProperty("state")}, the machine is known from now on",
            $"second fax: wrong-station, pages begun at the other machine: {after - before}: \""
                + $"{second.GetProperty("words")}\"",
        ];
    }
}
