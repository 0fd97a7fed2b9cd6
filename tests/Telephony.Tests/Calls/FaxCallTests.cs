// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;

namespace Hermetic.Telephony.Tests.Calls;

public sealed class FaxCallTests
{
    private static TrunkSettings Trunk(
        FirstOffer first = FirstOffer.Audio, T38Initiator initiator = T38Initiator.Either) =>
        new() { Name = "direct", FirstOffer = first, Initiator = initiator };

    [Theory]
    [InlineData(FirstOffer.T38, T38Initiator.Either)]
    [InlineData(FirstOffer.AudioAndT38, T38Initiator.Either)]
    [InlineData(FirstOffer.Audio, T38Initiator.Either)]
    [InlineData(FirstOffer.Audio, T38Initiator.Called)]
    [InlineData(FirstOffer.Audio, T38Initiator.Calling)]
    public async Task Fax_ByEachWayToT38_Arrives(FirstOffer first, T38Initiator initiator)
    {
        await using EndpointPair pair = await EndpointPair.StartAsync(Trunk(first, initiator), Trunk(first, initiator));
        CallReport sent = await pair.Caller.SendAsync(pair.Fax());
        pair.AssertDelivered(sent, await pair.ReceivedAsync());
        Assert.Equal(first == FirstOffer.Audio, sent.AudioPacketsSent > 0);
    }
    /// <summary>Whoever waits for the fax need not wait for the caller's DCN and BYE too.</summary>
    [Fact]
    public async Task IncomingFax_LastPageConfirmed_IsToldBeforeTheGoodbye()
    {
        ConcurrentQueue<CallReport> told = new();
        await using EndpointPair pair = await EndpointPair.StartAsync(decide: (call, pair) =>
            pair.Accept(call, decision => decision with { OnReceived = told.Enqueue }));
        CallReport sent = await pair.Caller.SendAsync(pair.Fax(2));
        CallReport received = await pair.ReceivedAsync();
        pair.AssertDelivered(sent, received, 2);

        CallReport early = Assert.Single(told);
        Assert.True(early.IsSuccess, early.ToJsonLine());
        Assert.Equal((2, received.T30!.RemoteStationId), (early.T30!.PagesReceived, early.T30.RemoteStationId));
        Assert.True(early.Duration < received.Duration);
    }
}
