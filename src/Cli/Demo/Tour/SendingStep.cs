// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Cli.Demo.House;
using Hermetic.Cli.Verify;
using Hermetic.Documents.Synthetic;
using Hermetic.Ledger.Notes;

namespace Hermetic.Cli.Demo.Tour;

/// <summary>5: a prescription to the pharmacy, and its receipt.</summary>
internal sealed class SendingStep : TourStep
{
    public override string Title => "A prescription goes out to the pharmacy, and its receipt is verified";

    public override IReadOnlyList<string> ByHand(DemoHouse house) =>
    [
        $"As {DemoPractice.NorthDesk}, send a file to {DemoPractice.Pharmacy.Lines[0].Number} (page Send) and give the "
            + "number a second time: that is the guard against misdialling. Its pages are confirmed one by one.",
        $"Sign in as {DemoPractice.Pharmacist}: there it is. The sender's receipt is checked by anybody, without this "
            + "server: hermetic verify receipt FILE --key LEDGER --key RECEIPTS",
    ];

    public override async Task<IReadOnlyList<string>> LookAsync(TourState tour, CancellationToken cancellation)
    {
        List<string> progress = [];
        string job = await tour.SendAsync(
            DemoPractice.Pharmacy.Lines[0].Number, SyntheticKind.Prescription, cancellation);
        JsonElement end = await tour.EndedAsync(job, view => Note(progress, view), cancellation);
        Require(end.GetProperty("state").GetString() == "done", $"it ended with {end.GetProperty("words")}");
        int pages = end.GetProperty("pagesConfirmed").GetInt32();
        Require(pages == 2, $"{pages} pages were confirmed of 2");
        string verdict = await ReceiptAsync(tour, job, cancellation);
        return
        [
            $"progress: {string.Join(", ", progress)}",
            $"{await ArrivedAsync(tour, cancellation)}",
            $"hermetic verify receipt: {verdict}",
        ];
    }

    private static void Note(List<string> progress, JsonElement view)
    {
        string now = $"{view.GetProperty("state")} {view.GetProperty("pagesConfirmed")}/{view.GetProperty("pages")}";
        if (progress.Count == 0 || progress[^1] != now)
        {
            progress.Add(now);
        }
    }

    private static async Task<string> ArrivedAsync(TourState tour, CancellationToken cancellation)
    {
        DemoPerson pharmacist = await tour.PersonAsync(DemoPractice.Pharmacist, cancellation);
        string north = DemoPractice.North.NumberOf(DemoPractice.MainLine);
        JsonElement fax = await tour.UntilAsync<JsonElement>("the fax at the pharmacy", async () =>
        {
            JsonElement list = await pharmacist.GetAsync("faxes?direction=inbound&state=received", cancellation);
            JsonElement[] found = [.. list.GetProperty("faxes").EnumerateArray()
                .Where(one => one.GetProperty("remoteNumber").GetString() == north)];
            return found.Length > 0 ? found[0] : null;
        }, cancellation);
        Require(fax.GetProperty("pages").GetInt32() == 2, "another fax arrived at the pharmacy");
        return $"{pharmacist.Name} has it: fax {fax.GetProperty("id")}, 2 pages from {north}";
    }

    private static async Task<string> ReceiptAsync(TourState tour, string job, CancellationToken cancellation)
    {
        DemoPerson desk = await tour.PersonAsync(DemoPractice.NorthDesk, cancellation);
        DemoPerson officer = await tour.PersonAsync(DemoPractice.NorthPrivacy, cancellation);
        ReadOnlyMemory<byte> receipt = await tour.FetchedAsync(desk, $"jobs/{job}/receipt", cancellation);
        string file = tour.House.Folder.In($"{job}.receipt");
        await File.WriteAllBytesAsync(file, receipt, cancellation);
        JsonElement keys = await officer.GetAsync("ledger/checkpoint", cancellation);
        VerifierKey[] pair = [tour.Key, TourState.KeyOf(keys.GetProperty("receiptsKey").GetString()!)];
        using StringWriter said = new();
        int exit = await new VerifyReceiptCommand(file, null, pair, new VerifyTrust(), said, said)
            .RunAsync(cancellation);
        Require(exit == VerifyExit.Fits, $"the receipt does not fit: {said}");
        return said.ToString().Trim();
    }
}
