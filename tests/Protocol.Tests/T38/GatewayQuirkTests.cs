// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Hdlc;
using Hermetic.Protocol.T38;

namespace Hermetic.Protocol.Tests.T38;

/// <summary>What gateways in the field send otherwise than T.38 draws it, fed to the listener packet by
/// packet.</summary>
public sealed class GatewayQuirkTests
{
    private readonly LineRecorder heard = new();
    private readonly LineListener listener;
    private TimeSpan now;

    public GatewayQuirkTests() => listener = new(new() { Version = 3 }, heard, observer: null);

    [Fact]
    public void Data_WithoutIndicator_StartsItsCarrier()
    {
        Data(T38DataType.V21, (T38FieldType.HdlcData, "FFC880"), (T38FieldType.HdlcFcsOkSigEnd, ""));
        Assert.Equal(["Preamble V21", "frame FFC880", "end V21", "Silence"], heard.Story);
    }

    [Fact]
    public void SignalEnd_Missing_NextIndicatorEndsTheCarrier()
    {
        Indicator(T38Indicator.V21Preamble);
        Data(T38DataType.V21, (T38FieldType.HdlcData, "FFC881"), (T38FieldType.HdlcFcsOk, ""));
        Indicator(T38Indicator.V17At14400LongTraining);
        Assert.Equal(["Preamble V21", "frame FFC881", "end V21", "Training V17At14400"], heard.Story);
    }

    [Fact]
    public void SignalEnd_MissingAndSilence_CarrierEndsAfterItsTime()
    {
        Indicator(T38Indicator.V29At9600Training);
        Data(T38DataType.V29At9600, (T38FieldType.T4NonEcmData, "AABB"));
        TimeSpan deadline = listener.NextDeadline!.Value;
        Assert.InRange(deadline - now, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));
        listener.Advance(deadline - TimeSpan.FromMilliseconds(1));
        Assert.Empty(heard.CarrierEnds);
        listener.Advance(deadline);
        Assert.Equal(["end V29At9600", "Silence"], heard.Story[^2..]);
        Assert.Null(listener.NextDeadline);
    }

    [Fact]
    public void Indicator_Repeated_IsOneSignal()
    {
        for (int i = 0; i < 3; i++)
        {
            Indicator(T38Indicator.Ced);
        }

        for (int i = 0; i < 3; i++)
        {
            Indicator(T38Indicator.V21Preamble);
        }

        for (int i = 0; i < 3; i++)
        {
            Indicator(T38Indicator.NoSignal);
        }

        Assert.Equal(["Ced", "Preamble V21", "end V21", "Silence"], heard.Story);
    }

    [Fact]
    public void SignalEnd_Repeated_StartsNothing()
    {
        Data(T38DataType.V21, (T38FieldType.HdlcData, "FFC8F1"), (T38FieldType.HdlcFcsOkSigEnd, ""));
        Data(T38DataType.V21, (T38FieldType.HdlcFcsOkSigEnd, ""));
        Data(T38DataType.V21, (T38FieldType.HdlcSigEnd, ""));
        Data(T38DataType.V17At9600, (T38FieldType.T4NonEcmSigEnd, ""));
        Assert.Equal(["Preamble V21", "frame FFC8F1", "end V21", "Silence"], heard.Story);
    }

    [Fact]
    public void SignalEnd_ThatBringsTheLastOctets_DeliversThem()
    {
        Indicator(T38Indicator.V27At4800Training);
        Data(T38DataType.V27At4800, (T38FieldType.T4NonEcmData, "0102"));
        Data(T38DataType.V27At4800, (T38FieldType.T4NonEcmSigEnd, "0304"));
        Assert.Equal("01020304", Convert.ToHexString([.. heard.Image]));
        Assert.Single(heard.CarrierEnds);
    }

    [Fact]
    public void Fcs_AppendedToEachFrame_IsCutOff()
    {
        byte[] frame = [0xFF, 0xC8, 0x82, 0x11, 0x22];
        ushort fcs = Fcs16.Of(frame);
        string withFcs = Convert.ToHexString([.. frame, (byte)(fcs >> 8), (byte)fcs]);
        for (int i = 0; i < 2; i++)
        {
            Data(T38DataType.V21, (T38FieldType.HdlcData, withFcs), (T38FieldType.HdlcFcsOk, ""));
        }

        Assert.Equal(2, heard.Frames.Count);
        Assert.All(heard.Frames, one => Assert.Equal((Convert.ToHexString(frame), true), (one.Hex, one.Valid)));
    }

    [Fact]
    public void Fcs_LookalikeInALaterFrame_IsLeftAlone()
    {
        byte[] frame = [0xFF, 0xC8, 0x82, 0x11, 0x22];
        ushort fcs = Fcs16.Of(frame);
        string lookalike = Convert.ToHexString([.. frame, (byte)(fcs >> 8), (byte)fcs]);
        Data(T38DataType.V21, (T38FieldType.HdlcData, "FFC88011"), (T38FieldType.HdlcFcsOk, ""));
        Data(T38DataType.V21, (T38FieldType.HdlcData, lookalike), (T38FieldType.HdlcFcsOk, ""));
        Assert.Equal(lookalike, heard.Frames[1].Hex);
    }

    [Fact]
    public void Loss_InMidFrame_MakesThatFrameBadAndOnlyThat()
    {
        Indicator(T38Indicator.V21Preamble);
        Data(T38DataType.V21, (T38FieldType.HdlcData, "FFC0"));
        listener.OnLost(now, 1);
        Data(T38DataType.V21, (T38FieldType.HdlcData, "4041"), (T38FieldType.HdlcFcsOk, ""));
        Data(T38DataType.V21, (T38FieldType.HdlcData, "FFC88001"), (T38FieldType.HdlcFcsOkSigEnd, ""));
        Assert.Equal(["Preamble V21", "bad FFC04041", "frame FFC88001", "end V21", "Silence"], heard.Story);
    }

    [Fact]
    public void Loss_AcrossTwoFrames_NeverJoinsThemIntoAGoodOne()
    {
        Data(T38DataType.V17At14400, (T38FieldType.HdlcData, "FFC00601AAAA"));
        listener.OnLost(now, 3);
        Data(T38DataType.V17At14400, (T38FieldType.HdlcData, "BBBB"), (T38FieldType.HdlcFcsOk, ""));
        Assert.False(Assert.Single(heard.Frames).Valid);
    }

    [Fact]
    public void Loss_BeforeAnIndicator_DoesNotHurtWhatFollows()
    {
        Indicator(T38Indicator.V21Preamble);
        listener.OnLost(now, 5);
        Indicator(T38Indicator.V21Preamble);
        Data(T38DataType.V21, (T38FieldType.HdlcData, "FFC88001"), (T38FieldType.HdlcFcsOkSigEnd, ""));
        Assert.True(Assert.Single(heard.Frames).Valid);
    }

    [Fact]
    public void Loss_InAPage_IsToldInOctets()
    {
        Indicator(T38Indicator.V29At9600Training);
        Data(T38DataType.V29At9600, (T38FieldType.T4NonEcmData, new string('A', 72)));
        listener.OnLost(now, 2);
        Data(T38DataType.V29At9600, (T38FieldType.T4NonEcmData, new string('B', 72)));
        Assert.Equal(72, heard.LostOctets);
        listener.OnLost(now, 1);
        Data(T38DataType.V29At9600, (T38FieldType.T4NonEcmSigEnd, ""));
        Assert.Equal(108, heard.LostOctets);
    }

    [Fact]
    public void Frame_WithoutItsEnd_IsBad()
    {
        Data(T38DataType.V21, (T38FieldType.HdlcData, "FFC8"));
        Indicator(T38Indicator.NoSignal);
        Assert.Equal(["Preamble V21", "bad FFC8", "end V21", "Silence"], heard.Story);
    }

    [Fact]
    public void Frame_WithoutEnd_IsBoundedAndBad()
    {
        for (int i = 0; i < 100; i++)
        {
            Data(T38DataType.V21, (T38FieldType.HdlcData, new string('0', 200)));
        }

        Data(T38DataType.V21, (T38FieldType.HdlcFcsOk, ""));
        Assert.False(Assert.Single(heard.Frames).Valid);
        Assert.Equal(T38Limits.FrameBytesMax, heard.Frames[0].Hex.Length / 2);
    }

    [Fact]
    public void FcsBad_FromTheGateway_IsBad()
    {
        Data(T38DataType.V21, (T38FieldType.HdlcData, "FFC880"), (T38FieldType.HdlcFcsBadSigEnd, ""));
        Assert.False(Assert.Single(heard.Frames).Valid);
        Data(T38DataType.V21, (T38FieldType.HdlcFcsBad, ""));
        Assert.Single(heard.Frames);
    }

    [Fact]
    public void V34AndV8_AreCountedAndLeftUnanswered()
    {
        Indicator(T38Indicator.V8Ansam);
        Indicator(T38Indicator.V8Signal);
        Indicator(T38Indicator.V34PrimaryChannel);
        Data(T38DataType.V34PrimaryRate, (T38FieldType.HdlcData, "00"));
        Data(T38DataType.V8, (T38FieldType.CmMessage, "31"));
        Assert.Equal(["Ced"], heard.Story);
        Assert.Equal(4, listener.Unsupported);
    }

    private void Indicator(T38Indicator indicator)
    {
        now += TimeSpan.FromMilliseconds(30);
        byte[] ifp = new byte[2];
        listener.OnIfp(now, ifp.AsSpan(0, IfpWriter.WriteIndicator(ifp, indicator)));
    }

    private void Data(T38DataType type, params (T38FieldType Type, string Hex)[] fields)
    {
        now += TimeSpan.FromMilliseconds(30);
        byte[] ifp = new byte[500];
        IfpWriter writer = new(ifp, IfpSyntax.Asn2002, type);
        foreach ((T38FieldType field, string hex) in fields)
        {
            writer.Add(field, Convert.FromHexString(hex));
        }

        listener.OnIfp(now, ifp.AsSpan(0, writer.Length));
    }
}
