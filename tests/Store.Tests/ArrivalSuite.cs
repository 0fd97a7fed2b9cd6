// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Tests;

/// <summary>A fax as the line writes it down: its call with the first page, the other pages, its end with the
/// call's.</summary>
public abstract class ArrivalSuite : DataSuite
{
    [Fact]
    public async Task Fax_BegunWithItsCall_IsTheSameAsOneByOne()
    {
        (NewCall call, NewFax fax) = await ArriveAsync(100, 2);
        NewFax other = Sample.Fax(Sample.Id(1), 101) with { CallId = Sample.Id(8101) };
        NewCall otherCall = Call(other);
        await Store.Calls.BeginAsync(otherCall, Cancellation);
        await Store.Faxes.BeginAsync(other, Cancellation);
        await Store.Faxes.AddPageAsync(Page(other, 1), Cancellation);
        await Store.Faxes.AddPageAsync(Page(other, 2), Cancellation);

        Assert.Equal(MoveResult.Moved, await Store.Faxes.EndAsync(End(fax, FaxState.Received, 2), Cancellation));
        await Store.Calls.EndAsync(Sample.Id(1), otherCall.CallId, CallEnd, Cancellation);
        await Store.Faxes.MoveAsync(Sample.Move(other, FaxState.Received, 2), Sample.Told(), Cancellation);

        FaxRecord one = await FindAsync(fax);
        FaxRecord two = await FindAsync(other);
        Assert.Equivalent(two with
        {
            FaxId = one.FaxId,
            CallId = one.CallId,
            BegunAt = one.BegunAt,
            ReceivedAt = one.ReceivedAt,
            ConfirmedAt = one.ConfirmedAt,
            IdempotencyTag = one.IdempotencyTag,
            RowVersion = one.RowVersion,
        }, one, true);
        Assert.Equivalent(new CallRecord(call, CallEnd),
            await Store.Calls.FindAsync(Sample.Id(1), call.CallId, Cancellation), true);
        Assert.Equivalent(new CallRecord(otherCall, CallEnd),
            await Store.Calls.FindAsync(Sample.Id(1), otherCall.CallId, Cancellation), true);
        Assert.Equivalent(
            new[] { 1, 2 }.Select(page => Page(fax, page) with { State = PageState.Confirmed }),
            await Store.Pages.ListAsync(fax.TenantId, fax.FaxId, Cancellation), true);
        List<EventRecord> told = await Store.Events.ListAsync(Sample.Id(1), 0, 10, Cancellation);
        Assert.Equal([fax.FaxId, other.FaxId], told.Select(one => one.FaxId!.Value));
        Assert.Equivalent(told[0] with { Sequence = 2, FaxId = other.FaxId }, told[1], true);
    }

    [Fact]
    public async Task Fax_BegunByManyAtOnce_IsOneFaxWithOnePageAndOneCall()
    {
        BegunFax[] begun = await AtOnceAsync(10, (store, i) =>
        {
            NewFax fax = Sample.Fax(Sample.Id(1), 110) with
            {
                FaxId = Sample.Id(110 + i),
                CallId = Sample.Id(8110 + i),
            };
            return BeginAsync(store, Call(fax) with { CallTag = Sample.Tag("one call") }, fax, Page(fax, 1));
        });

        BegunFax first = Assert.Single(begun, fax => !fax.Repeated);
        Assert.All(begun, fax => Assert.Equal((first.FaxId, 1), (fax.FaxId, fax.PagesStored)));
        FaxRecord kept = Assert.Single(await Store.Faxes.ListAsync(new FaxList(Sample.Id(1)), Cancellation));
        Assert.Single(await Store.Pages.ListAsync(kept.TenantId, kept.FaxId, Cancellation));
        Assert.NotNull(await Store.Calls.FindAsync(kept.TenantId, kept.CallId!.Value, Cancellation));
    }

    [Fact]
    public async Task Fax_BegunAgainAsItWas_IsKnown_AndBegunWithWhatIsTaken_LeavesNothing()
    {
        (NewCall call, NewFax fax) = await ArriveAsync(120, 1);
        Assert.Equal(new BegunFax(fax.FaxId, true, FaxState.Receiving, 1),
            await BeginAsync(Store, call, fax, Page(fax, 1)));

        NewFax next = Sample.Fax(Sample.Id(1), 121) with { CallId = Sample.Id(8121) };
        await Assert.ThrowsAsync<StoreConflictException>(() => BeginAsync(
            Store, Call(next), next, Page(next, 1) with { BlobId = Sample.Blob(fax, 1) }));
        await Assert.ThrowsAsync<StoreConflictException>(() => BeginAsync(
            Store, Call(next), next with { FaxId = fax.FaxId }, Page(next, 1) with { FaxId = fax.FaxId }));
        await Assert.ThrowsAsync<ArgumentException>(() => BeginAsync(
            Store, Call(next), next, Page(next, 2)));
        Assert.Null(await Store.Faxes.FindAsync(next.TenantId, next.FaxId, Cancellation));
        Assert.Null(await Store.Calls.FindAsync(next.TenantId, next.CallId!.Value, Cancellation));
    }

    [Fact]
    public async Task Fax_EndedByManyAtOnce_IsEndedOnceWithOneEvent()
    {
        for (int number = 130; number < 140; number++)
        {
            (_, NewFax fax) = await ArriveAsync(number, 1);
            MoveResult[] moves = await AtOnceAsync(4, (store, _) =>
                store.Faxes.EndAsync(End(fax, FaxState.Received, 1), Cancellation));
            Assert.Single(moves, move => move == MoveResult.Moved);
            Assert.Equal(3, moves.Count(move => move == MoveResult.AlreadyThere));
            Assert.Single(await Store.Events.ListAsync(fax.TenantId, number - 130, 10, Cancellation));
        }
    }

    [Fact]
    public async Task Fax_ThatCameAgain_StandsForItsPart()
    {
        (_, NewFax part) = await ArriveAsync(200, 2);
        await Store.Faxes.MoveAsync(Sample.Move(part, FaxState.Partial), Sample.Told(), Cancellation);
        (_, NewFax whole) = await ArriveAsync(201, 3);
        FaxMove supersede = Sample.Move(part, FaxState.Superseded) with { SupersededBy = whole.FaxId };

        // Not before the whole one is there.
        Assert.Equal(MoveResult.Refused, await Store.Faxes.MoveAsync(supersede, null, Cancellation));
        Assert.Equal(MoveResult.Moved, await Store.Faxes.EndAsync(
            End(whole, FaxState.Received, 3, (supersede, Sample.Told(4))), Cancellation));

        FaxRecord kept = await FindAsync(part);
        Assert.Equal((FaxState.Superseded, (Guid?)whole.FaxId, 2), (kept.State, kept.SupersededBy, kept.PagesStored));
        Assert.Equal(2, (await Store.Pages.ListAsync(part.TenantId, part.FaxId, Cancellation)).Count);
        Assert.Equal(whole.FaxId,
            Assert.Single(await Store.Faxes.ListAsync(new FaxList(Sample.Id(1)), Cancellation)).FaxId);
        Assert.Equal(2, (await Store.Faxes.ListAsync(
            new FaxList(Sample.Id(1), WithSuperseded: true), Cancellation)).Count);
        Assert.Equal([(1, part.FaxId), (1, whole.FaxId), (4, part.FaxId)],
            (await Store.Events.ListAsync(Sample.Id(1), 0, 10, Cancellation)).Select(told =>
                (told.Kind, told.FaxId!.Value)));
    }

    [Fact]
    public async Task Fax_WhoseEndIsRefused_MovesNoOther()
    {
        (_, NewFax part) = await ArriveAsync(210, 1);
        await Store.Faxes.MoveAsync(Sample.Move(part, FaxState.Partial), null, Cancellation);
        (_, NewFax whole) = await ArriveAsync(211, 1);
        FaxMove supersede = Sample.Move(part, FaxState.Superseded) with { SupersededBy = whole.FaxId };

        Assert.Equal(MoveResult.Refused, await Store.Faxes.EndAsync(
            End(whole, FaxState.Received, 2, (supersede, Sample.Told(4))), Cancellation));
        Assert.Equal(FaxState.Partial, (await FindAsync(part)).State);
        Assert.Empty(await Store.Events.ListAsync(Sample.Id(1), 0, 10, Cancellation));
        Assert.Null((await Store.Calls.FindAsync(whole.TenantId, whole.CallId!.Value, Cancellation))!.End);
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Faxes.MoveAsync(
            supersede with { SupersededBy = null }, null, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Faxes.MoveAsync(
            supersede with { SupersededBy = part.FaxId }, null, Cancellation));
    }

    [Fact]
    public async Task Objects_ThatNoPagePointsAt_AreOrphans()
    {
        (_, NewFax fax) = await ArriveAsync(220, 3);
        Guid[] blobs = [Sample.Blob(fax, 1), Sample.Id(1), Sample.Blob(fax, 3), Sample.Id(2)];
        Assert.Equal([Sample.Id(1), Sample.Id(2)],
            await Store.Pages.OrphansAsync(fax.TenantId, blobs, Cancellation));
        Assert.Equal(blobs, await Store.Pages.OrphansAsync(Sample.Id(2), blobs, Cancellation));
        Assert.Empty(await Store.Pages.OrphansAsync(fax.TenantId, [], Cancellation));
    }

    [Fact]
    public async Task Parts_FromOneSenderToOneLine_AreFoundWhenTheNextFaxBegins()
    {
        await Store.Tenants.AddLineAsync(Sample.Line(Sample.Id(1), "5550100"), Sample.Tag("route"), Cancellation);
        const int stopped = 1001;
        NewFax[] parts =
        [
            await PartAsync(240, stopped), // too early
            await PartAsync(241, stopped),
            await PartAsync(242, stopped, fax => fax with { RemoteTag = Sample.Tag("another") }),
            await PartAsync(243, stopped, fax => fax with { LineId = null }),
            await PartAsync(244, 7),
            await PartAsync(245, stopped),
        ];
        NewFax next = Sample.Fax(Sample.Id(1), 250) with { CallId = Sample.Id(8250), LineId = Sample.Id(10) };
        BegunCall begun = await Store.Faxes.BeginAsync(Call(next), next, Page(next, 1),
            new PartsOf(stopped, parts[1].BegunAt), Cancellation);
        Assert.Equal([parts[5].FaxId, parts[1].FaxId], begun.Parts);

        NewFax unknown = next with
        {
            FaxId = Sample.Id(251),
            CallId = Sample.Id(8251),
            RemoteTag = null,
            IdempotencyTag = Sample.Tag("call 251"),
        };
        Assert.Empty((await Store.Faxes.BeginAsync(Call(unknown), unknown, Page(unknown, 1),
            new PartsOf(stopped, parts[1].BegunAt), Cancellation)).Parts);
    }

    private static CallEnd CallEnd { get; } =
        new(Sample.Noon.AddMinutes(3), 7, 14_400, true, 1000, 20, 3, Sample.Sealed("STATION"));

    private static NewCall Call(NewFax fax) => new(fax.TenantId, fax.CallId!.Value, null, Sample.Id(77),
        FaxDirection.Inbound, fax.BegunAt, Sample.Tag($"call of {fax.FaxId}"), 0x31A0_0001, Sample.Sealed("555"));

    private static PageRecord Page(NewFax fax, int number) =>
        Sample.Page(fax, number) with { ContentTag = number == 2 ? null : Sample.Tag($"content {number}") };

    private static FaxEnd End(NewFax fax, FaxState to, int confirmed, params (FaxMove, NewEvent)[] others) =>
        new(Sample.Move(fax, to, confirmed), Sample.Told(), CallEnd, others);

    private static async Task<BegunFax> BeginAsync(FaxStore store, NewCall call, NewFax fax, PageRecord first) =>
        (await store.Faxes.BeginAsync(call, fax, first, new PartsOf(1, Sample.Noon), Cancellation)).Fax;

    private async Task<NewFax> PartAsync(int number, int reason, Func<NewFax, NewFax>? change = null)
    {
        NewFax fax = Sample.Fax(Sample.Id(1), number) with
        {
            CallId = Sample.Id(8000 + number),
            LineId = Sample.Id(10),
        };
        fax = change?.Invoke(fax) ?? fax;
        await BeginAsync(Store, Call(fax), fax, Page(fax, 1));
        await Store.Faxes.MoveAsync(
            Sample.Move(fax, FaxState.Partial) with { ReasonCode = reason }, null, Cancellation);
        return fax;
    }

    private async Task<FaxRecord> FindAsync(NewFax fax) =>
        (await Store.Faxes.FindAsync(fax.TenantId, fax.FaxId, Cancellation))!;

    private async Task<(NewCall Call, NewFax Fax)> ArriveAsync(int number, int pages)
    {
        NewFax fax = Sample.Fax(Sample.Id(1), number) with { CallId = Sample.Id(8000 + number) };
        NewCall call = Call(fax);
        Assert.Equal(new BegunFax(fax.FaxId, false, FaxState.Receiving, 1),
            await BeginAsync(Store, call, fax, Page(fax, 1)));
        for (int page = 2; page <= pages; page++)
        {
            Assert.Equal(AddPageResult.Added, await Store.Faxes.AddPageAsync(Page(fax, page), Cancellation));
        }
        return (call, fax);
    }
}

public sealed class SqliteArrivalTests : ArrivalSuite
{
    protected override Task<ITestDatabase> NewDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteDatabase());
}

public sealed class PostgreSqlArrivalTests(PostgreSqlServer server) : ArrivalSuite
{
    protected override async Task<ITestDatabase> NewDatabaseAsync() =>
        new PostgreSqlDatabase(await server.Peer.CreateDatabaseAsync());
}
