// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Tests;

/// <summary>Tenants, lines, calls, and what all records share.</summary>
public abstract class RecordSuite : DataSuite
{
    [Fact]
    public async Task Route_OfADialledNumber_LeadsToItsLine()
    {
        LineRecord line = Sample.Line(Sample.Id(1), "5550100");
        await Store.Tenants.AddLineAsync(line, Sample.Tag("route 5550100"), Cancellation);

        LineRoute route = (await Store.Tenants.FindRouteAsync(Sample.Tag("route 5550100"), Cancellation))!;
        Assert.Equal(new LineRoute(Sample.Id(1), line.LineId, 2, ServiceState.Active, ServiceState.Active), route);
        Assert.True(route.IsOpen);
        Assert.Null(await Store.Tenants.FindRouteAsync(Sample.Tag("route 5550199"), Cancellation));
        LineRecord found = (await Store.Tenants.FindLineAsync(Sample.Id(1), line.NumberTag, Cancellation))!;
        Assert.Equivalent(line, found, true);
        Assert.Null(await Store.Tenants.FindLineAsync(Sample.Id(2), line.NumberTag, Cancellation));
        Assert.Single(await Store.Tenants.ListLinesAsync(Sample.Id(1), Cancellation));
        Assert.Empty(await Store.Tenants.ListLinesAsync(Sample.Id(2), Cancellation));
    }

    [Fact]
    public async Task Route_OfASuspendedTenantOrClosedLine_IsNotOpen()
    {
        LineRecord line = Sample.Line(Sample.Id(1), "5550100");
        byte[] dialled = Sample.Tag("route 5550100");
        await Store.Tenants.AddLineAsync(line, dialled, Cancellation);

        Assert.True(await Store.Tenants.SetLineStateAsync(
            Sample.Id(1), line.LineId, ServiceState.Closed, Cancellation));
        Assert.False((await Store.Tenants.FindRouteAsync(dialled, Cancellation))!.IsOpen);
        await Store.Tenants.SetLineStateAsync(Sample.Id(1), line.LineId, ServiceState.Active, Cancellation);
        Assert.True((await Store.Tenants.FindRouteAsync(dialled, Cancellation))!.IsOpen);
        Assert.True(await Store.Tenants.SetStateAsync(Sample.Id(1), ServiceState.Suspended, Cancellation));
        Assert.False((await Store.Tenants.FindRouteAsync(dialled, Cancellation))!.IsOpen);
        Assert.False(await Store.Tenants.SetStateAsync(Sample.Id(99), ServiceState.Active, Cancellation));
    }

    [Fact]
    public async Task KeyUse_CountsByTenantAndEpoch()
    {
        await Store.Tenants.AddLineAsync(
            Sample.Line(Sample.Id(1), "5550100"), Sample.Tag("route 5550100"), Cancellation);
        NewFax fax = Sample.Fax(Sample.Id(1), 20);
        await Store.Faxes.BeginAsync(fax, Cancellation);
        await Store.Faxes.AddPageAsync(Sample.Page(fax, 1), Cancellation);
        await Store.Faxes.AddPageAsync(Sample.Page(fax, 2) with { KeyEpoch = 0x31A1_0001 }, Cancellation);

        Assert.Equal(
            [
                new EpochUse(Sample.Id(1), 0x31A0_0001, 1, 1, 0, 2),
                new EpochUse(Sample.Id(1), 0x31A1_0001, 0, 1, 0, 0),
            ],
            await Store.KeyUse.CountAsync(Sample.Id(1), Cancellation));
        Assert.Equal([new EpochUse(Sample.Id(2), 0x31A0_0001, 0, 0, 0, 1)],
            await Store.KeyUse.CountAsync(Sample.Id(2), Cancellation));
    }

    [Fact]
    public async Task Number_OfOneTenant_CannotBeTakenByAnother()
    {
        byte[] dialled = Sample.Tag("route 5550100");
        await Store.Tenants.AddLineAsync(Sample.Line(Sample.Id(1), "5550100"), dialled, Cancellation);

        await Assert.ThrowsAsync<StoreConflictException>(() => Store.Tenants.AddLineAsync(
            Sample.Line(Sample.Id(2), "5550100"), dialled, Cancellation));
        Assert.Empty(await Store.Tenants.ListLinesAsync(Sample.Id(2), Cancellation));
        Assert.Equal(Sample.Id(1), (await Store.Tenants.FindRouteAsync(dialled, Cancellation))!.TenantId);
    }

    [Fact]
    public async Task Number_OfAClosedLine_MayBeGivenAwayAndBack()
    {
        byte[] dialled = Sample.Tag("route 5550100");
        LineRecord first = Sample.Line(Sample.Id(1), "5550100");
        LineRecord second = Sample.Line(Sample.Id(2), "5550100");
        await Store.Tenants.AddLineAsync(first, dialled, Cancellation);
        Assert.False(await Store.Tenants.ReopenLineAsync(Sample.Id(1), first.LineId, dialled, Cancellation));
        await Store.Tenants.SetLineStateAsync(Sample.Id(1), first.LineId, ServiceState.Closed, Cancellation);

        await Store.Tenants.AddLineAsync(second, dialled, Cancellation);
        Assert.Equal(Sample.Id(2), (await Store.Tenants.FindRouteAsync(dialled, Cancellation))!.TenantId);
        await Assert.ThrowsAsync<StoreConflictException>(() => Store.Tenants.ReopenLineAsync(
            Sample.Id(1), first.LineId, dialled, Cancellation));
        Assert.Equal(ServiceState.Closed,
            Assert.Single(await Store.Tenants.ListLinesAsync(Sample.Id(1), Cancellation)).State);

        await Store.Tenants.SetStateAsync(Sample.Id(2), ServiceState.Closed, Cancellation);
        Assert.True(await Store.Tenants.ReopenLineAsync(Sample.Id(1), first.LineId, dialled, Cancellation));
        LineRoute route = (await Store.Tenants.FindRouteAsync(dialled, Cancellation))!;
        Assert.True(route is { IsOpen: true } && route.TenantId == Sample.Id(1));
        Assert.Equal(ServiceState.Closed,
            Assert.Single(await Store.Tenants.ListLinesAsync(Sample.Id(2), Cancellation)).State);
    }

    [Fact]
    public async Task Number_RoutedToAnotherLine_IsOfTheSameTenantOnly()
    {
        byte[] dialled = Sample.Tag("route 5550100");
        LineRecord first = Sample.Line(Sample.Id(1), "5550100");
        LineRecord second = Sample.Line(Sample.Id(1), "5550101", 31);
        LineRecord theirs = Sample.Line(Sample.Id(2), "5550102", 32);
        await Store.Tenants.AddLineAsync(first, dialled, Cancellation);
        await Store.Tenants.AddLineAsync(second, Sample.Tag("route 5550101"), Cancellation);
        await Store.Tenants.AddLineAsync(theirs, Sample.Tag("route 5550102"), Cancellation);

        Assert.True(await Store.Tenants.RouteAsync(Sample.Id(1), dialled, second.LineId, Cancellation));
        Assert.False(await Store.Tenants.RouteAsync(Sample.Id(1), dialled, theirs.LineId, Cancellation));
        Assert.False(await Store.Tenants.RouteAsync(Sample.Id(2), dialled, theirs.LineId, Cancellation));

        LineRoute route = (await Store.Tenants.FindRouteAsync(dialled, Cancellation))!;
        Assert.Equal((Sample.Id(1), second.LineId), (route.TenantId, route.LineId));
    }

    [Fact]
    public async Task Names_Changed_AreTheNewOnes()
    {
        LineRecord line = Sample.Line(Sample.Id(1), "5550100");
        await Store.Tenants.AddLineAsync(line, Sample.Tag("route 5550100"), Cancellation);
        LineRecord named = line with { KeyEpoch = 0x31A1_0001, SealedNumber = [1, 2], SealedName = [3, 4] };

        Assert.True(await Store.Tenants.RenameLineAsync(named, Cancellation));
        Assert.True(await Store.Tenants.RenameAsync(Sample.Id(1), 0x31A1_0001, [5, 6], Cancellation));

        Assert.Equivalent(named, Assert.Single(await Store.Tenants.ListLinesAsync(Sample.Id(1), Cancellation)), true);
        TenantRecord tenant = (await Store.Tenants.FindAsync(Sample.Id(1), Cancellation))!;
        Assert.Equal((0x31A1_0001u, "0506"), (tenant.KeyEpoch, Convert.ToHexString(tenant.SealedName)));
        Assert.False(await Store.Tenants.RenameAsync(Sample.Id(99), 0x31A1_0001, [5, 6], Cancellation));
        Assert.False(await Store.Tenants.RenameLineAsync(named with { TenantId = Sample.Id(2) }, Cancellation));
    }

    [Fact]
    public async Task Tenants_Listed_ComeInTheOrderOfTheirIds()
    {
        foreach (int number in (int[])[9, 300, 70_000, 5])
        {
            await Store.Tenants.RegisterAsync(Sample.Tenant(number), Cancellation);
        }
        List<TenantRecord> first = await Store.Tenants.ListAsync(null, 4, Cancellation);
        List<TenantRecord> rest = await Store.Tenants.ListAsync(first[^1].TenantId, 4, Cancellation);

        Assert.Equal(((int[])[1, 2, 5, 9, 300, 70_000]).Select(Sample.Id), first.Concat(rest).Select(t => t.TenantId));
        Assert.Equivalent(Sample.Tenant(5), await Store.Tenants.FindAsync(Sample.Id(5), Cancellation), true);
        Assert.Null(await Store.Tenants.FindAsync(Sample.Id(6), Cancellation));
    }

    [Fact]
    public async Task Call_BegunTwice_IsOneCallAndEndsOnce()
    {
        NewCall call = new(Sample.Id(1), Sample.Id(50), null, Sample.Id(7), FaxDirection.Inbound, Sample.Noon,
            Sample.Tag("call-id"), 3, Sample.Sealed("5551234"));
        CallEnd end = new(Sample.Noon.AddMinutes(2), 4, 14_400, true, 1000, 20, 1, Sample.Sealed("NORTH"));

        Guid[] begun = await AtOnceAsync(8, (store, i) => store.Calls.BeginAsync(
            call with { CallId = Sample.Id(50 + i) }, Cancellation));
        Guid id = Assert.Single(begun.Distinct());
        Assert.Null((await Store.Calls.FindAsync(Sample.Id(1), id, Cancellation))!.End);
        bool[] ended = await AtOnceAsync(4, (store, _) => store.Calls.EndAsync(Sample.Id(1), id, end, Cancellation));

        Assert.Single(ended, done => done);
        CallRecord kept = (await Store.Calls.FindAsync(Sample.Id(1), id, Cancellation))!;
        Assert.Equivalent(new CallRecord(call with { CallId = id }, end), kept, true);
        Assert.Null(await Store.Calls.FindAsync(Sample.Id(2), id, Cancellation));
    }

    [Fact]
    public async Task Unit_ThatFails_TakesNoNeighbourAlong()
    {
        await BegunAsync(60);
        bool[] kept = await AtOnceAsync(60, async (store, i) =>
        {
            // Each fifth has an id that is taken, under a tag that is not.
            NewFax fax = Sample.Fax(Sample.Id(1), i % 5 == 0 ? 60 : 1000 + i) with
            {
                IdempotencyTag = Sample.Tag($"neighbour {i}"),
            };
            try
            {
                return !(await store.Faxes.BeginAsync(fax, Cancellation)).Repeated;
            }
            catch (StoreConflictException)
            {
                return false;
            }
        });

        Assert.Equal(Enumerable.Range(0, 60).Select(i => i % 5 != 0), kept);
        Assert.Equal(49, (await Store.Faxes.ListAsync(new FaxList(Sample.Id(1), 1000), Cancellation)).Count);
    }

    [Fact]
    public async Task Record_OfAnUnknownTenant_IsRefused()
    {
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            Store.Faxes.BeginAsync(Sample.Fax(Sample.Id(99), 1), Cancellation));
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            Store.Events.AppendAsync(Sample.Id(99), null, Sample.Told(), Cancellation));
        await Assert.ThrowsAsync<StoreConflictException>(() => Store.Faxes.BeginAsync(
            Sample.Fax(Sample.Id(1), 1) with { CallId = Sample.Id(12345) }, Cancellation));
    }

    [Fact]
    public async Task Exception_OfAConflict_HoldsNoValueOfTheRow()
    {
        NewFax fax = Sample.Fax(Sample.Id(1), 70) with { SealedSubject = Sample.Sealed("CANARY-SUBJECT") };
        await Store.Faxes.BeginAsync(fax, Cancellation);
        StoreConflictException conflict = await Assert.ThrowsAsync<StoreConflictException>(() =>
            Store.Faxes.BeginAsync(fax with { IdempotencyTag = Sample.Tag("CANARY-TAG") }, Cancellation));

        string[] values =
        [
            "CANARY", Convert.ToHexString(fax.SealedSubject!), Convert.ToBase64String(fax.SealedSubject!),
            Convert.ToHexString(Sample.Tag("CANARY-TAG")), fax.FaxId.ToString(), fax.TenantId.ToString(),
        ];
        Assert.All(values, value => Assert.DoesNotContain(
            value, conflict.ToString(), StringComparison.OrdinalIgnoreCase));
        Assert.Null(conflict.InnerException);
    }

    [Fact]
    public async Task Field_OfTheWrongLength_IsRefusedBeforeTheDatabase()
    {
        NewFax fax = Sample.Fax(Sample.Id(1), 80);
        await Assert.ThrowsAsync<ArgumentException>(() =>
            Store.Faxes.BeginAsync(fax with { IdempotencyTag = new byte[31] }, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            Store.Faxes.BeginAsync(fax with { SealedSubject = [] }, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            Store.Faxes.BeginAsync(fax with { SealedFileName = new byte[(64 << 10) + 1] }, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            Store.Faxes.AddPageAsync(Sample.Page(fax, 0), Cancellation));
    }

    [Fact]
    public async Task Write_Cancelled_EndsTheWait()
    {
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Store.Faxes.BeginAsync(Sample.Fax(Sample.Id(1), 90), cancelled.Token));
    }

    [Fact]
    public async Task Write_AfterClosing_IsRefused()
    {
        FaxStore store = Nodes[^1];
        await store.DisposeAsync();
        StoreUnavailableException closed = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            store.Faxes.BeginAsync(Sample.Fax(Sample.Id(1), 91), Cancellation));
        Assert.Equal(StoreFault.Closed, closed.Fault);
    }
}

public sealed class SqliteRecordTests : RecordSuite
{
    protected override Task<ITestDatabase> NewDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteDatabase());
}

public sealed class PostgreSqlRecordTests(PostgreSqlServer server) : RecordSuite
{
    protected override async Task<ITestDatabase> NewDatabaseAsync() =>
        new PostgreSqlDatabase(await server.Peer.CreateDatabaseAsync());
}
