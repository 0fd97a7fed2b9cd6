// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Cli.Demo.House;
using Hermetic.Cli.Verify;

namespace Hermetic.Cli.Demo.Tour;

/// <summary>2: who opens a page is in the ledger.</summary>
internal sealed class OpeningStep : TourStep
{
    private static readonly byte[] Png = [0x89, .. "PNG\r\n"u8]; // RFC 2083 §3.1

    public override string Title => "The clerk opens it, and the ledger tells who saw it";

    public override IReadOnlyList<string> ByHand(DemoHouse house) =>
    [
        $"As {DemoPractice.NorthDesk}, open a fax from {house.Address.Portal}inbox: its page is on the screen.",
        $"In another browser sign in as {DemoPractice.NorthPrivacy}; the page Privacy names the clerk.",
    ];

    public override async Task<IReadOnlyList<string>> LookAsync(TourState tour, CancellationToken cancellation)
    {
        DemoPerson desk = await tour.PersonAsync(DemoPractice.NorthDesk, cancellation);
        DemoPerson officer = await tour.PersonAsync(DemoPractice.NorthPrivacy, cancellation);
        (HttpStatusCode status, byte[] page) =
            await desk.FetchAsync($"faxes/{tour.Fax}/pages/1?format=png", cancellation);
        Require(status == HttpStatusCode.OK && page.AsSpan().StartsWith(Png), "the page did not come");
        JsonElement seen = await tour.UntilAsync<JsonElement>("the entry of the ledger", async () =>
        {
            JsonElement list = await officer.GetAsync($"faxes/{tour.Fax}/disclosures", cancellation);
            JsonElement[] found = [.. list.GetProperty("disclosures").EnumerateArray()
                .Where(one => one.GetProperty("act").GetString() == "page")];
            return found.Length > 0 ? found[0] : null;
        }, cancellation);
        Require(seen.GetProperty("account").GetString() == desk.Account
            && seen.GetProperty("role").GetString() == desk.Role, "the ledger names somebody else");
        long index = tour.Entry = seen.GetProperty("index").GetInt64();
        string verdict = await ProofAsync(tour, officer, index, cancellation);
        return
        [
            $"page 1 as PNG, {page.Length} bytes, to {desk.Name}",
            $"entry {index}: page {seen.GetProperty("page")} to {seen.GetProperty("role")} {desk.Name} at "
                + $"{seen.GetProperty("address")}",
            $"hermetic verify proof: {verdict}",
        ];
    }

    private static async Task<string> ProofAsync(
        TourState tour, DemoPerson officer, long index, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> proof =
            await tour.FetchedAsync(officer, $"ledger/entries/{index}/proof", cancellation);
        string file = tour.House.Folder.In($"entry-{index}.proof");
        await File.WriteAllBytesAsync(file, proof, cancellation);
        using StringWriter said = new();
        int exit = new VerifyProofCommand(file, null, new VerifyTrust { Key = tour.Key }, said, said).Run();
        Require(exit == VerifyExit.Fits, $"the proof does not fit: {said}");
        return said.ToString().Trim();
    }
}
