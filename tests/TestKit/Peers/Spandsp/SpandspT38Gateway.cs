// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using static Hermetic.TestKit.Peers.Spandsp.SpandspNative;

namespace Hermetic.TestKit.Peers.Spandsp;

/// <summary>libspandsp2's T.38 gateway: IFP packets on one side, 8 kHz linear audio with real modem signals on the
/// other.</summary>
public sealed unsafe class SpandspT38Gateway : SpandspContext
{
    private readonly IfpSender _send;
    private readonly nint _core;

    public SpandspT38Gateway(IfpSender send, bool ecm = true, SpandspModems modems = SpandspModems.All,
        int t38Version = 0)
    {
        _send = send;
        State = t38_gateway_init(0, &OnPacket, User);
        if (State == 0)
        {
            throw new PeerException("libspandsp2: no T.38 gateway");
        }
        _core = t38_gateway_get_t38_core_state(State);
        Log(t38_gateway_get_logging_state(State));
        Log(t38_core_get_logging_state(_core));
        t38_set_t38_version(_core, t38Version);
        t38_gateway_set_ecm_capability(State, ecm ? 1 : 0);
        t38_gateway_set_supported_modems(State, (int)modems);
        t38_gateway_set_transmit_on_idle(State, 1);
    }

    /// <summary>Hands over an IFP packet that arrived with a UDPTL sequence number.</summary>
    public void Receive(ReadOnlySpan<byte> ifp, ushort sequence)
    {
        fixed (byte* packet = ifp)
        {
            _ = t38_core_rx_ifp_packet(_core, packet, ifp.Length, sequence);
        }
        Rethrow();
    }

    /// <summary>Takes in audio from the line.</summary>
    public void Listen(Span<short> samples)
    {
        fixed (short* first = samples)
        {
            Require(t38_gateway_rx(State, first, samples.Length), "t38_gateway_rx");
        }
        Rethrow();
    }

    /// <summary>Makes audio for the line; as many samples pass as <paramref name="samples"/> holds.</summary>
    public void Speak(Span<short> samples)
    {
        fixed (short* first = samples)
        {
            samples[Require(t38_gateway_tx(State, first, samples.Length), "t38_gateway_tx")..].Clear();
        }
        Rethrow();
    }

    private protected override void Free() => t38_gateway_free(State);

    [UnmanagedCallersOnly]
    private static int OnPacket(nint core, nint user, byte* packet, int length, int copies)
    {
        SpandspT38Gateway gateway = (SpandspT38Gateway)GCHandle.FromIntPtr(user).Target!;
        gateway.GuardedSend(gateway._send, packet, length, copies);
        return 0;
    }
}
