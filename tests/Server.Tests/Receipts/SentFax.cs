// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Documents.Composing;
using Hermetic.Ledger.Notes;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.Server.Features.Receipts;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Telephony;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.T30;

namespace Hermetic.Server.Tests.Receipts;

/// <summary>A fax that was really sent from one of our sessions to another, and an installation that gives receipts for
/// it.</summary>
internal sealed class SentFax : IAsyncDisposable
{
    public const string To = "+1 555 010 0199";
    public const string Answering = "15550100199";

    private readonly TestFolder _folder;
    private readonly NoteSigner _signer;

    private SentFax(Installation installation, Guid tenant, TestFolder folder)
    {
        (Installation, Tenant, _folder) = (installation, tenant, folder);
        _signer = installation.Receipts;
        Assert.True(VerifierKey.TryParse(installation.LedgerKey, out VerifierKey? ledger, out _));
        Keys = new(_signer.VerifierKey, ledger!);
        (Receipt, Received) = Send();
    }

    public Installation Installation { get; }

    public Guid Tenant { get; }

    public ReceiptKeys Keys { get; }

    public Receipt Receipt { get; }

    /// <summary>What the other machine has.</summary>
    public IReadOnlyList<PageBitmap> Received { get; }

    public static async Task<SentFax> SendAsync()
    {
        TestFolder folder = new();
        Installation installation = await Installation.OpenAsync(folder.Settings, TimeProvider.System, default);
        NumberRoute route = await Arrivals.RouteAsync(installation);
        return new(installation, route.Tenant, folder);
    }

    public Task<byte[]> IssueAsync(Receipt? receipt = null) =>
        new ReceiptIssuer(Installation.Journal, Installation.Ledger, _signer, TimeProvider.System)
            .IssueAsync(Tenant, receipt ?? Receipt, default);

    public async ValueTask DisposeAsync()
    {
        await Installation.DisposeAsync();
        _folder.Dispose();
    }

    // The first call is to a machine that is busy, the second gets through.
    private static (Receipt Receipt, IReadOnlyList<PageBitmap> Received) Send()
    {
        DateTimeOffset at = new(2026, 11, 24, 23, 4, 0, 250, TimeSpan.Zero);
        PageBitmap page = SyntheticPage.Text(new(FaxResolution.Standard, PageWidth.A4), 1).Top(300);
        EncodedPageBuilder builder = new(page.Format);
        for (int y = 0; y < page.Rows; y++)
        {
            builder.WriteRow(page.Row(y));
        }

        (ComposedFax? fax, Refusal? refusal) = ComposedFax.Compose(
            FaxDocument.Of([builder.Finish()]),
            new() { At = at, From = TestFolder.TenantName, FromNumber = TestFolder.Number, To = To },
            new() { Template = new() { Practice = "P", Phone = "1", Fax = "2" }, To = "Someone", ToNumber = To });
        Assert.Null(refusal);
        SentPages sent = new(fax!);
        DirectCall call = new(called: new T30Settings { StationId = Answering }, pages: sent);
        Assert.True(call.Run());
        T30Result result = call.Calling.Result;
        Assert.Equal((T30EndReason.Completed, 2), (result.EndReason, result.PagesSent));
        ReceiptAttempt[] attempts = [ReceiptAttempt.Of(Busy(at)), ReceiptAttempt.Of(Through(at.AddMinutes(3), result))];
        Receipt receipt = new()
        {
            Fax = Guid.Parse("0197c1e4-5a1c-7c3e-9f00-1234567890ab"),
            Result = ReceiptResult.Sent,
            From = new(TestFolder.TenantName, TestFolder.Number, "+1 555 0100"),
            To = new("Pharmacy <of> Nówhere", To, result.RemoteStationId!),
            SubmittedAt = at.AddSeconds(-9),
            CompletedAt = at.AddMinutes(4),
            PageCount = 2,
            Attempts = attempts,
            Pages = [.. sent.Confirmed(2).Select((page, index) => ReceiptPage.Of(index + 1, 2, page))],
        };
        return (receipt, call.CalledSink.Pages);
    }

    private static CallReport Busy(DateTimeOffset at) => new()
    {
        Outcome = CallOutcome.Busy,
        Reason = "the far end is busy (486)",
        Clause = "RFC 3261 §21",
        IsOutgoing = true,
        Trunk = "trunk",
        CallId = "1",
        LocalNumber = TestFolder.Number,
        RemoteNumber = To,
        SipStatus = 486,
        StartedAt = at,
        Duration = TimeSpan.FromSeconds(1.5),
    };

    private static CallReport Through(DateTimeOffset at, T30Result result) => Busy(at) with
    {
        Outcome = CallOutcome.Completed,
        Reason = result.Words,
        Clause = result.Clause,
        SipStatus = 200,
        T30 = result,
        Duration = result.Duration,
    };
}
