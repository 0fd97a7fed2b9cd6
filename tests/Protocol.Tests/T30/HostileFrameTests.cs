// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.T30;
using static Hermetic.TestKit.T30.PeerFrames;
using static Hermetic.TestKit.T30.PeerStep;

namespace Hermetic.Protocol.Tests.T30;

/// <summary>The hostile classes of FACTS.md that arrive as T.30 frames.</summary>
public sealed class HostileFrameTests
{
    [Fact]
    public void Hostile_08_EveryFrameCutAnywhere_IsReadWithoutHarm()
    {
        byte[][] whole = [Dis, DisEcm, Dcs9600Ecm, Pps(Fcf.PpsEop, 0, 0, 256), Ppr(256, 1), Fcd(7, new byte[256]),
            Rcp(), Frame(Fcf.Ctc, 0, 0), Frame(Fcf.Csi, new byte[20]), Frame(Fcf.Dcn)];
        foreach (byte[] frame in whole)
        {
            for (int length = 0; length <= frame.Length; length++)
            {
                T30FrameClass kind = T30Frame.Parse(frame.AsSpan(0, length), fcsValid: true).Class;
                bool needsFif = kind is T30FrameClass.Dis or T30FrameClass.Dcs or T30FrameClass.Pps or T30FrameClass.Ppr
                    or T30FrameClass.Fcd or T30FrameClass.Ctc;
                Assert.True(!needsFif || length > 4, $"{kind} of {length} octets");
            }
        }
    }

    [Theory]
    [InlineData(Fcf.Dcs)]
    [InlineData(Fcf.Pps)]
    [InlineData(Fcf.Ctc)]
    [InlineData(Fcf.Eor)]
    [InlineData(Fcf.Dtc)]
    public void Hostile_08_FrameTooShortForItsType_IsIgnoredAndCounted(byte fcf)
    {
        ScriptedCall call = new(T30Role.Called, [Hear(T30FrameClass.Dis), Send(Frame(fcf)), Send(Frame(fcf, 1)),
            Wait(1), Send(Frame(Fcf.Dcn))]);
        Assert.Equal(T30EndReason.RemoteDisconnected, call.Run());
        Assert.Equal(2, call.Session.Result.BadFrames);
        Assert.Empty(call.Sink.Begun);
    }

    [Fact]
    public void Hostile_08_ShortAndOverlongFcd_AreNotKept()
    {
        byte[] huge = Fcd(0, new byte[900]);
        ScriptedCall call = new(T30Role.Called, [Hear(T30FrameClass.Dis), Send(Dcs9600Ecm),
            Tcf(FaxModulation.V29At9600), Hear(T30FrameClass.Cfr),
            Block(FaxModulation.V29At9600, [0xFF, 0xC0, Fcf.Fcd], [0xFF, 0xC0, Fcf.Fcd, 0], [0xFF], [], huge, Rcp()),
            Send(Pps(Fcf.PpsEop, 0, 0, 1)), Hear(T30FrameClass.Ppr), Send(Frame(Fcf.Dcn))]);
        Assert.Equal(T30EndReason.RemoteDisconnected, call.Run());
        Assert.Equal(5, call.Session.Result.BadFrames);
        Assert.Equal(0, call.Session.Result.PagesReceived);
    }

    public static TheoryData<string, string> Contradictions() => new()
    {
        { "T.6 without error correction", "00601F02" },
        { "JPEG beside MMR", "00601F230101010110" },
        { "JPEG alone", "00601F210101010110" },
        { "JBIG (T.85)", "00601F2101010101010104" },
        { "full colour", "00601F210101010108" },
        { "T.43", "00601F2110" },
        { "uncompressed mode", "00601F60" },
        { "two higher resolutions", "00601F2101C0" },
        { "width 1,1", "0060DE" },
        { "V.33", "00481E" },
        { "a reserved rate", "007C1E" },
        { "binary file transfer", "00601F210101" + "08" },
        { "encryption", "00601F21010101010101" + "0180" },
        { "sYCC colour", "00601F21" + "0101010101010101010101" + "02" },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Hostile_09_10_DcsBeyondBilevel_IsRefused(string what, string fif)
    {
        byte[] dcs = Frame(Fcf.Dcs, Convert.FromHexString(fif));
        ScriptedCall call = new(T30Role.Called, [Hear(T30FrameClass.Dis), Send(dcs), Tcf(FaxModulation.V29At9600)]);
        Assert.True(call.Run() == T30EndReason.BadParameters, $"{what}: {call.Session.Result.EndReason}");
        Assert.Empty(call.Sink.Begun);
    }

    [Fact]
    public void Hostile_09_CodingNotOffered_IsRefused()
    {
        T30Settings settings = new() { Compressions = new HashSet<FaxCompression> { FaxCompression.Mh }, Ecm = false };
        foreach (string fif in new[] { "00611E", "00601F20", "00601F22" })
        {
            ScriptedCall call = new(T30Role.Called,
                [Hear(T30FrameClass.Dis), Send(Frame(Fcf.Dcs, Convert.FromHexString(fif)))], settings);
            Assert.Equal(T30EndReason.BadParameters, call.Run());
        }
    }

    [Fact]
    public void Hostile_09_EveryDcsOfTwoFlippedBits_IsReadOrRefusedNeverThrows()
    {
        byte[] fif = new byte[16];
        Dcs9600Ecm.AsSpan(3).CopyTo(fif);
        for (int octet = 2; octet < 15; octet++)
        {
            fif[octet] |= 1;
        }

        for (int a = 0; a < 128; a++)
        {
            for (int b = a; b < 128; b++)
            {
                byte[] flipped = [.. fif];
                flipped[a / 8] ^= (byte)(0x80 >> a % 8);
                flipped[b / 8] ^= (byte)(0x80 >> b % 8);
                if (DcsParameters.TryParse(flipped, out DcsParameters dcs))
                {
                    Assert.True(dcs.Format.WidthPels > 0);
                    Assert.True(dcs.Compression != FaxCompression.Mmr || dcs.Ecm);
                }

                Assert.NotNull(StationCapabilities.Parse(flipped));
            }
        }
    }

    [Fact]
    public void Hostile_13_StationIdOfEveryOctet_IsReadAsSafeText()
    {
        byte[] fif = new byte[20];
        for (int value = 0; value < 256; value++)
        {
            Array.Fill(fif, (byte)value);
            string id = StationId.Read(fif);
            Assert.True(id.Length <= 20);
            Assert.All(id, c => Assert.True(char.IsAsciiLetterOrDigit(c) || " +-.*#()/?".Contains(c), $"{(int)c}"));
        }

        Assert.Equal("", StationId.Read([]));
        Assert.Equal(20, StationId.Read(Enumerable.Repeat((byte)0x8C, 200).ToArray()).Length);
    }

    [Fact]
    public void Hostile_13_MarkupAndControlCharacters_NeverReachTheResult()
    {
        byte[] fif = new byte[20];
        byte[] evil = "<script>\u0001\u001b[2J\";--&"u8.ToArray();
        for (int i = 0; i < fif.Length; i++)
        {
            fif[i] = BitOrder.Reverse(i < evil.Length ? evil[evil.Length - 1 - i] : (byte)' ');
        }

        ScriptedCall call = new(T30Role.Called, [Hear(T30FrameClass.Dis), Send(NotFinal(Frame(Fcf.Tsi, fif)), Dcs9600),
            Send(Frame(Fcf.Dcn))]);
        call.Run();
        string id = call.Session.Result.RemoteStationId!;
        Assert.DoesNotContain('<', id);
        Assert.All(id, c => Assert.InRange(c, ' ', '~'));
    }

    [Theory]
    [InlineData("+1 555 0100")]
    [InlineData("12345678901234567890")]
    [InlineData("")]
    public void StationId_WrittenAndRead_IsTheSame(string text)
    {
        byte[] fif = new byte[20];
        StationId.Write(text, fif);
        Assert.Equal(text, StationId.Read(fif));
    }

    [Fact]
    public void StationId_OnTheLine_GoesLastCharacterFirstAndLeastSignificantBitFirst()
    {
        byte[] fif = new byte[20];
        StationId.Write("12", fif);
        // '2' is 0011 0010, '1' is 0011 0001, space is 0010 0000; each turned round.
        Assert.Equal([0x4C, 0x8C, 0x04], fif[..3]);
    }
}
