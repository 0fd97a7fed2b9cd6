// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sdp;
using Hermetic.TestKit.Simulation;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>Whole calls over a wire that loses, doubles and reorders, from seeds.</summary>
public class LossyCallTests
{
    [Theory]
    [InlineData(0.05, 400)]
    [InlineData(0.2, 400)]
    [InlineData(0.5, 200)]
    public void Call_OverALossyWire_EndsAlikeOnBothSides_AndIsForgotten(double loss, int seeds)
    {
        int switched = 0;
        for (int seed = 1; seed <= seeds; seed++)
        {
            switched += RunCall(seed, loss) ? 1 : 0;
        }

        Assert.True(switched >= seeds * (loss < 0.3 ? 0.97 : 0.3), $"only {switched} of {seeds} calls came to T.38");
    }

    // True if both sides came to T.38.
    private static bool RunCall(int seed, double loss)
    {
        LossyChannelSettings wire = new()
        {
            Loss = loss,
            Duplication = 0.1,
            Reordering = 0.2,
            Jitter = TimeSpan.FromMilliseconds(200),
        };
        AgentPair pair = new(seed, wire);
        AgentEnd caller = pair.Caller, called = pair.Called;
        called.OnIncoming = call =>
        {
            call.Ring(called.Now);
            called.Answer(call, call.RemoteOffer);
        };
        caller.Invite();
        pair.Run(40);
        if (called.Call is { CanOffer: true })
        {
            called.SendOffer(SdpWish.Image);
            pair.Run(40);
        }

        bool both = Image(caller) && Image(called);
        Assert.True(!called.Heard.Contains("offer Accepted 200") || both, $"seed {seed}: one side alone is in T.38");
        caller.Call.HangUp(caller.Now);
        pair.Run(200);
        foreach (AgentEnd end in (AgentEnd[])[caller, called])
        {
            string story = $"seed {seed}, {end.Address}: {string.Join(", ", end.Heard)}";
            Assert.True(end.Agent.CallCount == 0 && end.Agent.TransactionCount == 0, story);
            Assert.True(end.Heard.Count(heard => heard == "established") <= 1, story);
            Assert.True(end.Call is null || end.Heard[^1].StartsWith("ended", StringComparison.Ordinal), story);
            Assert.True(end.Heard.Count(heard => heard.StartsWith("ended", StringComparison.Ordinal)) <= 1, story);
            Assert.DoesNotContain("BadAnswer", story, StringComparison.Ordinal);
        }

        return both;

        static bool Image(AgentEnd end) => end.Agreement?.Image is not null;
    }
}
