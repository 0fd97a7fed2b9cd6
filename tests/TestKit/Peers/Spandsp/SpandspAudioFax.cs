// SPDX-License-Identifier: Apache-2.0
using static Hermetic.TestKit.Peers.Spandsp.SpandspNative;

namespace Hermetic.TestKit.Peers.Spandsp;

/// <summary>libspandsp2's audio fax: a whole fax machine on 8 kHz linear audio.</summary>
public sealed unsafe class SpandspAudioFax : SpandspContext
{
    public SpandspAudioFax(bool calling, SpandspT30Settings settings)
    {
        State = fax_init(0, calling ? 1 : 0);
        if (State == 0)
        {
            throw new PeerException("libspandsp2: no audio fax");
        }
        Log(fax_get_logging_state(State));
        Log(t30_get_logging_state(fax_get_t30_state(State)));
        fax_set_transmit_on_idle(State, 1);
        T30 = new SpandspT30(fax_get_t30_state(State), User, settings);
    }

    /// <summary>The T.30 engine.</summary>
    public new SpandspT30 T30
    {
        get => base.T30!;
        private init => base.T30 = value;
    }

    /// <summary>Takes in audio from the line.</summary>
    public void Listen(Span<short> samples)
    {
        fixed (short* first = samples)
        {
            Require(fax_rx(State, first, samples.Length), "fax_rx");
        }
    }

    /// <summary>Makes audio for the line; as many samples pass as <paramref name="samples"/> holds.</summary>
    public void Speak(Span<short> samples)
    {
        fixed (short* first = samples)
        {
            samples[Require(fax_tx(State, first, samples.Length), "fax_tx")..].Clear();
        }
    }

    private protected override void Free() => fax_free(State);
}
