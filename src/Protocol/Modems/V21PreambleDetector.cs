// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace Hermetic.Protocol.Modems;

/// <summary>Hears the V.21 channel 2 preamble: HDLC flags at 300 bit/s, 1 as 1,650 Hz and 0 as 1,850 Hz (T.30
/// §5.3.1).</summary>
/// <remarks>
/// A non-coherent receiver: the energy at each of the two frequencies over the last bit's worth of samples is compared,
/// the sign is the bit, a phase counter nudged at each change of sign says when to sample it. Both frequencies repeat
/// every 160 samples (33 and 37 whole periods), which keeps the correlators' tables exact.
/// </remarks>
public sealed class V21PreambleDetector
{
    private const int TableSamples = 160;
    private const int WindowSamples = 27;
    private const int MarkHertz = 1650;
    private const int SpaceHertz = 1850;
    private const int BitRate = 300;
    private const int PhaseOne = 1 << 16;
    private const int PhaseStep = PhaseOne * BitRate / ToneGenerator.SampleRate;

    // Our limit: five flags in a row, 133 ms of the second that the preamble lasts.
    private const int FlagsNeeded = 5;

    // −43 dBm0 over the window, and most of the energy at the two frequencies: speech and noise fall out.
    private const float MeanSquareMin = 115f * 115f;
    private const float EnergyShareMin = 0.4f;

    // cos and sin of the mark (X, Y) and of the space (Z, W).
    private static readonly Vector4[] Reference = BuildReference();

    private readonly Vector4[] _products = new Vector4[WindowSamples];
    private readonly float[] _squares = new float[WindowSamples];
    private Vector4 _sum;
    private float _energy;
    private int _tableIndex;
    private int _windowIndex;
    private int _phase;
    private bool _lastMark;
    private uint _shift;
    private int _bitsSinceFlag;
    private int _flags;

    /// <summary>True once enough flags came in a row, until they stop.</summary>
    public bool IsPresent => _flags >= FlagsNeeded;

    /// <summary>Takes what was heard next.</summary>
    public void Write(ReadOnlySpan<short> samples)
    {
        foreach (short sample in samples)
        {
            Correlate(sample);
            Vector4 squared = _sum * _sum;
            float mark = squared.X + squared.Y;
            float space = squared.Z + squared.W;
            bool isMark = mark > space;
            if (isMark != _lastMark)
            {
                // The window's energies cross half a bit after the change on the line: that is the middle of our bit
                // clock's period minus what it is off; take a quarter of the error.
                _lastMark = isMark;
                _phase -= (_phase - (PhaseOne / 2)) / 4;
            }

            _phase += PhaseStep;
            if (_phase >= PhaseOne)
            {
                _phase -= PhaseOne;
                TakeBit(isMark, Math.Max(mark, space));
            }
        }
    }

    /// <summary>Forgets everything heard.</summary>
    public void Reset()
    {
        Array.Clear(_products);
        Array.Clear(_squares);
        _sum = default;
        _energy = 0;
        _shift = 0;
        _flags = 0;
        _bitsSinceFlag = 0;
    }

    private void Correlate(short sample)
    {
        Vector4 product = Reference[_tableIndex] * sample;
        float square = (float)sample * sample;
        _sum += product - _products[_windowIndex];
        _energy += square - _squares[_windowIndex];
        _products[_windowIndex] = product;
        _squares[_windowIndex] = square;
        _tableIndex = _tableIndex + 1 == TableSamples ? 0 : _tableIndex + 1;
        if (++_windowIndex == WindowSamples)
        {
            _windowIndex = 0;
            SumAgain();
        }
    }

    // Running sums of floats drift; once a window they are made anew.
    private void SumAgain()
    {
        _sum = default;
        _energy = 0;
        for (int i = 0; i < WindowSamples; i++)
        {
            _sum += _products[i];
            _energy += _squares[i];
        }
    }

    private void TakeBit(bool bit, float strongest)
    {
        bool signal = _energy > MeanSquareMin * WindowSamples
            && strongest > EnergyShareMin * _energy * WindowSamples / 2;
        if (!signal)
        {
            _flags = 0;
            _shift = 0;
            return;
        }

        _shift = (_shift << 1) | (bit ? 1u : 0u);
        _bitsSinceFlag++;
        if ((_shift & 0xFF) == 0x7E)
        {
            // Flags stand 8 bits apart, or 7 where two share a zero.
            _flags = _bitsSinceFlag is 7 or 8 ? _flags + 1 : 1;
            _bitsSinceFlag = 0;
        }
        else if (_bitsSinceFlag > 8)
        {
            _flags = 0;
        }
    }

    private static Vector4[] BuildReference()
    {
        Vector4[] table = new Vector4[TableSamples];
        for (int i = 0; i < TableSamples; i++)
        {
            (double markSin, double markCos) = Math.SinCos(2 * Math.PI * MarkHertz * i / ToneGenerator.SampleRate);
            (double spaceSin, double spaceCos) = Math.SinCos(2 * Math.PI * SpaceHertz * i / ToneGenerator.SampleRate);
            table[i] = new Vector4((float)markCos, (float)markSin, (float)spaceCos, (float)spaceSin);
        }

        return table;
    }
}
