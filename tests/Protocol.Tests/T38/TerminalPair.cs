// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T38;
using Hermetic.TestKit.Simulation;

namespace Hermetic.Protocol.Tests.T38;

/// <summary>Two terminals over a simulated network; what each hears is written down.</summary>
internal sealed class TerminalPair
{
    public TerminalPair(T38Settings settings, LossyChannelSettings? network = null, int seed = 1)
    {
        Simulation = new(seed);
        LossyChannel? back = null;
        There = Simulation.AddChannel(network ?? LossyChannelSettings.Clean, (now, octets) => B!.Receive(now, octets));
        back = Simulation.AddChannel(network ?? LossyChannelSettings.Clean, (now, octets) => A!.Receive(now, octets));
        A = new(settings, There);
        B = new(settings, back);
        A.Attach(HeardByA);
        B.Attach(HeardByB);
        Simulation.Add(() => A.NextDeadline, A.Advance);
        Simulation.Add(() => B.NextDeadline, B.Advance);
    }

    public FaxSimulation Simulation { get; }

    public LossyChannel There { get; }

    public T38Terminal A { get; }

    public T38Terminal B { get; }

    public LineRecorder HeardByA { get; } = new();

    public LineRecorder HeardByB { get; } = new();

    /// <summary>Runs until A has sent its command and the network is quiet again.</summary>
    public void RunUntilSent()
    {
        int before = HeardByA.Sent.Count;
        bool sent = Simulation.Run(() => HeardByA.Sent.Count > before, TimeSpan.FromMinutes(5));
        Assert.True(sent, $"seed {Simulation.Seed}: nothing was sent by {Simulation.Now}");
        TimeSpan at = Simulation.Now;
        Simulation.RunFor(TimeSpan.FromSeconds(1));
        Assert.True(HeardByA.Sent.Count == before + 1, $"seed {Simulation.Seed}: sent twice after {at}");
    }
}
