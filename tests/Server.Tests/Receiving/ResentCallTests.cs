// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.TestKit.Peers;

namespace Hermetic.Server.Tests.Receiving;

/// <summary>A fax received twice because of our own restart is one fax; whatever only resembles that stays
/// two.</summary>
public sealed class ResentCallTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task P2_KilledBehindPageTwo_TheSameFaxAgainIsOneFax()
    {
        using TestFolder folder = new();
        IReadOnlyCollection<string> cut = await CallAsync(folder, step: nameof(ReceivingStep.PageArrived), 3, "1");
        Assert.Equal(2, cut.Count(line => line.StartsWith("confirmed", StringComparison.Ordinal)));
        Assert.DoesNotContain("survived", cut);
        Guid tenant = await RestartAsync(folder);
        Assert.Contains("survived", await CallAsync(folder, "none", 1, "2"));

        await using Installation installation =
            await Installation.OpenAsync(folder.Settings, TimeProvider.System, Cancellation);
        FaxRecord whole = Assert.Single(await installation.Store.Faxes.ListAsync(new FaxList(tenant), Cancellation));
        FaxRecord part = Assert.Single(await installation.Store.Faxes.ListAsync(
            new FaxList(tenant, State: FaxState.Superseded), Cancellation));
        Assert.Equal((FaxState.Received, 3), (whole.State, whole.PagesStored));
        Assert.Equal((2, (Guid?)whole.FaxId), (part.PagesStored, part.SupersededBy));
        Assert.Equal(2, (await installation.Store.Pages.ListAsync(tenant, part.FaxId, Cancellation)).Count);
    }

    [Fact]
    public async Task StoppedInMidPage_TheSameFaxAgainIsOneFax()
    {
        (FaxRecord[] faxes, List<EventRecord> events) =
            await SendTwiceAsync(CallOutcome.Cancelled, 1, cut: true, [1, 2, 3]);
        FaxRecord whole = Assert.Single(faxes, fax => fax.State == FaxState.Received);
        FaxRecord part = Assert.Single(faxes, fax => fax.State == FaxState.Superseded);
        Assert.Equal((2, (Guid?)whole.FaxId), (part.PagesStored, part.SupersededBy));
        Assert.Equal([FaxEventKind.ReceivedInPart, FaxEventKind.Received, FaxEventKind.Superseded],
            events.Select(told => (FaxEventKind)told.Kind));
    }

    [Theory]
    [InlineData("order")]
    [InlineData("station")]
    [InlineData("anonymous")]
    [InlineData("line lost")]
    [InlineData("in part again")]
    public async Task WhatOnlyResemblesIt_StaysAFaxOfItsOwn(string what)
    {
        CallOutcome first = what == "line lost" ? CallOutcome.FaxFailed : CallOutcome.Cancelled;
        string again = what switch { "station" => "+15550178", "anonymous" => "", _ => Arrivals.Caller };
        int[] pages = what == "order" ? [2, 1, 3] : [1, 2, 3];
        (FaxRecord[] faxes, _) = await SendTwiceAsync(
            first, 2, cut: false, pages, again,
            what == "in part again" ? CallOutcome.FaxFailed : CallOutcome.Completed);
        Assert.Equal(2, faxes.Length);
        Assert.DoesNotContain(faxes, fax => fax.State == FaxState.Superseded);
    }

    /// <summary>The same call of three pages, each time in a process of its own; what that wrote.</summary>
    private static async Task<IReadOnlyCollection<string>> CallAsync(
        TestFolder folder, string step, int count, string seed)
    {
        const string callOfThreePages = "2";
        string program = Path.Combine(AppContext.BaseDirectory, "../../CrashHost/release/Hermetic.CrashHost.dll");
        await using PeerProcess host = PeerProcess.Start(
            "dotnet", [program, folder.SettingsFile, step, $"{count}", seed, callOfThreePages]);
        await host.WaitForExitAsync(Patience, Cancellation);
        return host.Output;
    }

    /// <summary>What a start does before it takes calls; the tenant.</summary>
    private static async Task<Guid> RestartAsync(TestFolder folder)
    {
        await using Installation installation =
            await Installation.OpenAsync(folder.Settings, TimeProvider.System, Cancellation);
        Guid tenant = (await Arrivals.RouteAsync(installation)).Tenant;
        Assert.Equal(1, await new Recovery(installation.ForLine(null)).EndCutFaxesAsync([tenant], Cancellation));
        return tenant;
    }

    private static async Task<(FaxRecord[] Faxes, List<EventRecord> Events)> SendTwiceAsync(
        CallOutcome first, int confirmed, bool cut, int[] pages, string again = Arrivals.Caller,
        CallOutcome last = CallOutcome.Completed)
    {
        using TestFolder folder = new();
        await using Installation installation =
            await Installation.OpenAsync(folder.Settings, TimeProvider.System, Cancellation);
        NumberRoute route = await Arrivals.RouteAsync(installation);
        Arrivals call = new(installation.ForLine(null), route);
        for (int page = 1; page <= confirmed; page++)
        {
            Assert.Equal(PageVerdict.Kept, await call.ArriveAsync(page - 1, Arrivals.Page(page)));
        }

        if (cut)
        {
            call.Cut(confirmed, Arrivals.Page(confirmed + 1));
        }

        await call.EndAsync(first, confirmed);
        // The store counts time in milliseconds.
        await Task.Delay(2, Cancellation);
        Arrivals resent = new(installation.ForLine(null), route, "call-2", again);
        for (int i = 0; i < pages.Length; i++)
        {
            Assert.Equal(PageVerdict.Kept, await resent.ArriveAsync(i, Arrivals.Page(pages[i])));
        }

        await resent.EndAsync(last, pages.Length);
        Assert.Empty(resent.Faults);
        return (
            [.. await installation.Store.Faxes.ListAsync(
                new FaxList(route.Tenant, WithSuperseded: true), Cancellation)],
            await installation.Store.Events.ListAsync(route.Tenant, 0, 10, Cancellation));
    }
}
