// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Modems;

/// <summary>The tones that fax terminals send before they talk.</summary>
public enum FaxTone
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Calling tone: 1,100 Hz, 0.5 s on and 3 s off (T.30 §4.3.2).</summary>
    Cng,
    /// <summary>Called station's tone: 2,100 Hz for 2.6 to 4 s (T.30 §4.3.1).</summary>
    Ced,
}

/// <summary>Generates CNG with its cadence, or CED without end, at 8 kHz.</summary>
/// <remarks>Both tones repeat every 80 samples (11 and 21 whole periods), so one table each is exact for
/// ever.</remarks>
public sealed class ToneGenerator
{
    /// <summary>Samples a second on both sides.</summary>
    public const int SampleRate = 8000;

    private const int PeriodSamples = 80;

    // T.30 §4.3.2: CNG is on for 0.5 s and off for 3 s, each ±15 %.
    private const int CngOnSamples = SampleRate / 2;
    private const int CngCycleSamples = CngOnSamples + (3 * SampleRate);

    // Our choice: -13 dBm0, the usual level of a terminal behind a gateway; full scale of G.711 is +3.14 dBm0.
    private const double LevelDbm0 = -13;

    private static readonly short[] CngTable = BuildTable(1100);
    private static readonly short[] CedTable = BuildTable(2100);

    private FaxTone _tone;
    private int _position;

    /// <summary>The tone that is generated.</summary>
    public FaxTone Tone => _tone;

    /// <summary>Starts <paramref name="tone"/> from its beginning.</summary>
    public void Start(FaxTone tone)
    {
        _tone = tone;
        _position = 0;
    }

    /// <summary>Fills <paramref name="samples"/> with what comes next. False if it is all silence.</summary>
    public bool Generate(Span<short> samples)
    {
        if (_tone == FaxTone.None)
        {
            samples.Clear();
            return false;
        }

        bool sound = false;
        short[] table = _tone == FaxTone.Cng ? CngTable : CedTable;
        int cycle = _tone == FaxTone.Cng ? CngCycleSamples : PeriodSamples;
        int on = _tone == FaxTone.Cng ? CngOnSamples : PeriodSamples;
        for (int i = 0; i < samples.Length; i++)
        {
            bool audible = _position < on;
            samples[i] = audible ? table[_position % PeriodSamples] : (short)0;
            sound |= audible;
            _position = _position + 1 == cycle ? 0 : _position + 1;
        }

        return sound;
    }

    private static short[] BuildTable(double hertz)
    {
        double amplitude = short.MaxValue * Math.Pow(10, (LevelDbm0 - 3.14) / 20);
        short[] table = new short[PeriodSamples];
        for (int i = 0; i < PeriodSamples; i++)
        {
            table[i] = (short)Math.Round(amplitude * Math.Sin(2 * Math.PI * hertz * i / SampleRate));
        }

        return table;
    }
}
