// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;
using Hermetic.TestKit.Peers.Spandsp;
using Hermetic.TestKit.Peers.Udptl;
using Hermetic.TestKit.Simulation;

namespace Hermetic.Protocol.Tests.Interop;

/// <summary>
/// One call between us and an audio fax machine, through libspandsp2's T.38 gateway: real modem signals on the far leg.
/// A gateway that we feed too late or too slowly starves its modem, and the audio side then hears it.
/// </summary>
internal sealed class GatewayCall : IDatagramOutput, IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromHours(2);

    private readonly FaxSimulation _simulation;
    private readonly UdptlPeer _udptl = new(UdptlPeerRecovery.Redundancy, 3);
    private readonly LossyChannel _toGateway;
    private readonly LossyChannel _toUs;
    private readonly SpandspT38Gateway _gateway;
    private readonly short[] _fromGateway = new short[InteropCall.StepSamples];
    private readonly short[] _fromAudio = new short[InteropCall.StepSamples];
    private TimeSpan _nextStep = InteropCall.Step;

    public GatewayCall(InteropCallSettings settings, TimeSpan jitter, int seed = 1)
    {
        _simulation = new FaxSimulation(seed);
        LossyChannelSettings network = new() { Delay = TimeSpan.FromMilliseconds(30), Jitter = jitter };
        _toGateway = _simulation.AddChannel(network, (_, datagram) => _udptl.Unwrap(datagram, Deliver));
        _toUs = _simulation.AddChannel(network, (_, datagram) => Ours!.Receive(datagram));
        _gateway = new SpandspT38Gateway(Send, settings.Ours.Ecm, t38Version: settings.T38.Version);
        Audio = new SpandspAudioFax(!settings.WeCall, settings.Theirs);
        Ours = new OurFax(_simulation, settings.WeCall ? T30Role.Calling : T30Role.Called, settings.Ours, settings.T38,
            this, settings.WeSend, settings.ConfirmAfter);
        _simulation.Add(() => _nextStep, Advance);
    }

    public OurFax Ours { get; }

    public SpandspAudioFax Audio { get; }

    public T30Result Result => Ours.Session.Result;

    public void Run()
    {
        Ours.Start();
        bool ended = _simulation.Run(() => Ours.Session.IsEnded && !Audio.T30.IsActive, s_limit);
        Assert.True(ended, $"the call does not end: {this}");
        if (!Result.IsSuccess || Audio.T30.CompletionCode != 0)
        {
            Assert.Fail($"seed {_simulation.Seed}, ours: {Result.EndReason}, theirs: {Audio.T30.Completion}\n{this}");
        }
    }

    public override string ToString() => Ours.Transcript.ToString();

    public void Dispose()
    {
        Audio.Dispose();
        _gateway.Dispose();
    }

    void IDatagramOutput.Send(ReadOnlySpan<byte> datagram) => _toGateway.Send(datagram);

    private void Send(ReadOnlySpan<byte> ifp, int copies)
    {
        byte[] datagram = _udptl.Wrap(ifp);
        for (int copy = 0; copy < copies; copy++)
        {
            _toUs.Send(datagram);
        }
    }

    private void Deliver(byte[] ifp, ushort sequence) => _gateway.Receive(ifp, sequence);

    private void Advance(TimeSpan now)
    {
        _nextStep += InteropCall.Step;
        _gateway.Speak(_fromGateway);
        Audio.Speak(_fromAudio);
        Audio.Listen(_fromGateway);
        _gateway.Listen(_fromAudio);
    }
}
