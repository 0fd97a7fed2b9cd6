// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T38;

namespace Hermetic.TestKit.Simulation;

/// <summary>What one direction of a simulated network does to datagrams. Probabilities are 0 to 1.</summary>
public sealed record LossyChannelSettings
{
    /// <summary>Nothing is lost, 20 ms of delay.</summary>
    public static LossyChannelSettings Clean { get; } = new();

    /// <summary>Chance that a datagram is lost.</summary>
    public double Loss { get; init; }

    /// <summary>Chance that a datagram comes twice.</summary>
    public double Duplication { get; init; }

    /// <summary>Chance that a datagram takes <see cref="ReorderDelay"/> longer than the others.</summary>
    public double Reordering { get; init; }

    /// <summary>How much longer a reordered datagram takes.</summary>
    public TimeSpan ReorderDelay { get; init; } = TimeSpan.FromMilliseconds(70);

    /// <summary>What every datagram takes.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>What a datagram takes on top, evenly from zero.</summary>
    public TimeSpan Jitter { get; init; }
}

/// <summary>Takes a datagram that a channel delivers.</summary>
public delegate void DatagramReceiver(TimeSpan now, ReadOnlySpan<byte> datagram);

/// <summary>One direction of a network, in simulated time. Made by <see cref="FaxSimulation.AddChannel"/>.</summary>
public sealed class LossyChannel : IDatagramOutput
{
    private readonly FaxSimulation simulation;
    private readonly LossyChannelSettings settings;
    private readonly DatagramReceiver receive;

    internal LossyChannel(FaxSimulation simulation, LossyChannelSettings settings, DatagramReceiver receive)
    {
        this.simulation = simulation;
        this.settings = settings;
        this.receive = receive;
    }

    /// <summary>Datagrams sent into the channel.</summary>
    public int Sent { get; private set; }

    /// <summary>Datagrams that it lost.</summary>
    public int Lost { get; private set; }

    /// <summary>Sees each datagram as it is sent, before its fate is drawn.</summary>
    public DatagramReceiver? Tap { get; set; }

    /// <summary>Decides instead of chance whether the datagram of this number, from 0, is lost.</summary>
    public Func<int, bool>? LosesNumber { get; set; }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> datagram)
    {
        Tap?.Invoke(simulation.Now, datagram);
        int number = Sent++;
        Random random = simulation.Random;
        bool lost = random.NextDouble() < settings.Loss;
        bool twice = random.NextDouble() < settings.Duplication;
        if (LosesNumber?.Invoke(number) ?? lost)
        {
            Lost++;
            return;
        }

        byte[] copy = datagram.ToArray();
        simulation.Schedule(simulation.Now + DrawDelay(random), copy, receive);
        if (twice)
        {
            simulation.Schedule(simulation.Now + DrawDelay(random), copy, receive);
        }
    }

    private TimeSpan DrawDelay(Random random)
    {
        TimeSpan delay = settings.Delay + settings.Jitter * random.NextDouble();
        return random.NextDouble() < settings.Reordering ? delay + settings.ReorderDelay : delay;
    }
}
