// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Protocol.Sip;
using Hermetic.Protocol.T38;
using Hermetic.Server.Features.Sandbox;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;

namespace Hermetic.Server.Configuration;

/// <summary>Reads the trunks. T.38 is a setting of the trunk, not of the server: each carrier's gateways want
/// it otherwise.</summary>
internal static class TrunkSettingsReader
{
    public static IReadOnlyList<TrunkSettings> ReadAll(IReadOnlyList<SettingSection> sections)
    {
        List<TrunkSettings> trunks = [];
        foreach (SettingSection section in sections)
        {
            TrunkSettings trunk = Read(section);
            if (trunks.Any(other => other.Name == trunk.Name))
            {
                section.Complain("name", "is another trunk's too");
            }

            if (trunk.Name == SandboxNetwork.TrunkName)
            {
                section.Complain("name", "is that of the sandbox, which is no trunk. Give it another one");
            }

            trunks.Add(trunk);
        }

        return trunks;
    }

    private static TrunkSettings Read(SettingSection trunk)
    {
        TrunkSettings defaults = new() { Name = "" };
        TrunkSettings read = new()
        {
            Name = trunk.Required("name", "\"carrier-a\""),
            Host = trunk.Required("host", "\"sip.carrier.example\""),
            Port = trunk.Number("port", 0, 0, 65_535),
            Transport = trunk.Choice("transport", SipTransportKind.Udp,
                ("udp", SipTransportKind.Udp), ("tcp", SipTransportKind.Tcp), ("tls", SipTransportKind.Tls)),
            Credentials = Credentials(trunk),
            User = trunk.Text("user") ?? "",
            Domain = trunk.Text("domain") ?? "",
            Register = trunk.Flag("register", false),
            OptionsInterval = Seconds(trunk, "optionsSeconds", defaults.OptionsInterval, 0, 3600),
            T38 = T38Of(trunk.Object("t38"), defaults.T38),
            Limits = new CallLimits { CallsMax = trunk.Number("callsMax", defaults.Limits.CallsMax, 1, 10_000) },
            Initiator = trunk.Choice("t38Initiator", defaults.Initiator, ("either", T38Initiator.Either),
                ("called", T38Initiator.Called), ("calling", T38Initiator.Calling)),
            FirstOffer = trunk.Choice("firstOffer", defaults.FirstOffer, ("audio", FirstOffer.Audio),
                ("t38", FirstOffer.T38), ("audioAndT38", FirstOffer.AudioAndT38)),
            Latching = trunk.Flag("natMedia", false) ? MediaLatching.FirstPacket : MediaLatching.Off,
        };
        trunk.Finish();
        return read;
    }

    private static SipCredentials? Credentials(SettingSection trunk)
    {
        string? user = trunk.Text("authUser");
        string? file = trunk.Text("passwordFile");
        if (trunk.Has("password"))
        {
            trunk.Complain("password", "does not belong here: put it into a file that only Hermetic's account can "
                + "read, and name that in passwordFile");
        }

        if ((user is null) != (file is null))
        {
            trunk.Complain(user is null ? "authUser" : "passwordFile", "is missing: both or none");
        }

        return user is null || file is null ? null : SecretFile.Read(trunk, "passwordFile", file) is { } password
            ? new SipCredentials(user, password)
            : null;
    }

    private static TrunkT38Settings T38Of(SettingSection t38, TrunkT38Settings defaults)
    {
        TrunkT38Settings read = new()
        {
            Version = t38.Number("version", defaults.Version, 0, 3),
            ErrorCorrection = t38.Choice("errorCorrection", defaults.ErrorCorrection,
                ("redundancy", UdptlErrorCorrection.Redundancy), ("fec", UdptlErrorCorrection.Fec),
                ("none", UdptlErrorCorrection.None)),
            RedundancyDepth = t38.Number("redundancy", defaults.RedundancyDepth, 0, 7),
            ImageRedundancyDepth = t38.Number("imageRedundancy", defaults.ImageRedundancyDepth, 0, 7),
            DatagramBytesMax = t38.Number("datagramBytesMax", defaults.DatagramBytesMax, 100, 1400),
            BitRateMax = t38.Parsed("bitRateMax", defaults.BitRateMax,
                text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rate)
                    && rate is 2400 or 4800 or 7200 or 9600 or 12_000 or 14_400 ? rate : null,
                "takes 2400, 4800, 7200, 9600, 12000 or 14400"),
            RateManagement = t38.Choice("rateManagement", defaults.RateManagement,
                ("transferredTcf", T38RateManagement.TransferredTcf), ("localTcf", T38RateManagement.LocalTcf)),
        };
        t38.Finish();
        return read;
    }

    private static TimeSpan Seconds(SettingSection section, string name, TimeSpan otherwise, int min, int max) =>
        TimeSpan.FromSeconds(section.Number(name, (int)otherwise.TotalSeconds, min, max));
}
