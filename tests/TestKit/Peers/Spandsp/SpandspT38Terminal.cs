// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using static Hermetic.TestKit.Peers.Spandsp.SpandspNative;

namespace Hermetic.TestKit.Peers.Spandsp;

/// <summary>libspandsp2's T.38 terminal with its T.30 engine: a whole fax machine that speaks IFP packets.</summary>
public sealed unsafe class SpandspT38Terminal : SpandspContext
{
    private readonly IfpSender _send;
    private readonly nint _core;

    /// <summary>Opens a terminal. Time begins to run with the first <see cref="Advance"/>.</summary>
    public SpandspT38Terminal(bool calling, SpandspT30Settings settings, IfpSender send, int t38Version = 0)
    {
        _send = send;
        State = t38_terminal_init(0, calling ? 1 : 0, &OnPacket, User);
        if (State == 0)
        {
            throw new PeerException("libspandsp2: no T.38 terminal");
        }
        _core = t38_terminal_get_t38_core_state(State);
        Log(t38_terminal_get_logging_state(State));
        Log(t38_core_get_logging_state(_core));
        Log(t30_get_logging_state(t38_terminal_get_t30_state(State)));
        t38_set_t38_version(_core, t38Version);
        T30 = new SpandspT30(t38_terminal_get_t30_state(State), User, settings);
    }

    /// <summary>The T.30 engine.</summary>
    public new SpandspT30 T30
    {
        get => base.T30!;
        private init => base.T30 = value;
    }

    /// <summary>Hands over an IFP packet that arrived with a UDPTL sequence number.</summary>
    public void Receive(ReadOnlySpan<byte> ifp, ushort sequence)
    {
        fixed (byte* packet = ifp)
        {
            // A negative answer is its way to say that it ignores the packet.
            _ = t38_core_rx_ifp_packet(_core, packet, ifp.Length, sequence);
        }
        Rethrow();
    }

    /// <summary>Lets <paramref name="samples"/> of 1/8000 s pass, and sends what falls due.</summary>
    public void Advance(int samples)
    {
        _ = t38_terminal_send_timeout(State, samples);
        Rethrow();
    }

    private protected override void Free() => t38_terminal_free(State);

    [UnmanagedCallersOnly]
    private static int OnPacket(nint core, nint user, byte* packet, int length, int copies)
    {
        SpandspT38Terminal terminal = (SpandspT38Terminal)GCHandle.FromIntPtr(user).Target!;
        terminal.GuardedSend(terminal._send, packet, length, copies);
        return 0;
    }
}
