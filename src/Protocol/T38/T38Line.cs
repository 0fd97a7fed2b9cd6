// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.Protocol.T38;

/// <summary>What T.38's indicators and data types mean to T.30, and how long signals take on a real line.</summary>
internal static class T38Line
{
    /// <summary>V.21 flags before the first frame (T.30 §5.3.1: 1 s ± 15 %).</summary>
    public static readonly TimeSpan Preamble = TimeSpan.FromMilliseconds(1000);

    /// <summary>Silence between two carriers of one end (T.30 §5.3.2, figures: 75 ± 20 ms).</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(75);

    /// <summary>Flags between the training and the first ECM frame (T.4 §A.3.1: 200 ± 100 ms).</summary>
    public static readonly TimeSpan EcmFlags = TimeSpan.FromMilliseconds(200);

    /// <summary>CED (T.30 §4.3.1: 2.6 to 4.0 s).</summary>
    public static readonly TimeSpan Ced = TimeSpan.FromMilliseconds(3000);

    /// <summary>Silence behind CED (T.30 §4.3.1: 75 ± 20 ms).</summary>
    public static readonly TimeSpan AfterCed = TimeSpan.FromMilliseconds(75);

    /// <summary>CNG sounds so long (T.30 §4.3.2: 0.5 s).</summary>
    public static readonly TimeSpan CngOn = TimeSpan.FromMilliseconds(500);

    /// <summary>CNG pauses so long (T.30 §4.3.2: 3 s).</summary>
    public static readonly TimeSpan CngOff = TimeSpan.FromMilliseconds(3000);

    /// <summary>TCF (T.30 §5.3.6.1.3: zeros for 1.5 s ± 10 %).</summary>
    public static readonly TimeSpan Tcf = TimeSpan.FromMilliseconds(1500);

    /// <summary>Zeros behind a page's last octet, so that a gateway's modem does not cut off the RTC. Our
    /// limit.</summary>
    public static readonly TimeSpan ImageTail = TimeSpan.FromMilliseconds(20);

    /// <summary>What the modulation's training takes: V.27 ter §2.5.1 (long sequence without echo protection), V.29 §8,
    /// V.17 §5 (long 1,393 ms, resynchronisation 142 ms).</summary>
    public static TimeSpan Training(FaxModulation modulation, bool shortTraining) =>
        TimeSpan.FromMilliseconds(modulation switch
        {
            FaxModulation.V27Ter2400 => 943,
            FaxModulation.V27Ter4800 => 708,
            FaxModulation.V29At7200 or FaxModulation.V29At9600 => 253,
            _ => shortTraining ? 142 : 1393,
        });

    /// <summary>The indicator of a modulation's training.</summary>
    public static T38Indicator TrainingIndicator(FaxModulation modulation, bool shortTraining) => modulation switch
    {
        FaxModulation.V21 => T38Indicator.V21Preamble,
        FaxModulation.V27Ter2400 => T38Indicator.V27At2400Training,
        FaxModulation.V27Ter4800 => T38Indicator.V27At4800Training,
        FaxModulation.V29At7200 => T38Indicator.V29At7200Training,
        FaxModulation.V29At9600 => T38Indicator.V29At9600Training,
        _ => T38Indicator.V17At7200ShortTraining + 2 * (modulation - FaxModulation.V17At7200) + (shortTraining ? 0 : 1),
    };

    /// <summary>The modulation that an indicator announces; false for tones, silence and what facsimile up to V.17
    /// lacks.</summary>
    public static bool TryModulation(T38Indicator indicator, out FaxModulation modulation)
    {
        modulation = indicator switch
        {
            T38Indicator.V27At2400Training => FaxModulation.V27Ter2400,
            T38Indicator.V27At4800Training => FaxModulation.V27Ter4800,
            T38Indicator.V29At7200Training => FaxModulation.V29At7200,
            T38Indicator.V29At9600Training => FaxModulation.V29At9600,
            >= T38Indicator.V17At7200ShortTraining and <= T38Indicator.V17At14400LongTraining =>
                FaxModulation.V17At7200 + (indicator - T38Indicator.V17At7200ShortTraining) / 2,
            _ => FaxModulation.V21,
        };
        return indicator is >= T38Indicator.V21Preamble and <= T38Indicator.V17At14400LongTraining;
    }

    /// <summary>The data type of a modulation: both lists run in the same order.</summary>
    public static T38DataType DataType(FaxModulation modulation) => (T38DataType)(int)modulation;

    /// <summary>The modulation of a data type; false for V.8, V.33 and V.34.</summary>
    public static bool TryModulation(T38DataType type, out FaxModulation modulation)
    {
        modulation = (FaxModulation)(int)type;
        return type <= T38DataType.V17At14400;
    }
}
