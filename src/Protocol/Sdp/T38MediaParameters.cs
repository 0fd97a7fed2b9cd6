// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Protocol.Sdp;

/// <summary>T38FaxRateManagement (T.38 §8, Annex D).</summary>
public enum T38SdpRateManagement
{
    /// <summary>Method 2: the TCF travels end to end. The only one of use over UDPTL, and the default.</summary>
    TransferredTcf,
    /// <summary>Method 1: each side makes its own TCF.</summary>
    LocalTcf,
}

/// <summary>T38FaxUdpEC (T.38 §9.1, Annex D).</summary>
public enum T38SdpErrorCorrection
{
    /// <summary>Not stated, or t38UDPNoEC.</summary>
    None,
    /// <summary>t38UDPRedundancy.</summary>
    Redundancy,
    /// <summary>t38UDPFEC.</summary>
    Fec,
}

/// <summary>What the attributes of one `m=image … udptl t38` say (T.38 Annex D). Read leniently: names and values
/// without case, flags as `:0`, `:1` or bare, and every number clamped to the range stated here.</summary>
public sealed record T38MediaParameters
{
    /// <summary>What may go into one UDPTL packet when the peer does not say, or says nonsense. Our limit: enough for
    /// redundancy 3 at 14,400 bit/s, and below any MTU.</summary>
    public const int MaxDatagramDefault = 400;

    /// <summary>T38FaxVersion, 0 to 3. Missing or malformed: 0, as Annex D has it.</summary>
    public int Version { get; init; }

    /// <summary>T38MaxBitRate, 2,400 to 33,600 bit/s. Missing, zero or malformed: 14,400.</summary>
    public int MaxBitRate { get; init; } = 14_400;

    /// <summary>T38FaxFillBitRemoval.</summary>
    public bool FillBitRemoval { get; init; }

    /// <summary>T38FaxTranscodingMMR.</summary>
    public bool TranscodingMmr { get; init; }

    /// <summary>T38FaxTranscodingJBIG.</summary>
    public bool TranscodingJbig { get; init; }

    /// <summary>T38FaxRateManagement.</summary>
    public T38SdpRateManagement RateManagement { get; init; }

    /// <summary>T38FaxMaxBuffer, 0 to 65,535 octets; 0 when not told.</summary>
    public int MaxBuffer { get; init; }

    /// <summary>T38FaxMaxDatagram: what the sender of this can receive, 72 to 1,400 octets (our limits: the least that
    /// devices state in earnest, and what fits an Ethernet frame). Missing, zero, negative or malformed:
    /// <see cref="MaxDatagramDefault"/>.</summary>
    public int MaxDatagram { get; init; } = MaxDatagramDefault;

    /// <summary>T38FaxMaxIFP, 0 to 1,400 octets; 0 when not told.</summary>
    public int MaxIfp { get; init; }

    /// <summary>T38FaxUdpEC.</summary>
    public T38SdpErrorCorrection ErrorCorrection { get; init; }

    /// <summary>T38VendorInfo as written, at most 64 characters; null when absent. Never acted on.</summary>
    public string? VendorInfo { get; init; }

    /// <summary>Reads a medium's attributes. Never fails: what cannot be read takes its default.</summary>
    public static T38MediaParameters Read(SdpMedia media)
    {
        T38MediaParameters read = new();
        foreach (SdpAttribute attribute in media.Attributes)
        {
            string value = attribute.Value ?? "";
            read = attribute.Name.ToLowerInvariant() switch
            {
                "t38faxversion" => read with { Version = Number(value, 0, 3, 0) },
                "t38maxbitrate" or "t38faxmaxbitrate" =>
                    read with { MaxBitRate = Positive(value, 2_400, 33_600, 14_400) },
                "t38faxfillbitremoval" => read with { FillBitRemoval = Flag(value) },
                "t38faxtranscodingmmr" => read with { TranscodingMmr = Flag(value) },
                "t38faxtranscodingjbig" => read with { TranscodingJbig = Flag(value) },
                "t38faxratemanagement" => read with { RateManagement = Rate(value) },
                "t38faxmaxbuffer" => read with { MaxBuffer = Number(value, 0, 65_535, 0) },
                "t38faxmaxdatagram" => read with { MaxDatagram = Positive(value, 72, 1_400, MaxDatagramDefault) },
                "t38faxmaxifp" => read with { MaxIfp = Number(value, 0, 1_400, 0) },
                "t38faxudpec" or "t38faxudpecc" => read with { ErrorCorrection = Correction(value) },
                "t38vendorinfo" => read with { VendorInfo = value.Length <= 64 ? value : value[..64] },
                _ => read,
            };
        }

        return read;
    }

    /// <summary>As attributes, in Annex D's own spelling; flags in the bare form that its grammar gives, and only if
    /// set.</summary>
    public IReadOnlyList<SdpAttribute> ToAttributes()
    {
        List<SdpAttribute> attributes = [Of("T38FaxVersion", Version), Of("T38MaxBitRate", MaxBitRate)];
        AddFlag(attributes, "T38FaxFillBitRemoval", FillBitRemoval);
        AddFlag(attributes, "T38FaxTranscodingMMR", TranscodingMmr);
        AddFlag(attributes, "T38FaxTranscodingJBIG", TranscodingJbig);
        bool local = RateManagement == T38SdpRateManagement.LocalTcf;
        attributes.Add(new SdpAttribute("T38FaxRateManagement", local ? "localTCF" : "transferredTCF"));
        if (MaxBuffer > 0)
        {
            attributes.Add(Of("T38FaxMaxBuffer", MaxBuffer));
        }

        attributes.Add(Of("T38FaxMaxDatagram", MaxDatagram));
        if (MaxIfp > 0)
        {
            attributes.Add(Of("T38FaxMaxIFP", MaxIfp));
        }

        if (ErrorCorrection != T38SdpErrorCorrection.None)
        {
            bool fec = ErrorCorrection == T38SdpErrorCorrection.Fec;
            attributes.Add(new SdpAttribute("T38FaxUdpEC", fec ? "t38UDPFEC" : "t38UDPRedundancy"));
        }

        return attributes;
    }

    /// <summary>What we answer to <paramref name="offer"/> when these are our own abilities: the lower version and
    /// rate, the offered rate management, no transcoding, no stronger correction than offered; buffer and datagram
    /// sizes are each side's own.</summary>
    public T38MediaParameters AnswerTo(T38MediaParameters offer) => this with
    {
        Version = Math.Min(Version, offer.Version),
        MaxBitRate = Math.Min(MaxBitRate, offer.MaxBitRate),
        FillBitRemoval = FillBitRemoval && offer.FillBitRemoval,
        TranscodingMmr = TranscodingMmr && offer.TranscodingMmr,
        TranscodingJbig = TranscodingJbig && offer.TranscodingJbig,
        RateManagement = offer.RateManagement,
        ErrorCorrection = (T38SdpErrorCorrection)Math.Min((int)ErrorCorrection, (int)offer.ErrorCorrection),
        VendorInfo = null,
    };

    private static SdpAttribute Of(string name, int value) => new(name, value.ToString(CultureInfo.InvariantCulture));

    private static void AddFlag(List<SdpAttribute> attributes, string name, bool set)
    {
        if (set)
        {
            attributes.Add(new SdpAttribute(name, null));
        }
    }

    // Digits too many for a long are still a huge number, clamped like any other.
    private static int Number(string text, int min, int max, int otherwise)
    {
        ReadOnlySpan<char> digits = text.AsSpan().Trim().TrimStart('-');
        bool malformed = digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9');
        if (malformed)
        {
            return otherwise;
        }

        if (text.AsSpan().Trim()[0] == '-')
        {
            return min;
        }

        digits = digits.TrimStart('0');
        return digits.Length > 9 ? max
            : digits.IsEmpty ? Math.Max(0, min)
            : Math.Clamp(int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture), min, max);
    }

    private static int Positive(string text, int min, int max, int otherwise)
    {
        int number = Number(text, 0, max, 0);
        return number == 0 ? otherwise : Math.Max(number, min);
    }

    private static bool Flag(string value) =>
        value is "" or "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase);

    private static T38SdpRateManagement Rate(string value) =>
        value.StartsWith("localTCF", StringComparison.OrdinalIgnoreCase)
        ? T38SdpRateManagement.LocalTcf : T38SdpRateManagement.TransferredTcf;

    private static T38SdpErrorCorrection Correction(string value) => value.ToLowerInvariant() switch
    {
        "t38udpfec" => T38SdpErrorCorrection.Fec,
        "t38udpredundancy" => T38SdpErrorCorrection.Redundancy,
        _ => T38SdpErrorCorrection.None,
    };
}
