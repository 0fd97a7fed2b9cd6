// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sending;
using Hermetic.Store;
using Hermetic.Telephony;

namespace Hermetic.Server.Tests.Sending;

/// <summary>What happens to one fax, in simulated time.</summary>
public sealed class DispatcherTests
{
    private const string Number = "+15550199";
    private static readonly SendingLimits s_limits = new();

    [Fact]
    public async Task Fax_IsSentAndRemembersTheStation()
    {
        await using SendingWorld world = await StartAsync();
        SubmittedSending fax = await world.SubmitAsync(1, Number, pages: 3);
        await UntilAsync(world, fax, SendingState.Done);
        OutboxFax sent = await world.FindAsync(fax.FaxId);
        Assert.Equal((FaxState.Sent, 3), (sent.Fax.State, sent.Fax.PagesConfirmed));
        Assert.Equal("Sent: the other machine confirmed every page.", sent.Words);
        Assert.Null(sent.PageSentTwice);
        AttemptRecord attempt = Assert.Single(sent.Attempts);
        Assert.Equal((0, 3, (int?)RetryCause.Delivered, (int?)14_400, (bool?)true), (attempt.Begun.PagesBefore,
            attempt.End!.PagesAfter, attempt.End.Cause, attempt.End.RateBps, attempt.End.Ecm));
        Assert.Equal([(int)FaxEventKind.Submitted, (int)FaxEventKind.Sent],
            (await world.Store.Events.ListAsync(world.Route.Tenant, 0, 10, default)).Select(told => told.Kind));
        Assert.NotNull((await world.Store.Destinations.FindAsync(
            world.Route.Tenant, sent.Sending.RemoteTag, default))!.SealedStationId);
        CallRecord call = (await world.Store.Calls.FindAsync(world.Route.Tenant, attempt.CallId, default))!;
        Assert.NotNull(call.End?.SealedStationId);
    }

    [Fact]
    public async Task Fax_CutInTheMiddle_GoesOnWithTheFirstPageThatIsNotConfirmedOnTheNextRung()
    {
        await using SendingWorld world = await StartAsync();
        Queue<Script> scripts = new([
            new Script(CallOutcome.FaxFailed, T30EndReason.LineLost, Pages: 2),
            new Script(CallOutcome.FaxFailed, T30EndReason.PageRejected, Pages: 0), Script.Good]);
        world.Network.Next = _ => scripts.Dequeue();
        SubmittedSending fax = await world.SubmitAsync(1, Number, pages: 4);
        await UntilAsync(world, fax, SendingState.Waiting, attempts: 1);
        Assert.StartsWith("The connection broke", (await world.FindAsync(fax.FaxId)).Words, StringComparison.Ordinal);
        await UntilAsync(world, fax, SendingState.Done);
        OutboxFax sent = await world.FindAsync(fax.FaxId);
        Assert.Equal([(0, 0, 2), (1, 2, 2), (2, 2, 4)], sent.Attempts.Select(one =>
            (one.Begun.Rung, one.Begun.PagesBefore, one.End!.PagesAfter)));
        Assert.All(world.Network.Delivered, page => Assert.Equal(1, page.Value));
        Assert.Equal(4, world.Network.Delivered.Count);

        // And the next fax to this number begins there.
        world.Network.Next = _ => Script.Good;
        SubmittedSending next = await world.SubmitAsync(2, Number);
        await UntilAsync(world, next, SendingState.Done);
        Assert.Equal(2, Assert.Single((await world.FindAsync(next.FaxId)).Attempts).Begun.Rung);
    }

    /// <summary>The misdial guard's second half: the number was right once, and now somebody else has it.</summary>
    [Fact]
    public async Task Fax_ThatAnotherStationAnswers_StopsBeforeItsFirstPage()
    {
        await using SendingWorld world = await StartAsync();
        await UntilAsync(world, await world.SubmitAsync(1, Number), SendingState.Done);
        world.Network.Next = _ => Script.Good with { StationId = "CLINIC 9" };

        SubmittedSending stopped = await world.SubmitAsync(2, Number);
        await UntilAsync(world, stopped, SendingState.Failed);
        OutboxFax failed = await world.FindAsync(stopped.FaxId);
        Assert.Equal(0, failed.Fax.PagesConfirmed);
        Assert.StartsWith("Another machine answered", failed.Words, StringComparison.Ordinal);

        SubmittedSending meant = await world.SubmitAsync(3, Number,
            terms: new SendingTerms { NumberGivenTwice = true, AnyStation = true });
        await UntilAsync(world, meant, SendingState.Done);
    }

    [Fact]
    public async Task Trunk_ThatIsDown_GivesWayToTheNext()
    {
        await using SendingWorld world = await StartAsync(("first", 5), ("second", 5));
        Queue<Script> scripts = new([new Script(CallOutcome.Unreachable), Script.Good]);
        world.Network.Next = _ => scripts.Dequeue();
        SubmittedSending fax = await world.SubmitAsync(1, Number);
        await UntilAsync(world, fax, SendingState.Done);
        Assert.Equal(["first", "second"], world.Network.Placed.Select(call => call.Trunk));
    }

    [Fact]
    public async Task Fax_WhoseNumberIsUnallocated_FailsAtOnceAndMayBeCorrectedAsAnother()
    {
        await using SendingWorld world = await StartAsync();
        world.Network.Next = _ => new Script(CallOutcome.NoSuchNumber);
        SubmittedSending fax = await world.SubmitAsync(1, Number);
        await UntilAsync(world, fax, SendingState.Failed);
        OutboxFax failed = await world.FindAsync(fax.FaxId);
        Assert.Equal((FaxState.Failed, FaxEndCode.Sending + (int)RetryCause.NoSuchNumber),
            (failed.Fax.State, failed.Fax.ReasonCode!.Value));
        Assert.Equal("There is no such number. Check it and correct it.", failed.Words);
        Assert.Single(failed.Attempts);

        Assert.True(await world.Outbox.RetryAsync(world.Route.Tenant, fax.FaxId, default));
        Assert.True(await world.Outbox.CorrectNumberAsync(world.Route.Tenant, fax.FaxId, "+1 555 0198", default));
        Assert.Equal(SendingState.Held, (await world.FindAsync(fax.FaxId)).Sending.State);
        Assert.False(await world.Outbox.ConfirmNumberAsync(world.Route.Tenant, fax.FaxId, Number, null, default));
        Assert.True(await world.Outbox.ConfirmNumberAsync(
            world.Route.Tenant, fax.FaxId, "+1 (555) 0198", null, default));
        world.Network.Next = _ => Script.Good;
        await UntilAsync(world, fax, SendingState.Done);
        Assert.Equal("+15550198", world.Network.Placed[^1].Number);
    }

    [Fact]
    public async Task Cancel_OfACallThatIsUnderWay_HangsUp()
    {
        await using SendingWorld world = await StartAsync();
        world.Network.Next = _ => Script.Good with { Seconds = 10_000 };
        SubmittedSending fax = await world.SubmitAsync(1, Number);
        await UntilAsync(world, fax, SendingState.Calling);
        Assert.Equal(CancelResult.Asked, await world.Outbox.CancelAsync(world.Route.Tenant, fax.FaxId, default));
        await UntilAsync(world, fax, SendingState.Cancelled);
        Assert.Equal(FaxState.Cancelled, (await world.FindAsync(fax.FaxId)).Fax.State);
        Assert.Equal(0, world.Network.Active);
    }

    [Fact]
    public async Task Cancel_AskedInAnotherProcess_HangsUpToo()
    {
        await using SendingWorld world = await StartAsync();
        world.Network.Next = _ => Script.Good with { Seconds = 10_000 };
        SubmittedSending fax = await world.SubmitAsync(1, Number);
        await UntilAsync(world, fax, SendingState.Calling);
        await using Dispatcher other = new(world.Processes[0].Context, new ScriptedLine(world.Network, world.Main));
        Outbox outbox = new(world.Processes[0].Context, other);
        Assert.Equal(CancelResult.Asked, await outbox.CancelAsync(world.Route.Tenant, fax.FaxId, default));
        await UntilAsync(world, fax, SendingState.Cancelled);
    }

    [Fact]
    public async Task Stop_GivesTheLeaseBackAndAnotherProcessGoesOn()
    {
        await using SendingWorld world = await StartAsync();
        world.Network.Next = _ => Script.Good with { Seconds = 10_000 };
        SubmittedSending fax = await world.SubmitAsync(1, Number);
        await UntilAsync(world, fax, SendingState.Calling);
        await world.Processes[0].StopAsync();
        Assert.Equal(SendingState.Waiting, (await world.FindAsync(fax.FaxId)).Sending.State);
        Assert.Equal((int)RetryCause.Stopped, (await world.FindAsync(fax.FaxId)).Attempts[^1].End!.Cause);
        world.Network.Next = _ => Script.Good;
        await world.StartAsync(s_limits, ("first", 5));
        await UntilAsync(world, fax, SendingState.Done);
    }

    [Fact]
    public async Task Process_ThatDies_LosesItsCallToAnotherOnlyAfterItStoodStill()
    {
        await using SendingWorld world = await StartAsync();
        world.Network.Next = _ => Script.Good with { Seconds = 10_000 };
        SubmittedSending fax = await world.SubmitAsync(1, Number);
        await UntilAsync(world, fax, SendingState.Calling);
        await world.StartAsync(s_limits, ("first", 5));
        // As long as it lives nobody takes its call, whatever the other's clock says.
        world.Processes[1].Time.Skew = TimeSpan.FromDays(3);
        for (int i = 0; i < 30; i++)
        {
            await world.StepAsync();
        }

        Assert.Single(world.Network.Placed);
        world.Processes[0].Die();
        world.Network.Next = _ => Script.Good;
        await UntilAsync(world, fax, SendingState.Done);
        OutboxFax sent = await world.FindAsync(fax.FaxId);
        Assert.Equal([(int)RetryCause.Stopped, (int)RetryCause.Delivered], sent.Attempts.Select(one => one.End!.Cause));
    }

    [Fact]
    public async Task Owner_WhoseLeaseIsTaken_HangsUp()
    {
        await using SendingWorld world = await StartAsync();
        world.Network.Next = _ => Script.Good with { Seconds = 10_000 };
        SubmittedSending fax = await world.SubmitAsync(1, Number);
        await UntilAsync(world, fax, SendingState.Calling);
        SendingRecord lease = Assert.Single(await world.Store.Sendings.CallingAsync(default));
        SendingRecord taken = (await world.Store.Sendings.TakeOverAsync(lease, Guid.NewGuid(), default))!;
        for (int i = 0; i < 3; i++)
        {
            await world.StepAsync();
        }

        Assert.Equal(0, world.Network.Active);
        Assert.Equal(taken, Assert.Single(await world.Store.Sendings.CallingAsync(default)) with
        {
            RemoteTag = taken.RemoteTag,
        });
    }

    [Fact]
    public async Task Fax_ToANewNumber_WaitsUntilItIsGivenTwice()
    {
        await using SendingWorld world = await StartAsync();
        SubmittedSending fax = await world.SubmitAsync(1, Number, terms: new SendingTerms());
        SubmittedSending later = await world.SubmitAsync(2, Number, terms: new SendingTerms
        {
            NumberGivenTwice = false,
            NotBefore = world.Main.GetUtcNow().AddHours(1),
        });
        Assert.Equal((SendingState.Held, SendingState.Held), (fax.State, later.State));
        await world.StepAsync();
        Assert.Empty(world.Network.Placed);
        Assert.StartsWith("Waiting: give the number", (await world.FindAsync(fax.FaxId)).Words,
            StringComparison.Ordinal);
        Assert.True(await world.Outbox.ConfirmNumberAsync(world.Route.Tenant, fax.FaxId, Number, null, default));
        await UntilAsync(world, fax, SendingState.Done);
        Assert.Equal(SendingState.Waiting, (await world.FindAsync(later.FaxId)).Sending.State);
        world.Processes[0].Time.Skew = TimeSpan.FromHours(1);
        await UntilAsync(world, later, SendingState.Done);
    }

    [Fact]
    public async Task Broadcast_IsAFaxForEachNumberAndOneReport()
    {
        await using SendingWorld world = await StartAsync();
        await world.Outbox.VerifyNumberAsync(world.Route.Tenant, "+15550111", "North Pharmacy", default);
        SubmitBroadcast broadcast = new()
        {
            TenantId = world.Route.Tenant,
            LineId = world.Route.Line,
            Numbers = ["+15550110", "+15550111", "+1 555 0112"],
            Pages = NumberedPages.AllOf(7, 2),
            IdempotencyKey = "all of them",
        };
        IReadOnlyList<SubmittedSending> faxes = await world.Outbox.SubmitAsync(broadcast, default);
        Assert.Equal([SendingState.Held, SendingState.Waiting, SendingState.Held], faxes.Select(fax => fax.State));
        Assert.Equal(faxes.Select(fax => (fax.FaxId, true)),
            (await world.Outbox.SubmitAsync(broadcast, default)).Select(fax => (fax.FaxId, fax.Repeated)));
        Guid id = world.Outbox.BroadcastIdOf(world.Route.Tenant, broadcast.IdempotencyKey);
        await UntilAsync(world, faxes[1], SendingState.Done);
        await world.Outbox.CancelAsync(world.Route.Tenant, faxes[0].FaxId, default);
        Assert.Equal(
            [(SendingState.Held, 1), (SendingState.Done, 1), (SendingState.Cancelled, 1)],
            (await world.Outbox.CountAsync(world.Route.Tenant, id, default))
                .OrderBy(count => count.Key).Select(count => (count.Key, count.Value)));
        Assert.Equal(3, (await world.Outbox.ListAsync(new(world.Route.Tenant, 10, id), default)).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sip:5551234@example.org")]
    [InlineData("555 1234 ext. 5")]
    public async Task Number_ThatCantBeDialled_IsRefused(string number)
    {
        await using SendingWorld world = await StartAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => world.SubmitAsync(1, number));
    }

    private static async Task<SendingWorld> StartAsync(params (string, int)[] trunks)
    {
        SendingWorld world = await SendingWorld.OpenAsync();
        await world.StartAsync(s_limits, trunks.Length > 0 ? trunks : [("first", 5)]);
        return world;
    }

    private static Task UntilAsync(SendingWorld world, SubmittedSending fax, SendingState state, int attempts = 0) =>
        world.UntilAsync(async () => await world.FindAsync(fax.FaxId) is { } now && now.Sending.State == state
            && now.Attempts.Count >= attempts, 400);
}
