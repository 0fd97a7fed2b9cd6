// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Protocol.Sdp;

/// <summary>G.711's two laws, the only audio of a fax call.</summary>
public enum AudioCodec
{
    /// <summary>µ-law, static payload type 0.</summary>
    Pcmu = 0,
    /// <summary>A-law, static payload type 8.</summary>
    Pcma = 8,
}

/// <summary>What our side brings to a negotiation: its address, its ports and its abilities.</summary>
/// <param name="Address">The IP address that the peer is to send to.</param>
public sealed record SdpLocalEnd(string Address)
{
    /// <summary>RTP port; 0 when there is none.</summary>
    public int AudioPort { get; init; }

    /// <summary>UDPTL port; 0 when there is none.</summary>
    public int ImagePort { get; init; }

    /// <summary>In order of preference.</summary>
    public IReadOnlyList<AudioCodec> Codecs { get; init; } = [AudioCodec.Pcmu, AudioCodec.Pcma];

    /// <summary>Our T.38 abilities, and what we can receive.</summary>
    public T38MediaParameters T38 { get; init; } = new() { ErrorCorrection = T38SdpErrorCorrection.Redundancy };
}

/// <summary>The media that are wanted, or accepted, now.</summary>
[Flags]
public enum SdpWish
{
    None = 0,
    Audio = 1,
    Image = 2,
    /// <summary>Audio and image at once, each with its own m= line.</summary>
    Both = 3,
}

/// <summary>Agreed audio.</summary>
/// <param name="RemoteAddress">Where to send; an IP address or host name.</param>
/// <param name="RemotePort">Where to send.</param>
/// <param name="Codec">Both ways.</param>
/// <param name="PayloadType">What the peer expects in the RTP header.</param>
/// <param name="Direction">From our side; not SendReceive means that the call is on hold.</param>
public sealed record AudioAgreement(
    string RemoteAddress, int RemotePort, AudioCodec Codec, int PayloadType, SdpDirection Direction);

/// <summary>Agreed T.38.</summary>
/// <param name="RemoteAddress">Where to send; an IP address or host name.</param>
/// <param name="RemotePort">Where to send.</param>
/// <param name="Agreed">What both sides keep to: version, rate, rate management, error correction.</param>
/// <param name="Remote">What the peer stated: its MaxDatagram and MaxIfp bound what we send.</param>
/// <param name="Direction">From our side; not SendReceive means that the call is on hold.</param>
public sealed record ImageAgreement(
    string RemoteAddress, int RemotePort, T38MediaParameters Agreed, T38MediaParameters Remote, SdpDirection Direction);

/// <summary>The outcome of one offer and answer. Both null: every medium was declined.</summary>
public sealed record SdpAgreement(AudioAgreement? Audio, ImageAgreement? Image)
{
    /// <summary>True when nothing was agreed.</summary>
    public bool IsEmpty => Audio is null && Image is null;
}

/// <summary>One side of one dialog's offers and answers (RFC 3264): keeps the order of m= lines over re-offers, counts
/// the session version, and turns a pair of descriptions into an agreement.</summary>
/// <param name="sessionId">Decimal digits, unique in our sessions (RFC 4566 §5.2); from the caller's
/// randomness.</param>
public sealed class SdpNegotiator(ulong sessionId)
{
    // The last description of ours that went out and its version; §8: each new one counts up by one, if it differs.
    private SdpSession? _sent;

    // m= lines as last agreed, ours or theirs: a re-offer keeps their places (§8).
    private IReadOnlyList<SdpMedia> _slots = [];

    /// <summary>An offer of ours. A wish for image alone takes over the place of the audio (§8.3.3, changing the media
    /// type), as gateways expect of a switch to fax; a place that is not wished for stays, with port 0.</summary>
    public SdpSession Offer(SdpLocalEnd local, SdpWish wish)
    {
        List<SdpMedia> media = [];
        bool audio = wish.HasFlag(SdpWish.Audio), image = wish.HasFlag(SdpWish.Image);
        bool hasAudio = _slots.Any(slot => slot.IsRtpAudio), hasImage = _slots.Any(slot => slot.IsT38);
        foreach (SdpMedia slot in _slots)
        {
            SdpMedia next = Declined(slot);
            if (audio && (slot.IsRtpAudio || (slot.IsT38 && !hasAudio && !image)))
            {
                (next, audio) = (SdpLines.Audio(local, local.Codecs), false);
            }
            else if (image && (slot.IsT38 || (slot.IsRtpAudio && !hasImage && !audio && !media.Any(m => m.IsRtpAudio))))
            {
                (next, image) = (SdpLines.Image(local, local.T38), false);
            }

            media.Add(next);
        }

        if (audio)
        {
            media.Add(SdpLines.Audio(local, local.Codecs));
        }

        if (image)
        {
            media.Add(SdpLines.Image(local, local.T38));
        }

        return Send(local, media);
    }

    /// <summary>Answers an offer with what <paramref name="accept"/> allows. Null when nothing can be accepted: refuse
    /// with 488 then. Media keep their order, declined ones get port 0 (§6).</summary>
    public SdpSession? Answer(SdpSession offer, SdpLocalEnd local, SdpWish accept, out SdpAgreement agreement)
    {
        AudioAgreement? audio = null;
        ImageAgreement? image = null;
        List<SdpMedia> media = [];
        foreach (SdpMedia offered in offer.Media)
        {
            SdpMedia answer = Declined(offered);
            SdpConnection? connection = offer.ConnectionOf(offered);
            if (offered.Port == 0 || connection is null)
            {
                media.Add(answer);
                continue;
            }

            SdpDirection direction = SdpLines.Answering(offer.DirectionOf(offered), connection.IsNull);
            if (audio is null && accept.HasFlag(SdpWish.Audio) && offered.IsRtpAudio
                && SdpLines.FirstCodec(offered, local.Codecs) is var (codec, payloadType))
            {
                audio = new AudioAgreement(connection.Address, offered.Port, codec, payloadType, direction);
                answer = SdpLines.AudioAnswer(local, offered, codec, payloadType, direction);
            }
            else if (image is null && accept.HasFlag(SdpWish.Image) && offered.IsT38)
            {
                T38MediaParameters remote = T38MediaParameters.Read(offered);
                T38MediaParameters agreed = local.T38.AnswerTo(remote);
                image = new ImageAgreement(connection.Address, offered.Port, agreed, remote, direction);
                answer = SdpLines.ImageAnswer(local, offered, agreed, direction);
            }

            media.Add(answer);
        }

        agreement = new SdpAgreement(audio, image);
        return agreement.IsEmpty ? null : Send(local, media);
    }

    /// <summary>Reads the answer to our <paramref name="offer"/>. Null if it does not fit it: more or fewer m= lines,
    /// or another medium in a place. An agreement may be empty: everything was declined.</summary>
    public SdpAgreement? Accept(SdpSession offer, SdpSession answer, SdpLocalEnd local)
    {
        if (answer.Media.Count != offer.Media.Count)
        {
            return null;
        }

        AudioAgreement? audio = null;
        ImageAgreement? image = null;
        for (int i = 0; i < offer.Media.Count; i++)
        {
            SdpMedia ours = offer.Media[i], theirs = answer.Media[i];
            SdpConnection? connection = answer.ConnectionOf(theirs);
            if (ours.Type != theirs.Type && theirs.Port != 0)
            {
                return null;
            }

            if (ours.Port == 0 || theirs.Port == 0 || connection is null)
            {
                continue;
            }

            SdpDirection direction = SdpLines.Answering(answer.DirectionOf(theirs), connection.IsNull);
            if (theirs.IsRtpAudio && ours.IsRtpAudio
                && SdpLines.FirstCodec(theirs, local.Codecs) is var (codec, payloadType))
            {
                audio ??= new AudioAgreement(connection.Address, theirs.Port, codec, payloadType, direction);
            }
            else if (theirs.IsT38 && ours.IsT38)
            {
                T38MediaParameters remote = T38MediaParameters.Read(theirs);
                T38MediaParameters agreed = local.T38.AnswerTo(remote);
                image ??= new ImageAgreement(connection.Address, theirs.Port, agreed, remote, direction);
            }
        }

        _slots = offer.Media;
        return new SdpAgreement(audio, image);
    }

    private static SdpMedia Declined(SdpMedia slot) => new(slot.Type, 0, slot.Protocol) { Formats = slot.Formats };

    private SdpSession Send(SdpLocalEnd local, List<SdpMedia> media)
    {
        SdpConnection connection = SdpConnection.For(local.Address);
        string id = sessionId.ToString(CultureInfo.InvariantCulture);
        ulong version = _sent?.Origin.Version ?? sessionId;
        SdpSession next = new(new SdpOrigin("hermetic", id, version, connection.AddressType, local.Address))
        {
            Connection = connection,
            Media = media,
        };
        if (_sent is not null && !SdpWriter.ToArray(_sent).AsSpan().SequenceEqual(SdpWriter.ToArray(next)))
        {
            next = next with { Origin = next.Origin with { Version = version + 1 } };
        }

        _slots = media;
        return _sent = next;
    }
}
