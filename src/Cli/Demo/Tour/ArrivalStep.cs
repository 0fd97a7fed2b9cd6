// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Cli.Demo.Carrier;
using Hermetic.Cli.Demo.House;

namespace Hermetic.Cli.Demo.Tour;

/// <summary>1: a fax from outside.</summary>
internal sealed class ArrivalStep : TourStep
{
    public override string Title => "A fax arrives from outside and lies in the inbox";

    public override IReadOnlyList<string> ByHand(DemoHouse house) =>
    [
        $"Open the link of {DemoPractice.NorthDesk}, choose how you will sign in, then {house.Address.Portal}inbox",
        "Every half minute a hospital that does not exist faxes to one of the five lines: watch them come.",
    ];

    public override async Task<IReadOnlyList<string>> LookAsync(TourState tour, CancellationToken cancellation)
    {
        DemoPerson desk = await tour.PersonAsync(DemoPractice.NorthDesk, cancellation);
        JsonElement fax = await tour.UntilAsync<JsonElement>("a fax in the inbox", async () =>
        {
            JsonElement list = await desk.GetAsync("faxes?direction=inbound&state=received", cancellation);
            JsonElement faxes = list.GetProperty("faxes");
            return faxes.GetArrayLength() > 0 ? faxes[faxes.GetArrayLength() - 1] : null;
        }, cancellation);
        tour.Fax = fax.GetProperty("id").GetString()!;
        string? from = fax.GetProperty("remoteNumber").GetString();
        Require(from == OutsideMachines.Hospital, "the fax says that it came from somebody else");
        int pages = fax.GetProperty("pagesConfirmed").GetInt32();
        Require(pages == fax.GetProperty("pages").GetInt32() && pages > 0, "its pages are not all here");
        return
        [
            $"{desk.Name} ({desk.Role}) enrolled by a one-time link and signed in",
            $"fax {tour.Fax}: {pages} page from {from}, sealed, durable, then confirmed",
        ];
    }
}
