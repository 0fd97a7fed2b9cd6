// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Protocol.Modems;
using Hermetic.Protocol.Sdp;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;

namespace Hermetic.Telephony.Calls;

/// <summary>Turns a trunk's terms into session descriptions, and agreements into settings.</summary>
internal static class MediaTerms
{
    /// <summary>What our first offer asks for.</summary>
    public static SdpWish WishOf(FirstOffer first) => first switch
    {
        FirstOffer.T38 => SdpWish.Image,
        FirstOffer.AudioAndT38 => SdpWish.Both,
        _ => SdpWish.Audio,
    };

    /// <summary>What our side brings; null if no media port is free.</summary>
    public static SdpLocalEnd? LocalEnd(TrunkT38Settings t38, IPAddress address, CallMedia media, SdpWish wish)
    {
        int audio = media.AudioPort;
        int image = audio == 0 ? 0 : media.ImagePort(besideAudio: wish == SdpWish.Both);
        return image == 0 ? null : new SdpLocalEnd(address.ToString())
        {
            AudioPort = audio,
            ImagePort = image,
            T38 = new T38MediaParameters
            {
                Version = t38.Version,
                MaxBitRate = t38.BitRateMax,
                RateManagement = t38.RateManagement == T38RateManagement.LocalTcf
                    ? T38SdpRateManagement.LocalTcf : T38SdpRateManagement.TransferredTcf,
                MaxDatagram = t38.DatagramBytesMax,
                ErrorCorrection = (T38SdpErrorCorrection)t38.ErrorCorrection,
            },
        };
    }

    /// <summary>True if an offer has T.38 that is not declined.</summary>
    public static bool OffersT38(SdpSession offer)
    {
        foreach (SdpMedia media in offer.Media)
        {
            if (media.IsT38 && media.Port != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How we send on what was agreed.</summary>
    public static T38Settings T38Of(TrunkT38Settings t38, ImageAgreement image) => new()
    {
        Version = image.Agreed.Version,
        RateManagement = image.Agreed.RateManagement == T38SdpRateManagement.LocalTcf
            ? T38RateManagement.LocalTcf : T38RateManagement.TransferredTcf,
        MaxBitRate = image.Agreed.MaxBitRate,
        ErrorCorrection = (UdptlErrorCorrection)image.Agreed.ErrorCorrection,
        RedundancyDepth = t38.RedundancyDepth,
        ImageRedundancyDepth = t38.ImageRedundancyDepth,
        RemoteMaxDatagramBytes = T38Settings.DatagramBytesFrom(image.Remote.MaxDatagram),
    };

    /// <summary>T.30 must not ask for more than T.38 agreed to carry.</summary>
    public static T30Settings T30Of(T30Settings t30, ImageAgreement image) =>
        t30.RateMax <= image.Agreed.MaxBitRate ? t30 : t30 with { RateMax = image.Agreed.MaxBitRate };

    /// <summary>G.711's law of an agreed codec.</summary>
    public static G711Law LawOf(AudioCodec codec) => codec == AudioCodec.Pcma ? G711Law.A : G711Law.Mu;

    /// <summary>Where to send; null if the description names no address of ours to send to (a host name, or on
    /// hold).</summary>
    public static IPEndPoint? EndPointOf(string address, int port) =>
        IPAddress.TryParse(address, out IPAddress? parsed) && !parsed.Equals(IPAddress.Any)
            && !parsed.Equals(IPAddress.IPv6Any) && !parsed.IsIPv6Multicast && !IsMulticast4(parsed)
            ? new IPEndPoint(parsed, port) : null;

    private static bool IsMulticast4(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && address.GetAddressBytes()[0] >= 224;
}
