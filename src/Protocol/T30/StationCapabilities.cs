// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30;

/// <summary>What a station says of itself in DIS or DTC (T.30 Table 2), as far as we use it.</summary>
internal sealed record StationCapabilities
{
    public bool CanReceive { get; init; }
    public bool HasDocument { get; init; }
    public FaxModems Modems { get; init; }
    public bool Fine { get; init; }
    public bool Superfine { get; init; }
    public bool Dpi300 { get; init; }
    public bool R16 { get; init; }
    public bool Dpi600 { get; init; }
    public bool Inch { get; init; }
    public bool TwoDimensional { get; init; }
    public PageWidth WidthMax { get; init; }
    public int LengthCode { get; init; }
    public int ScanTimeCode { get; init; }
    public bool ScanTimeHalves { get; init; }
    public bool Ecm { get; init; }
    public bool T6 { get; init; }
    public bool Frames64Preferred { get; init; }
    public bool SelectivePolling { get; init; }
    public bool SubAddress { get; init; }
    public bool Password { get; init; }

    /// <summary>Unlimited length (bits 19, 20 = 0, 1).</summary>
    public const int LengthUnlimited = 1;

    /// <summary>Any octets give some capabilities: a bit that is not there is 0.</summary>
    public static StationCapabilities Parse(ReadOnlySpan<byte> fif)
    {
        CapabilityField field = new(fif, stackalloc byte[CapabilityField.BytesMax]);
        return new StationCapabilities
        {
            CanReceive = field[CapabilityBits.Receive],
            HasDocument = field[CapabilityBits.HasDocument],
            Modems = ModemsOf(field.Bits(CapabilityBits.Rate, 4)),
            Fine = field[CapabilityBits.Fine],
            Superfine = field[CapabilityBits.Superfine],
            Dpi300 = field[CapabilityBits.Dpi300],
            R16 = field[CapabilityBits.R16],
            Dpi600 = field[CapabilityBits.Dpi600],
            Inch = field[CapabilityBits.Inch],
            TwoDimensional = field[CapabilityBits.TwoDimensional],
            WidthMax = WidthOf(field.Bits(CapabilityBits.Width, 2)),
            LengthCode = field.Bits(CapabilityBits.Length, 2),
            ScanTimeCode = field.Bits(CapabilityBits.ScanTime, 3),
            ScanTimeHalves = field[CapabilityBits.ScanTimeHalves],
            Ecm = field[CapabilityBits.Ecm],
            T6 = field[CapabilityBits.T6],
            Frames64Preferred = field[CapabilityBits.Frames64Preferred],
            SelectivePolling = field[CapabilityBits.SelectivePolling],
            SubAddress = field[CapabilityBits.SubAddress],
            Password = field[CapabilityBits.Password],
        };
    }

    /// <summary>Our DIS or DTC field. Returns the octets written.</summary>
    public int Write(Span<byte> destination)
    {
        CapabilityField field = new(stackalloc byte[CapabilityField.BytesMax]);
        field[CapabilityBits.Frames64Preferred] = Frames64Preferred;
        field[CapabilityBits.HasDocument] = HasDocument;
        field[CapabilityBits.Receive] = CanReceive;
        field.SetBits(CapabilityBits.Rate, 4, CodeOf(Modems));
        field[CapabilityBits.Fine] = Fine;
        field[CapabilityBits.TwoDimensional] = TwoDimensional;
        field.SetBits(CapabilityBits.Width, 2, WidthMax switch { PageWidth.A3 => 1, PageWidth.B4 => 2, _ => 0 });
        field.SetBits(CapabilityBits.Length, 2, LengthCode);
        field.SetBits(CapabilityBits.ScanTime, 3, ScanTimeCode);
        field[CapabilityBits.Ecm] = Ecm;
        field[CapabilityBits.T6] = T6;
        field[CapabilityBits.Superfine] = Superfine;
        field[CapabilityBits.Dpi300] = Dpi300;
        field[CapabilityBits.R16] = R16;
        field[CapabilityBits.Inch] = Inch;
        field[CapabilityBits.MetricPreferred] = Fine || R16;
        field[CapabilityBits.SelectivePolling] = SelectivePolling;
        field[CapabilityBits.SubAddress] = SubAddress;
        field[CapabilityBits.Password] = Password;
        field[CapabilityBits.Dpi600] = Dpi600;
        ReadOnlySpan<byte> octets = field.Finish();
        octets.CopyTo(destination);
        return octets.Length;
    }

    /// <summary>What our settings offer.</summary>
    public static StationCapabilities Of(T30Settings settings, bool canReceive, bool hasDocument) => new()
    {
        CanReceive = canReceive,
        HasDocument = hasDocument,
        Modems = Negotiation.ModemsOffered(settings),
        Fine = Has(settings, FaxResolution.Fine) || Has(settings, FaxResolution.Dpi200),
        Superfine = Has(settings, FaxResolution.Superfine),
        Dpi300 = Has(settings, FaxResolution.Dpi300),
        R16 = Has(settings, FaxResolution.R16) || Has(settings, FaxResolution.Dpi400),
        Dpi600 = Has(settings, FaxResolution.Dpi600),
        Inch = Has(settings, FaxResolution.Dpi200) || Has(settings, FaxResolution.Dpi400),
        TwoDimensional = settings.Compressions.Contains(FaxCompression.Mr),
        WidthMax = settings.WidthMax,
        LengthCode = LengthUnlimited,
        ScanTimeCode = ScanLineTime.DisCode(settings.MinimumScanLineMs),
        Ecm = settings.Ecm,
        T6 = settings.Ecm && settings.Compressions.Contains(FaxCompression.Mmr),
        SelectivePolling = hasDocument,
        SubAddress = canReceive,
        Password = true,
    };

    private static bool Has(T30Settings settings, FaxResolution resolution)
        => settings.Resolutions.Contains(resolution);

    // T.30 Table 2, bits 11–14 of DIS; V.33 (1110) is taken as V.27 ter and V.29, reserved values as the fall-back
    // mode.
    private static FaxModems ModemsOf(int code) => code switch
    {
        0b0100 => FaxModems.V27Ter,
        0b1000 => FaxModems.V29,
        0b1100 or 0b1110 => FaxModems.V27Ter | FaxModems.V29,
        0b1101 => FaxModems.All,
        _ => FaxModems.V27TerFallBack,
    };

    private static int CodeOf(FaxModems modems) => modems switch
    {
        FaxModems.All => 0b1101,
        FaxModems.V27Ter | FaxModems.V29 => 0b1100,
        FaxModems.V29 => 0b1000,
        FaxModems.V27Ter => 0b0100,
        _ => 0b0000,
    };

    // T.30 Table 2, bits 17–18 of DIS: (0,1) all three, (1,0) A4 and B4, (1,1) invalid and read as (0,1) by its note.
    private static PageWidth WidthOf(int code) => code switch
    {
        0 => PageWidth.A4,
        2 => PageWidth.B4,
        _ => PageWidth.A3,
    };
}
