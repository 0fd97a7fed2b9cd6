// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;
using Hermetic.Telephony;

namespace Hermetic.Server.Tests.Access;

public sealed class GlassBreakingTests
{
    [Fact]
    public async Task BrokenGlass_IsInTheLedgerWithItsReasonAndToldWithoutIt()
    {
        await using Desk desk = await Desk.StartAsync();
        Caller caller = new()
        {
            Account = Guid.NewGuid(),
            Tenant = desk.Tenant,
            Role = Role.Clinician,
            Scopes = Scopes.OfRole[Role.Clinician],
            Inboxes = FrozenSet<Guid>.Empty,
            Session = "s",
            AuthenticatedAt = desk.Time.GetUtcNow(),
            Address = "127.0.0.1",
        };
        Arrivals call = new(desk.Installation.ForLine(null), await Arrivals.RouteAsync(desk.Installation));
        await call.ArriveAsync(0, Arrivals.Page(1));
        await call.EndAsync(CallOutcome.Completed, 1);
        Guid fax = Assert.Single(await desk.Installation.Store.Faxes.ListAsync(
            new FaxList(desk.Tenant), TestContext.Current.CancellationToken)).FaxId;

        await new GlassBreaking(desk.Installation.Journal, desk.Installation.Store, desk.Time)
            .TellAsync(caller, fax, "treatment", "the patient is unconscious", TestContext.Current.CancellationToken);

        EntryBody entry = Assert.Single(
            await desk.EntriesAsync(desk.Tenant), entry => entry.Act == LedgerAct.AccessChanged);
        Assert.True(entry.Why.BreakGlass);
        Assert.Equal("the patient is unconscious", entry.Why.Reason);
        Assert.Equal(fax.ToString(), entry.What.Fax);
        EventRecord told = Assert.Single(await desk.Installation.Store.Events.ListAsync(
            desk.Tenant, 0, 10, TestContext.Current.CancellationToken), told => told.Kind == GlassBreaking.EventKind);
        Assert.Equal((GlassBreaking.EventKind, fax, null), (told.Kind, told.FaxId, told.SealedBody));
    }
}
