// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>Bits 11–14 of DCS, and of CTC, which repeats DCS bits 1–16 (T.30 Table 2, §A.4.1).</summary>
internal static class RateCodes
{
    public static int Of(FaxModulation modulation) => modulation switch
    {
        FaxModulation.V27Ter4800 => 0b0100,
        FaxModulation.V29At9600 => 0b1000,
        FaxModulation.V29At7200 => 0b1100,
        FaxModulation.V17At14400 => 0b0001,
        FaxModulation.V17At12000 => 0b0101,
        FaxModulation.V17At9600 => 0b1001,
        FaxModulation.V17At7200 => 0b1101,
        _ => 0b0000,
    };

    /// <summary>Null for V.33 and reserved codes: we offer neither.</summary>
    public static FaxModulation? TryRead(int code) => code switch
    {
        0b0000 => FaxModulation.V27Ter2400,
        0b0100 => FaxModulation.V27Ter4800,
        0b1000 => FaxModulation.V29At9600,
        0b1100 => FaxModulation.V29At7200,
        0b0001 => FaxModulation.V17At14400,
        0b0101 => FaxModulation.V17At12000,
        0b1001 => FaxModulation.V17At9600,
        0b1101 => FaxModulation.V17At7200,
        _ => null,
    };

    /// <summary>The rate that a CTC commands; null if it is none of ours.</summary>
    public static FaxModulation? TryReadCtc(ReadOnlySpan<byte> fif)
        => TryRead(new CapabilityField(fif, stackalloc byte[CapabilityField.BytesMax]).Bits(CapabilityBits.Rate, 4));
}
