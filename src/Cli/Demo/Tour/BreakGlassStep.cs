// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Cli.Demo.House;

namespace Hermetic.Cli.Demo.Tour;

/// <summary>8: breaking the glass.</summary>
internal sealed class BreakGlassStep : TourStep
{
    private const string Reason = "Patient collapsed in the waiting room, referral is in the other inbox";

    public override string Title => "A clinician breaks the glass with a reason, and the privacy officer sees it";

    public override IReadOnlyList<string> ByHand(DemoHouse house) =>
    [
        $"Sign in as {DemoPractice.NorthClinician}, whose inbox is {DemoPractice.LabLine} alone, and open a fax of the "
            + $"main line by its address {house.Address.Portal}faxes/ID: it asks for a reason.",
        $"As {DemoPractice.NorthPrivacy} you find that use, with the reason, waiting for your review.",
    ];

    public override async Task<IReadOnlyList<string>> LookAsync(TourState tour, CancellationToken cancellation)
    {
        DemoPerson clinician = await tour.PersonAsync(DemoPractice.NorthClinician, cancellation);
        DemoPerson officer = await tour.PersonAsync(DemoPractice.NorthPrivacy, cancellation);
        string page = $"faxes/{tour.Fax}/pages/1?format=png";
        (HttpStatusCode before, _) = await clinician.FetchAsync(page, cancellation);
        Require(before == HttpStatusCode.NotFound, $"without a reason the answer was {(int)before}");
        await clinician.PostAsync($"faxes/{tour.Fax}/break-glass",
            new { reason = tour.Type(Reason), purpose = "treatment" }, cancellation);
        (HttpStatusCode after, _) = await clinician.FetchAsync(page, cancellation);
        Require(after == HttpStatusCode.OK, $"with a reason the answer was {(int)after}");

        JsonElement list = await officer.GetAsync("break-glass", cancellation);
        JsonElement use = list.GetProperty("uses").EnumerateArray()
            .FirstOrDefault(one => one.GetProperty("fax").GetString() == tour.Fax);
        Require(use.ValueKind == JsonValueKind.Object
            && use.GetProperty("account").GetString() == clinician.Account
            && use.GetProperty("reason").GetString() == Reason, "the privacy officer does not see it");
        return
        [
            $"{clinician.Name}: {(int)before} without a reason, {(int)after} with one",
            $"{officer.Name} sees: {clinician.Name}, {use.GetProperty("purpose")}, \"{use.GetProperty("reason")}\"",
        ];
    }
}
