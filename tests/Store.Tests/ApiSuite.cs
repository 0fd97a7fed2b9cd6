// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Tests;

/// <summary>Webhooks and their deliveries, and requests that must not be carried out twice.</summary>
public abstract class ApiSuite : DataSuite
{
    private static readonly DateTimeOffset s_now = Sample.Noon.AddHours(1);

    [Fact]
    public async Task Event_BegunByManyAtOnce_IsDeliveredOncePerWebhook()
    {
        await Store.Webhooks.AddAsync(Webhook(1), Cancellation);
        await Store.Webhooks.AddAsync(Webhook(2), Cancellation);
        await Store.Events.AppendAsync(Sample.Id(1), null, Sample.Told(), Cancellation);
        await AtOnceAsync(8, async (store, i) =>
        {
            foreach (EventRecord told in await store.Events.ClaimAsync(ClaimOf(i), Cancellation))
            {
                Assert.True(await store.Deliveries.BeginAsync(
                    told, Sample.Id(900 + i), [Sample.Id(1), Sample.Id(2)], s_now, Cancellation));
                Assert.False(await store.Deliveries.BeginAsync(
                    told, Sample.Id(900 + i), [Sample.Id(1), Sample.Id(2)], s_now, Cancellation));
            }
            return true;
        });
        Assert.Empty(await Store.Events.TenantsDueAsync(s_now.AddDays(1), Cancellation));
        List<DeliveryRecord>[] claims = await AtOnceAsync(
            8, (store, i) => store.Deliveries.ClaimAsync(ClaimOf(i), Cancellation));
        Assert.Equal([Sample.Id(1), Sample.Id(2)],
            claims.SelectMany(claim => claim).Select(one => one.WebhookId).Order());
    }

    [Fact]
    public async Task Delivery_WhoseLeaseRanOut_IsSentByAnotherAndEndedByItAlone()
    {
        await BegunAsync();
        DeliveryRecord first = Assert.Single(await Store.Deliveries.ClaimAsync(ClaimOf(1), Cancellation));
        Assert.Empty(await Store.Deliveries.ClaimAsync(ClaimOf(2), Cancellation));
        DeliveryRecord second = Assert.Single(
            await Store.Deliveries.ClaimAsync(ClaimOf(2, minutes: 2), Cancellation));
        Assert.Equal((1, 2), (first.Attempt, second.Attempt));
        Assert.False(await Store.Deliveries.EndAttemptAsync(
            first, Attempt(1, 204), JobState.Done, s_now, Cancellation));
        Assert.True(await Store.Deliveries.EndAttemptAsync(
            second, Attempt(2, 500), JobState.Waiting, s_now.AddMinutes(9), Cancellation));
        Assert.Equal([Attempt(2, 500)],
            await Store.Deliveries.AttemptsAsync(Sample.Id(1), Sample.Id(1), 1, Cancellation));
        Assert.Empty(await Store.Deliveries.TenantsDueAsync(s_now.AddMinutes(8), Cancellation));
        Assert.Equal([Sample.Id(1)], await Store.Deliveries.TenantsDueAsync(s_now.AddMinutes(9), Cancellation));
    }

    [Fact]
    public async Task Delivery_Replayed_BeginsToCountAnew()
    {
        await BegunAsync();
        DeliveryRecord lease = Assert.Single(await Store.Deliveries.ClaimAsync(ClaimOf(1), Cancellation));
        Assert.False(await Store.Deliveries.ReplayAsync(Sample.Id(1), Sample.Id(1), 1, s_now, Cancellation));
        await Store.Deliveries.EndAttemptAsync(lease, Attempt(1, 500), JobState.Failed, s_now, Cancellation);
        Assert.Empty(await Store.Deliveries.ClaimAsync(ClaimOf(1, minutes: 60), Cancellation));
        Assert.True(await Store.Deliveries.ReplayAsync(Sample.Id(1), Sample.Id(1), 1, s_now, Cancellation));
        Assert.False(await Store.Deliveries.ReplayAsync(Sample.Id(2), Sample.Id(1), 1, s_now, Cancellation));
        DeliveryRecord again = Assert.Single(await Store.Deliveries.ClaimAsync(ClaimOf(1), Cancellation));
        Assert.Equal((2, 1), (again.Attempt, again.AttemptBase));
        Assert.Single(await Store.Deliveries.ListAsync(Sample.Id(1), Sample.Id(1), long.MaxValue, 10, Cancellation));
        Assert.Empty(await Store.Deliveries.ListAsync(Sample.Id(1), Sample.Id(1), 1, 10, Cancellation));
    }

    [Fact]
    public async Task Webhook_SuspendedOrClosed_SendsNothing()
    {
        await BegunAsync();
        Assert.True(await Store.Webhooks.ChangeAsync(
            Webhook(1) with { State = ServiceState.Suspended }, Cancellation));
        Assert.Empty(await Store.Deliveries.ClaimAsync(ClaimOf(1), Cancellation));
        Assert.Equal(Webhook(1) with { State = ServiceState.Suspended }, Same(
            await Store.Webhooks.FindAsync(Sample.Id(1), Sample.Id(1), Cancellation)));
        Assert.True(await Store.Webhooks.ChangeAsync(Webhook(1) with { State = ServiceState.Closed }, Cancellation));
        Assert.Empty(await Store.Deliveries.ClaimAsync(ClaimOf(1), Cancellation));
        Assert.Null(await Store.Webhooks.FindAsync(Sample.Id(1), Sample.Id(1), Cancellation));
        Assert.Empty(await Store.Webhooks.ListAsync(Sample.Id(1), Cancellation));
        Assert.False(await Store.Webhooks.ChangeAsync(Webhook(1), Cancellation));
    }

    [Fact]
    public async Task Request_BegunByManyAtOnce_IsCarriedOutByOne()
    {
        BegunRequest[] begun = await AtOnceAsync(12, (store, _) => BeginAsync(store, "key", "request", s_now));
        Assert.Single(begun, one => one.State == RequestState.Begun);
        Assert.Equal(11, begun.Count(one => one.State == RequestState.UnderWay));
        Assert.Equal(RequestState.Another, (await BeginAsync(Store, "key", "another", s_now)).State);
        Assert.True(await Store.Requests.FinishAsync(
            Sample.Id(1), Sample.Tag("key"), 201, 1, Sample.Sealed("answer"), Cancellation));
        Assert.False(await Store.Requests.ForgetAsync(Sample.Id(1), Sample.Tag("key"), Cancellation));
        BegunRequest done = await BeginAsync(Store, "key", "request", s_now.AddHours(1));
        Assert.Equal((RequestState.Done, 201), (done.State, done.Status));
        Assert.Equal(Sample.Sealed("answer"), done.SealedAnswer);
        Assert.Equal(RequestState.Begun, (await BeginAsync(Store, "key", "request", s_now.AddHours(25))).State);
    }

    [Fact]
    public async Task Request_WhoseServerDied_BeginsAnew()
    {
        await BeginAsync(Store, "key", "request", s_now);
        Assert.Equal(RequestState.UnderWay, (await BeginAsync(Store, "key", "request", s_now.AddSeconds(59))).State);
        Assert.Equal(RequestState.Begun, (await BeginAsync(Store, "key", "request", s_now.AddSeconds(60))).State);
        Assert.True(await Store.Requests.ForgetAsync(Sample.Id(1), Sample.Tag("key"), Cancellation));
        Assert.Equal(RequestState.Begun, (await BeginAsync(Store, "key", "request", s_now)).State);
    }

    private static Task<BegunRequest> BeginAsync(FaxStore store, string key, string request, DateTimeOffset now) =>
        store.Requests.BeginAsync(Sample.Id(1), Sample.Tag(key), Sample.Tag(request), now, now.AddMinutes(1),
            now.AddHours(-24), Cancellation);

    // Bytes are compared by what is in them.
    private static WebhookRecord? Same(WebhookRecord? read)
    {
        WebhookRecord expected = Webhook(1);
        Assert.Equal(expected.SealedAddress, read?.SealedAddress);
        Assert.Equal(expected.SealedSecret, read?.SealedSecret);
        return read is null ? null
            : read with { SealedAddress = s_address, SealedSecret = s_secret };
    }

    private static readonly byte[] s_address = Sample.Sealed("address");
    private static readonly byte[] s_secret = Sample.Sealed("secret");

    private static WebhookRecord Webhook(int number) => new(
        Sample.Id(1), Sample.Id(number), ServiceState.Active, Sample.Noon, 6, null, 0x31A0_0001, s_address, s_secret);

    private static DeliveryAttempt Attempt(int number, int status) => new(number, s_now, 12, status, 0);

    private static Claim ClaimOf(int owner, int minutes = 0) => new(
        Sample.Id(1), Sample.Id(900 + owner), s_now.AddMinutes(minutes), s_now.AddMinutes(minutes + 1));

    private async Task BegunAsync()
    {
        await Store.Webhooks.AddAsync(Webhook(1), Cancellation);
        await Store.Events.AppendAsync(Sample.Id(1), null, Sample.Told(), Cancellation);
        EventRecord told = Assert.Single(await Store.Events.ClaimAsync(ClaimOf(1), Cancellation));
        Assert.True(await Store.Deliveries.BeginAsync(told, Sample.Id(901), [Sample.Id(1)], s_now, Cancellation));
        Assert.Equal(1, await Store.Events.LatestAsync(Sample.Id(1), Cancellation));
    }
}

public sealed class SqliteApiTests : ApiSuite
{
    protected override Task<ITestDatabase> NewDatabaseAsync() => Task.FromResult<ITestDatabase>(new SqliteDatabase());
}

public sealed class PostgreSqlApiTests(PostgreSqlServer server) : ApiSuite
{
    protected override async Task<ITestDatabase> NewDatabaseAsync() =>
        new PostgreSqlDatabase(await server.Peer.CreateDatabaseAsync());
}
