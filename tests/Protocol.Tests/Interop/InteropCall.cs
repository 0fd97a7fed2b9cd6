// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.Spandsp;
using Hermetic.TestKit.Peers.Udptl;
using Hermetic.TestKit.Simulation;

namespace Hermetic.Protocol.Tests.Interop;

/// <summary>What two ends agree on before a simulated call.</summary>
internal sealed record InteropCallSettings
{
    /// <summary>True if we call.</summary>
    public required bool WeCall { get; init; }

    public required T30Settings Ours { get; init; }

    public required SpandspT30Settings Theirs { get; init; }

    public T38Settings T38 { get; init; } = new();

    /// <summary>Pages that we send, if any.</summary>
    public IReadOnlyList<PageBitmap>? WeSend { get; init; }

    /// <summary>What the network does, in both directions.</summary>
    public LossyChannelSettings Network { get; init; } = LossyChannelSettings.Clean;

    public int Seed { get; init; } = 1;

    /// <summary>How long our host takes to confirm a page.</summary>
    public TimeSpan ConfirmAfter { get; init; }
}

/// <summary>
/// One call between us and libspandsp2's T.38 terminal, in simulated time: our datagrams go through a UDPTL that is not
/// ours, and back. The two clocks run in lock step, at 10 ms for libspandsp2.
/// </summary>
internal sealed class InteropCall : IDatagramOutput, IDisposable
{
    public const int StepSamples = 80;
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_limit = TimeSpan.FromHours(20);

    private readonly FaxSimulation _simulation;
    private readonly UdptlPeer _udptl;
    private readonly LossyChannel _toThem;
    private readonly LossyChannel _toUs;
    private TimeSpan _nextStep = Step;

    public InteropCall(InteropCallSettings settings)
    {
        _simulation = new FaxSimulation(settings.Seed);
        UdptlPeerRecovery recovery = settings.T38.ErrorCorrection == UdptlErrorCorrection.Fec
            ? UdptlPeerRecovery.Fec
            : UdptlPeerRecovery.Redundancy;
        _udptl = new UdptlPeer(recovery, settings.T38.ErrorCorrection == UdptlErrorCorrection.None ? 0 : 3);
        _toThem = _simulation.AddChannel(settings.Network, (_, datagram) => _udptl.Unwrap(datagram, Deliver));
        _toUs = _simulation.AddChannel(settings.Network, (_, datagram) => Ours!.Receive(datagram));
        Theirs = new SpandspT38Terminal(!settings.WeCall, settings.Theirs, Send, settings.T38.Version);
        Ours = new OurFax(_simulation, settings.WeCall ? T30Role.Calling : T30Role.Called, settings.Ours, settings.T38,
            this, settings.WeSend, settings.ConfirmAfter);
        _simulation.Add(() => _nextStep, Advance);
    }

    public UdptlPeer Udptl => _udptl;

    public OurFax Ours { get; }

    public SpandspT38Terminal Theirs { get; }

    public T30Result Result => Ours.Session.Result;

    /// <summary>Runs the call to its end on both sides.</summary>
    public void Run()
    {
        Ours.Start();
        bool ended = _simulation.Run(() => Ours.Session.IsEnded && !Theirs.T30.IsActive, s_limit);
        Assert.True(ended, $"the call does not end: {this}");
    }

    public void AssertSucceeded()
    {
        if (!Result.IsSuccess || Theirs.T30.CompletionCode != 0)
        {
            Assert.Fail($"seed {_simulation.Seed}, ours: {Result.EndReason}, theirs: {Theirs.T30.Completion}\n{this}");
        }
    }

    public override string ToString() => Ours.Transcript.ToString();

    public void Dispose() => Theirs.Dispose();

    void IDatagramOutput.Send(ReadOnlySpan<byte> datagram) => _toThem.Send(datagram);

    private void Send(ReadOnlySpan<byte> ifp, int copies)
    {
        byte[] datagram = _udptl.Wrap(ifp);
        for (int copy = 0; copy < copies; copy++)
        {
            _toUs.Send(datagram);
        }
    }

    private void Deliver(byte[] ifp, ushort sequence) => Theirs.Receive(ifp, sequence);

    private void Advance(TimeSpan now)
    {
        _nextStep += Step;
        Theirs.Advance(StepSamples);
    }
}
