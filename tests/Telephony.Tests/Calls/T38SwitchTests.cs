// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Modems;
using Hermetic.Protocol.T30;
using Hermetic.Telephony.Calls;

namespace Hermetic.Telephony.Tests.Calls;

public sealed class T38SwitchTests
{
    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);

    private static TrunkSettings Trunk(T38Initiator initiator) => new() { Name = "t", Initiator = initiator };

    // When the switch says Offer or GiveUp, if the far end's signal comes at a given time.
    private static (double? Offer, double? GiveUp) Run(T30Role role, T38Initiator initiator, FaxSignals signal,
        double at)
    {
        T38Switch decide = new(role, Trunk(initiator), TimeSpan.Zero);
        double? offer = null;
        for (int tick = 0; tick < 10_000; tick++)
        {
            double now = tick / 100.0;
            if (now >= at)
            {
                decide.Hear(S(now), signal);
            }

            switch (decide.Next(S(now)))
            {
                case SwitchStep.Offer:
                    Assert.Null(offer);
                    offer = now;
                    break;
                case SwitchStep.GiveUp:
                    return (offer, now);
                default:
                    Assert.True(decide.NextDeadline > S(now));
                    break;
            }
        }

        return (offer, null);
    }

    [Theory]
    [InlineData(T30Role.Called, T38Initiator.Either, FaxSignals.None, 0, 2.0)]
    [InlineData(T30Role.Called, T38Initiator.Called, FaxSignals.None, 0, 2.0)]
    [InlineData(T30Role.Called, T38Initiator.Either, FaxSignals.Cng, 0.6, 0.6)]
    [InlineData(T30Role.Called, T38Initiator.Called, FaxSignals.Cng, 5.0, 2.0)]
    [InlineData(T30Role.Called, T38Initiator.Calling, FaxSignals.Cng, 0.6, null)]
    [InlineData(T30Role.Calling, T38Initiator.Either, FaxSignals.None, 0, null)]
    [InlineData(T30Role.Calling, T38Initiator.Either, FaxSignals.Ced, 1.0, 3.0)]
    [InlineData(T30Role.Calling, T38Initiator.Either, FaxSignals.Preamble, 1.0, 1.5)]
    [InlineData(T30Role.Calling, T38Initiator.Either, FaxSignals.Ced | FaxSignals.Preamble, 1.0, 1.5)]
    [InlineData(T30Role.Calling, T38Initiator.Calling, FaxSignals.Ced, 1.0, 1.0)]
    [InlineData(T30Role.Calling, T38Initiator.Called, FaxSignals.Preamble, 1.0, null)]
    [InlineData(T30Role.Calling, T38Initiator.Either, FaxSignals.Cng, 1.0, null)]
    public void Offer_IsMadeByWhoShould_WhenItShould(T30Role role, T38Initiator initiator, FaxSignals signal, double at,
        double? offer) => Assert.Equal((offer, 35.0), Run(role, initiator, signal, at));

    [Fact]
    public void Preamble_AfterCed_HurriesTheCallingSide()
    {
        T38Switch decide = new(T30Role.Calling, Trunk(T38Initiator.Either), TimeSpan.Zero);
        decide.Hear(S(1), FaxSignals.Ced);
        Assert.Equal(S(3), decide.NextDeadline);
        decide.Hear(S(1.5), FaxSignals.Ced | FaxSignals.Preamble);
        Assert.Equal(S(2), decide.NextDeadline);
        Assert.Equal(SwitchStep.Offer, decide.Next(S(2)));
    }

    [Fact]
    public void Refusal_LeavesTheFarEndItsChance_ThenGivesUp()
    {
        T38Switch decide = new(T30Role.Called, Trunk(T38Initiator.Either), TimeSpan.Zero);
        Assert.Equal(SwitchStep.Offer, decide.Next(S(2)));
        decide.Refused(S(2.1));
        Assert.True(decide.WasRefused);
        decide.Hear(S(3), FaxSignals.Cng);
        Assert.Equal(SwitchStep.None, decide.Next(S(7)));
        Assert.Equal(SwitchStep.GiveUp, decide.Next(S(7.1)));
    }
}
