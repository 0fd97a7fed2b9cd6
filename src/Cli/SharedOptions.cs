// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Hermetic.Protocol.T4;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;

namespace Hermetic.Cli;

/// <summary>Options that several commands have, and how their texts are read.</summary>
internal static class SharedOptions
{
    public static Option<SipListener[]> Listeners() => new("--sip")
    {
        Description = "Where SIP is taken: [udp:|tcp:]ADDRESS[:PORT], several times if wanted. Default: "
            + $"{Addresses.DefaultListener}.",
        HelpName = "ADDRESS",
        CustomParser = result => Each(result, Addresses.ParseListener,
            "--sip takes [udp:|tcp:]ADDRESS[:PORT], e.g. 127.0.0.1:5060 or tcp:[::1]:5060"),
    };

    public static Option<IPNetwork[]> Networks() => new("--allow")
    {
        Description = "Who else may call: a network or an address, several times if wanted. Others get no answer.",
        HelpName = "CIDR",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result => Each<IPNetwork>(result, SourceNetwork.TryParse,
            "--allow takes a network or an address, e.g. 192.0.2.0/24 or 192.0.2.7"),
    };

    public static Option<MediaPortRange?> MediaPorts() => new("--media-ports")
    {
        Description = $"The UDP ports for media. Default: {MediaPortRange.Default.First}-"
            + $"{MediaPortRange.Default.Last}.",
        HelpName = "FIRST-LAST",
        CustomParser = result => One(result, MediaPortRange.TryParse,
            "--media-ports takes FIRST-LAST within 1024-65535, e.g. 12000-12999"),
    };

    public static Option<IPAddress?> Advertise() => new("--advertise")
    {
        Description = "The address that peers are told, if it is not the one we listen on (NAT).",
        HelpName = "ADDRESS",
        CustomParser = result => One(result, text => IPAddress.TryParse(text, out IPAddress? address) ? address : null,
            "--advertise takes an IP address"),
    };

    public static Option<FaxResolution?> Resolution() => new("--resolution")
    {
        Description = "standard (204 × 98 dpi), fine (204 × 196, the default), superfine (204 × 391), or 200, 300, "
            + "400, 600 dpi. The other side may ask for less.",
        HelpName = "RESOLUTION",
        CustomParser = result => One(result, Resolution,
            "--resolution takes standard, fine, superfine, 200, 300, 400 or 600"),
    };

    public static Option<string> Config() => new("--config")
    {
        Description = "The configuration file.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "/etc/hermetic/hermetic.json",
    };

    public static Option<string?> Transcript() => new("--transcript")
    {
        Description = "Write every T.30 frame and T.38 packet with its time, for `hermetic replay`; no page content, "
            + "no numbers. A listener's later calls go to FILE-2, FILE-3 and so on.",
        HelpName = "FILE",
    };

    private static FaxResolution? Resolution(string text) => text.ToLowerInvariant() switch
    {
        "standard" => FaxResolution.Standard,
        "fine" => FaxResolution.Fine,
        "superfine" => FaxResolution.Superfine,
        "200" => FaxResolution.Dpi200,
        "300" => FaxResolution.Dpi300,
        "400" => FaxResolution.Dpi400,
        "600" => FaxResolution.Dpi600,
        _ => null,
    };

    private static T? One<T>(ArgumentResult result, Func<string, T?> parse, string complaint)
    {
        T? value = parse(result.Tokens[0].Value);
        Refuse(result, value is not null, complaint);
        return value;
    }

    private static T[] Each<T>(ArgumentResult result, Func<string, T?> parse, string complaint)
    {
        T?[] values = [.. result.Tokens.Select(token => parse(token.Value))];
        Refuse(result, values.All(value => value is not null), complaint);
        return [.. values.OfType<T>()];
    }

    private static T[] Each<T>(ArgumentResult result, Func<string, T?> parse, string complaint)
        where T : struct
    {
        T?[] values = [.. result.Tokens.Select(token => parse(token.Value))];
        Refuse(result, values.All(value => value is not null), complaint);
        return [.. values.OfType<T>()];
    }

    public static void Refuse(SymbolResult result, bool holds, string complaint)
    {
        if (!holds)
        {
            result.AddError(complaint);
        }
    }
}
