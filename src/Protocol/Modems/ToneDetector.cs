// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Modems;

/// <summary>Finds one steady tone in 8 kHz samples, by Goertzel's recursion over blocks of 10 ms.</summary>
/// <remarks>
/// A block counts when most of its energy lies at the tone and it is loud enough; the tone is there when enough blocks
/// in a row counted. 10 ms make bins 100 Hz wide, so that the ±38 Hz that T.30 §4.3.2 allows CNG still passes, while
/// call progress tones, dual tones and speech don't stay in for long. Two poor blocks in a row are forgiven: the phase
/// reversals of a V.8/V.25 answer tone make one each.
/// </remarks>
public sealed class ToneDetector
{
    private const int BlockSamples = 80;
    private const int ForgivenBlocks = 2;

    // Our limits: half of the energy inside the bin (38 Hz off keeps 60 %); −43 dBm0 as a receiver must hear (T.30 §4).
    private const double EnergyShareMin = 0.45;
    private const double RmsMin = 115;

    private readonly double _coefficient;
    private readonly int _blocksNeeded;

    private double _s1;
    private double _s2;
    private double _energy;
    private int _filled;
    private int _goodBlocks;
    private int _poorBlocks;

    /// <param name="hertz">The tone: a multiple of 100 Hz keeps it in the middle of its bin.</param>
    /// <param name="minimum">How long it must last to count.</param>
    public ToneDetector(int hertz, TimeSpan minimum)
    {
        _coefficient = 2 * Math.Cos(2 * Math.PI * hertz / ToneGenerator.SampleRate);
        _blocksNeeded = Math.Max(1, (int)(minimum.TotalMilliseconds / 10));
    }

    /// <summary>True while the tone is there.</summary>
    public bool IsPresent => _goodBlocks >= _blocksNeeded;

    /// <summary>Takes what was heard next.</summary>
    public void Write(ReadOnlySpan<short> samples)
    {
        while (samples.Length > 0)
        {
            int take = Math.Min(BlockSamples - _filled, samples.Length);
            Accumulate(samples[..take]);
            samples = samples[take..];
            if (_filled == BlockSamples)
            {
                EndBlock();
            }
        }
    }

    /// <summary>Forgets everything heard.</summary>
    public void Reset()
    {
        _goodBlocks = 0;
        _poorBlocks = 0;
        ClearBlock();
    }

    private void Accumulate(ReadOnlySpan<short> samples)
    {
        double s1 = _s1;
        double s2 = _s2;
        double energy = _energy;
        foreach (short sample in samples)
        {
            double s0 = sample + (_coefficient * s1) - s2;
            s2 = s1;
            s1 = s0;
            energy += (double)sample * sample;
        }

        _s1 = s1;
        _s2 = s2;
        _energy = energy;
        _filled += samples.Length;
    }

    private void EndBlock()
    {
        // |X|² of a pure tone is N/2 times the block's energy.
        double power = (_s1 * _s1) + (_s2 * _s2) - (_coefficient * _s1 * _s2);
        bool loud = _energy > RmsMin * RmsMin * BlockSamples;
        bool good = loud && power > EnergyShareMin * _energy * BlockSamples / 2;
        ClearBlock();
        if (good)
        {
            _goodBlocks++;
            _poorBlocks = 0;
        }
        else if (_goodBlocks > 0 && ++_poorBlocks > ForgivenBlocks)
        {
            _goodBlocks = 0;
            _poorBlocks = 0;
        }
    }

    private void ClearBlock()
    {
        _s1 = 0;
        _s2 = 0;
        _energy = 0;
        _filled = 0;
    }
}
