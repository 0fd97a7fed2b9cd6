// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Cli.Demo.House;

namespace Hermetic.Cli.Demo.Tour;

/// <summary>3: to another practice it is not there.</summary>
internal sealed class OtherPracticeStep : TourStep
{
    public override string Title => "Another practice's clerk is refused";

    public override IReadOnlyList<string> ByHand(DemoHouse house) =>
    [
        $"Sign in as {DemoPractice.SouthDesk} and open the same address {house.Address.Portal}faxes/ID: not found.",
    ];

    public override async Task<IReadOnlyList<string>> LookAsync(TourState tour, CancellationToken cancellation)
    {
        DemoPerson clerk = await tour.PersonAsync(DemoPractice.SouthDesk, cancellation);
        JsonElement own = await clerk.GetAsync("faxes", cancellation);
        Require(own.GetProperty("faxes").EnumerateArray().All(fax => fax.GetProperty("id").GetString() != tour.Fax),
            "the fax is in another practice's inbox");
        return await RefusedAsync(tour, clerk, HttpStatusCode.NotFound, cancellation);
    }

    /// <summary>Asks for the fax and its page as somebody who must get neither.</summary>
    public static async Task<IReadOnlyList<string>> RefusedAsync(
        TourState tour, DemoPerson who, HttpStatusCode expected, CancellationToken cancellation)
    {
        List<string> seen = [];
        foreach (string path in new[] { $"faxes/{tour.Fax}", $"faxes/{tour.Fax}/pages/1?format=png" })
        {
            (HttpStatusCode status, byte[] body) = await who.FetchAsync(path, cancellation);
            Require(status == expected, $"{who.Name} was answered with {(int)status}");
            seen.Add($"{who.Name} ({who.Role}): GET /api/v1/{path.Replace(tour.Fax, "ID", StringComparison.Ordinal)} "
                + $"{(int)status} {DemoPerson.CodeOf(body)}");
        }

        return seen;
    }
}

/// <summary>4: who runs the installation opens nobody's fax.</summary>
internal sealed class OperatorStep : TourStep
{
    public override string Title => "The installation's operator is refused";

    public override IReadOnlyList<string> ByHand(DemoHouse house) =>
    [
        $"Sign in as {DemoPractice.OperatorName}: practices and trunks are there, and no fax of any of them.",
    ];

    public override async Task<IReadOnlyList<string>> LookAsync(TourState tour, CancellationToken cancellation)
    {
        DemoPerson person = await tour.PersonAsync(DemoPractice.OperatorName, cancellation);
        JsonElement tenants = await person.GetAsync("tenants", cancellation);
        Require(tenants.GetProperty("tenants").GetArrayLength() == DemoPractice.All.Count,
            "the operator does not see the practices");
        return
        [
            $"{person.Name} sees {DemoPractice.All.Count} practices",
            .. await OtherPracticeStep.RefusedAsync(tour, person, HttpStatusCode.Forbidden, cancellation),
        ];
    }
}
