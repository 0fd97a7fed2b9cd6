// SPDX-License-Identifier: Apache-2.0
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
}
