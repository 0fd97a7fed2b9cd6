// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>The modulations that T.30 uses (T.30 Table 2, bits 11–14), with their rates.</summary>
public enum FaxModulation
{
    /// <summary>V.21 channel 2, 300 bit/s: the binary-coded signals of phases B, C (post-message) and D.</summary>
    V21,
    /// <summary>V.27 ter, 2,400 bit/s.</summary>
    V27Ter2400,
    /// <summary>V.27 ter, 4,800 bit/s.</summary>
    V27Ter4800,
    /// <summary>V.29, 7,200 bit/s.</summary>
    V29At7200,
    /// <summary>V.29, 9,600 bit/s.</summary>
    V29At9600,
    /// <summary>V.17, 7,200 bit/s.</summary>
    V17At7200,
    /// <summary>V.17, 9,600 bit/s.</summary>
    V17At9600,
    /// <summary>V.17, 12,000 bit/s.</summary>
    V17At12000,
    /// <summary>V.17, 14,400 bit/s.</summary>
    V17At14400,
}

/// <summary>Facts of each modulation.</summary>
public static class FaxModulations
{
    /// <summary>Line rate in bit/s.</summary>
    public static int BitsPerSecond(this FaxModulation modulation) => modulation switch
    {
        FaxModulation.V21 => 300,
        FaxModulation.V27Ter2400 => 2400,
        FaxModulation.V27Ter4800 => 4800,
        FaxModulation.V29At7200 or FaxModulation.V17At7200 => 7200,
        FaxModulation.V29At9600 or FaxModulation.V17At9600 => 9600,
        FaxModulation.V17At12000 => 12000,
        FaxModulation.V17At14400 => 14400,
        _ => throw new ArgumentOutOfRangeException(nameof(modulation)),
    };

    /// <summary>True for V.17, which has a long and a short training (V.17 §5).</summary>
    public static bool HasShortTraining(this FaxModulation modulation) => modulation >= FaxModulation.V17At7200;
}
