// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sip;
using Hermetic.TestKit.Simulation;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>Two of our user agents, face to face over a wire in simulated time.</summary>
internal sealed class AgentPair
{
    private readonly FaxSimulation _simulation;

    public AgentPair(
        int seed = 1, LossyChannelSettings? wire = null, SipUserAgentSettings? caller = null,
        SipUserAgentSettings? called = null, SipTransport transport = SipTransport.Udp)
    {
        _simulation = new FaxSimulation(seed);
        long connection = transport == SipTransport.Udp ? 0 : 1;
        Caller = new AgentEnd(_simulation, "192.0.2.1", caller ?? new(), transport)
        {
            Peer = new SipFlow(transport, "192.0.2.2", 5060, connection),
        };
        Called = new AgentEnd(_simulation, "192.0.2.2", called ?? new(), transport)
        {
            Peer = new SipFlow(transport, "192.0.2.1", 5060, connection),
        };
        Caller.Wire = _simulation.AddChannel(wire ?? LossyChannelSettings.Clean, Called.Deliver);
        Called.Wire = _simulation.AddChannel(wire ?? LossyChannelSettings.Clean, Caller.Deliver);
        foreach (AgentEnd end in (AgentEnd[])[Caller, Called])
        {
            end.OnIncoming = call => end.Answer(call, call.RemoteOffer);
            end.OnOffered = end.Answer;
        }
    }

    public AgentEnd Caller { get; }

    public AgentEnd Called { get; }

    public int NowMs => (int)_simulation.Now.TotalMilliseconds;

    public void Run(double seconds) => _simulation.RunFor(TimeSpan.FromSeconds(seconds));

    public void Until(Func<bool> reached, double seconds = 40) =>
        Assert.True(_simulation.Run(reached, TimeSpan.FromSeconds(seconds)), $"not reached by {_simulation.Now}");

    /// <summary>Calls, and runs until both sides are in the call.</summary>
    public void Establish()
    {
        Caller.Invite();
        Until(() => Caller.Call.State == SipCallState.Established
            && Called.Call is { State: SipCallState.Established });
    }

    /// <summary>Nothing is left of any call once all timers have had their time.</summary>
    public void AssertForgotten()
    {
        Run(70);
        foreach (AgentEnd end in (AgentEnd[])[Caller, Called])
        {
            Assert.Equal((0, 0), (end.Agent.CallCount, end.Agent.TransactionCount));
        }
    }
}
