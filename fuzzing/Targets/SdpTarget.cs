// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sdp;

namespace Hermetic.Fuzzing.Targets;

/// <summary>SDP: what parses must survive being written and parsed again; as an offer, an answer or a second offer it
/// must leave the negotiator's own descriptions in order, with all its numbers in range.</summary>
internal sealed class SdpTarget : IFuzzTarget
{
    // Writing adds the lines that were missing, and a CR to each; the second reading must not fail for that.
    private static readonly SdpLimits Wide = new() { BytesMax = 1 << 18, LineBytesMax = 8_192, LinesMax = 4_096 };

    private static readonly SdpLocalEnd Local = new("192.0.2.1")
    {
        AudioPort = 4_000,
        ImagePort = 4_002,
        T38 = new T38MediaParameters
        {
            Version = 3,
            MaxBitRate = 33_600,
            FillBitRemoval = true,
            TranscodingMmr = true,
            ErrorCorrection = T38SdpErrorCorrection.Fec,
        },
    };

    public string Name => "sdp";

    public void Run(ReadOnlySpan<byte> input)
    {
        bool good = SdpParser.TryParse(input, SdpLimits.Default, out SdpSession? session, out SdpFault fault);
        Oracle.Holds(good == (fault == SdpFault.None), "a refusal has a reason, and only that");
        Oracle.Holds(good == session is not null, "what parses is there, and only that");
        if (session is null)
        {
            return;
        }

        byte[] written = SdpWriter.ToArray(session);
        SdpSession again = Parsed(written);
        Oracle.Holds(SdpWriter.ToArray(again).AsSpan().SequenceEqual(written), "it is written the same again");
        Oracle.Holds(again.Media.Count == session.Media.Count, "the media stay");
        for (int i = 0; i < session.Media.Count; i++)
        {
            CheckMedia(session.Media[i], again.Media[i]);
        }

        foreach (SdpWish wish in (ReadOnlySpan<SdpWish>)[SdpWish.Audio, SdpWish.Image, SdpWish.Both])
        {
            AsOffer(session, wish);
            AsAnswer(session, wish);
        }
    }

    private static void CheckMedia(SdpMedia media, SdpMedia again)
    {
        Oracle.Holds(media.IsT38 == again.IsT38 && media.Port == again.Port && media.Connection == again.Connection
            && media.Attributes.SequenceEqual(again.Attributes), "a medium stays");
        T38MediaParameters read = T38MediaParameters.Read(media);
        Oracle.Holds(read.Version is >= 0 and <= 3 && read.MaxBitRate is >= 2_400 and <= 33_600
            && read.MaxBuffer is >= 0 and <= 65_535 && read.MaxDatagram is >= 72 and <= 1_400
            && read.MaxIfp is >= 0 and <= 1_400 && (read.VendorInfo?.Length ?? 0) <= 64, "the numbers are in range");
        SdpMedia ours = new("image", 1, "udptl") { Formats = ["t38"], Attributes = read.ToAttributes() };
        Oracle.Holds(T38MediaParameters.Read(ours) == read with { VendorInfo = null }, "parameters stay");
        T38MediaParameters agreed = Local.T38.AnswerTo(read);
        Oracle.Holds(agreed.Version <= read.Version && agreed.MaxBitRate <= read.MaxBitRate
            && agreed.ErrorCorrection <= read.ErrorCorrection && agreed.FillBitRemoval == read.FillBitRemoval,
            "an answer asks for no more than the offer gave");
    }

    private static void AsOffer(SdpSession offer, SdpWish accept)
    {
        SdpNegotiator negotiator = new(1);
        SdpSession? answer = negotiator.Answer(offer, Local, accept, out SdpAgreement agreement);
        Oracle.Holds(answer is null == agreement.IsEmpty, "an answer is given where there is an agreement");
        CheckAgreement(agreement, offer, accept);
        if (answer is not null)
        {
            Parsed(SdpWriter.ToArray(answer));
            Oracle.Holds(answer.Media.Count == offer.Media.Count, "an answer has the offer's m= lines");
            for (int i = 0; i < answer.Media.Count; i++)
            {
                SdpMedia theirs = offer.Media[i], ours = answer.Media[i];
                Oracle.Holds(ours.Type == theirs.Type && ours.Protocol == theirs.Protocol, "in their places");
                Oracle.Holds(theirs.Port != 0 || ours.Port == 0, "what was not offered is not accepted");
            }

            int open = answer.Media.Count(media => media.Port != 0);
            Oracle.Holds(open == (agreement.Audio is null ? 0 : 1) + (agreement.Image is null ? 0 : 1),
                "what was agreed is open, and only that");
        }

        SdpSession second = negotiator.Offer(Local, SdpWish.Image);
        Oracle.Holds(second.Media.Count >= (answer?.Media.Count ?? 0), "a second offer keeps the places");
        Oracle.Holds(second.Media.Count(media => media.Port != 0) == 1, "and opens what is wished for");
        Parsed(SdpWriter.ToArray(second));
        Oracle.Holds(answer is null || second.Origin.Version == answer.Origin.Version + 1
            || SdpWriter.ToArray(second).AsSpan().SequenceEqual(SdpWriter.ToArray(answer)), "a change is counted");
    }

    private static void AsAnswer(SdpSession answer, SdpWish wish)
    {
        SdpNegotiator negotiator = new(1);
        SdpSession offer = negotiator.Offer(Local, wish);
        SdpAgreement? agreement = negotiator.Accept(offer, answer, Local);
        Oracle.Holds(agreement is null || answer.Media.Count == offer.Media.Count, "a misfit is refused");
        if (agreement is not null)
        {
            CheckAgreement(agreement, answer, wish);
        }
    }

    private static void CheckAgreement(SdpAgreement agreement, SdpSession theirs, SdpWish wish)
    {
        Oracle.Holds(agreement.Audio is null || wish.HasFlag(SdpWish.Audio), "audio only where it is wished for");
        Oracle.Holds(agreement.Image is null || wish.HasFlag(SdpWish.Image), "T.38 only where it is wished for");
        Oracle.Holds(agreement.Audio is not { RemotePort: <= 0 or > 65_535 }, "audio goes to a port");
        Oracle.Holds(agreement.Image is not { RemotePort: <= 0 or > 65_535 }, "T.38 goes to a port");
        Oracle.Holds(agreement.Image is null || theirs.Media.Any(media => media is { IsT38: true, Port: > 0 }),
            "T.38 only where it was stated");
        Oracle.Holds(agreement.Audio is not { RemoteAddress.Length: 0 }, "audio goes to an address");
        Oracle.Holds(agreement.Image is not { RemoteAddress.Length: 0 }, "T.38 goes to an address");
    }

    private static SdpSession Parsed(byte[] octets)
    {
        bool good = SdpParser.TryParse(octets, Wide, out SdpSession? session, out SdpFault fault);
        Oracle.Holds(good, $"what was written parses ({fault})");
        return session!;
    }
}
