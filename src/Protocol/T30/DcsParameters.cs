// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30;

/// <summary>What a DCS commands (T.30 Table 2).</summary>
internal readonly record struct DcsParameters
{
    public FaxModulation Modulation { get; init; }
    public PageFormat Format { get; init; }
    public FaxCompression Compression { get; init; }
    public bool Ecm { get; init; }
    public bool Frames64 { get; init; }
    public int MinimumScanLineMs { get; init; }
    public int LengthCode { get; init; }
    public bool HasSubAddress { get; init; }
    public bool HasSenderId { get; init; }

    /// <summary>Octets of coded data in an ECM frame (T.4 §A.3.6.1.2).</summary>
    public int FrameBytes => Frames64 ? 64 : 256;

    /// <summary>Our DCS field. Returns the octets written.</summary>
    public int Write(Span<byte> destination)
    {
        CapabilityField field = new(stackalloc byte[CapabilityField.BytesMax]);
        field[CapabilityBits.Receive] = true;
        field.SetBits(CapabilityBits.Rate, 4, RateCodes.Of(Modulation));
        field[CapabilityBits.TwoDimensional] = Compression == FaxCompression.Mr;
        field.SetBits(CapabilityBits.Width, 2, Format.Width switch { PageWidth.A3 => 1, PageWidth.B4 => 2, _ => 0 });
        field.SetBits(CapabilityBits.Length, 2, LengthCode);
        field.SetBits(CapabilityBits.ScanTime, 3, ScanLineTime.ToDcs(Ecm ? 0 : MinimumScanLineMs).Code);
        field[CapabilityBits.Ecm] = Ecm;
        field[CapabilityBits.Frames64] = Ecm && Frames64;
        field[CapabilityBits.T6] = Compression == FaxCompression.Mmr;
        field[CapabilityBits.Fine] = Format.Resolution is FaxResolution.Fine or FaxResolution.Dpi200;
        field[CapabilityBits.Superfine] = Format.Resolution == FaxResolution.Superfine;
        field[CapabilityBits.Dpi300] = Format.Resolution == FaxResolution.Dpi300;
        field[CapabilityBits.R16] = Format.Resolution is FaxResolution.R16 or FaxResolution.Dpi400;
        field[CapabilityBits.Inch] = Format.Resolution is FaxResolution.Dpi200 or FaxResolution.Dpi400;
        field[CapabilityBits.Dpi600] = Format.Resolution == FaxResolution.Dpi600;
        field[CapabilityBits.SubAddress] = HasSubAddress;
        field[CapabilityBits.Password] = HasSenderId;
        ReadOnlySpan<byte> octets = field.Finish();
        octets.CopyTo(destination);
        return octets.Length;
    }

    /// <summary>Reads a DCS. False where it contradicts itself or asks for what nobody of us offers (Hostile_09,
    /// Hostile_10).</summary>
    public static bool TryParse(ReadOnlySpan<byte> fif, out DcsParameters dcs)
    {
        dcs = default;
        CapabilityField field = new(fif, stackalloc byte[CapabilityField.BytesMax]);
        foreach (byte bit in CapabilityBits.NeverOffered)
        {
            if (field[bit])
            {
                return false;
            }
        }

        bool ecm = field[CapabilityBits.Ecm];
        int width = field.Bits(CapabilityBits.Width, 2);
        if (RateCodes.TryRead(field.Bits(CapabilityBits.Rate, 4)) is not { } modulation
            || ResolutionOf(field) is not { } resolution
            || width == 3
            || (field[CapabilityBits.T6] && !ecm))
        {
            return false;
        }

        dcs = new DcsParameters
        {
            Modulation = modulation,
            Format = new PageFormat(resolution,
                width switch { 1 => PageWidth.A3, 2 => PageWidth.B4, _ => PageWidth.A4 }),
            // Senders in the field leave bit 16 set beside bit 31: with both, T.6 is meant.
            Compression = field[CapabilityBits.T6] ? FaxCompression.Mmr
                : field[CapabilityBits.TwoDimensional] ? FaxCompression.Mr : FaxCompression.Mh,
            Ecm = ecm,
            Frames64 = ecm && field[CapabilityBits.Frames64],
            LengthCode = field.Bits(CapabilityBits.Length, 2),
            HasSubAddress = field[CapabilityBits.SubAddress],
            HasSenderId = field[CapabilityBits.Password],
        };
        return true;
    }

    private static FaxResolution? ResolutionOf(CapabilityField field)
    {
        bool inch = field[CapabilityBits.Inch];
        bool higher = field[CapabilityBits.Superfine] || field[CapabilityBits.Dpi300] || field[CapabilityBits.R16]
            || field[CapabilityBits.Dpi600];
        if (!higher)
        {
            return !field[CapabilityBits.Fine] ? FaxResolution.Standard
                : inch ? FaxResolution.Dpi200 : FaxResolution.Fine;
        }

        // Bit 15 beside a higher resolution is seen in the field and says nothing; two higher ones contradict each
        // other.
        return (field[CapabilityBits.Superfine], field[CapabilityBits.Dpi300], field[CapabilityBits.R16],
            field[CapabilityBits.Dpi600]) switch
        {
            (true, false, false, false) => FaxResolution.Superfine,
            (false, true, false, false) => FaxResolution.Dpi300,
            (false, false, true, false) => inch ? FaxResolution.Dpi400 : FaxResolution.R16,
            (false, false, false, true) => FaxResolution.Dpi600,
            _ => null,
        };
    }
}
