// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.Spandsp;

namespace Hermetic.Protocol.Tests.Interop;

/// <summary>The oracle alone: libspandsp2 to libspandsp2. What fails here is our binding, not our engine.</summary>
public sealed class SpandspItselfTests
{
    private const int StepSamples = 80;
    private const int SamplesMax = 8000 * 600;

    [Theory]
    [InlineData(true, 3, 14400)]
    [InlineData(true, 2, 9600)]
    [InlineData(false, 2, 14400)]
    [InlineData(false, 1, 4800)]
    public void Spandsp_TerminalToTerminal_PagesAreIdentical(bool ecm, int encoding, int rate)
    {
        using FaxFiles files = new();
        IReadOnlyList<PageBitmap> pages = SyntheticFax.Pages(PageKind.Text, FaxResolution.Fine, 2);
        files.Write(pages);
        Queue<byte[]> toCaller = new(), toCalled = new();
        SpandspT30Settings settings = SettingsFor(ecm, encoding, rate);
        using SpandspT38Terminal caller = new(true, settings with { TransmitFile = files.Sent, StationId = "111" },
            (ifp, copies) => toCalled.Enqueue(ifp.ToArray()));
        using SpandspT38Terminal called = new(false, settings with { ReceiveFile = files.Received, StationId = "222" },
            (ifp, copies) => toCaller.Enqueue(ifp.ToArray()));
        ushort callerSequence = 0, calledSequence = 0;
        for (int at = 0; at < SamplesMax && (caller.T30.IsActive || called.T30.IsActive); at += StepSamples)
        {
            while (toCaller.TryDequeue(out byte[]? ifp))
            {
                caller.Receive(ifp, callerSequence++);
            }
            while (toCalled.TryDequeue(out byte[]? ifp))
            {
                called.Receive(ifp, calledSequence++);
            }
            caller.Advance(StepSamples);
            called.Advance(StepSamples);
        }
        AssertSucceeded(caller.T30, called.T30, rate, encoding);
        Assert.Null(SyntheticFax.Difference(pages, files.ReadReceived()));
    }

    [Theory]
    [InlineData(true, 14400)]
    [InlineData(false, 9600)]
    public void Spandsp_TerminalThroughGatewayToAudio_PagesAreIdentical(bool ecm, int rate)
    {
        using FaxFiles files = new();
        IReadOnlyList<PageBitmap> pages = SyntheticFax.Pages(PageKind.Form, FaxResolution.Standard, 1);
        files.Write(pages);
        Queue<byte[]> toTerminal = new(), toGateway = new();
        SpandspT30Settings settings = SettingsFor(ecm, 2, rate);
        using SpandspT38Terminal caller = new(true, settings with { TransmitFile = files.Sent },
            (ifp, copies) => toGateway.Enqueue(ifp.ToArray()));
        using SpandspT38Gateway gateway = new((ifp, copies) => toTerminal.Enqueue(ifp.ToArray()), ecm);
        using SpandspAudioFax called = new(false, settings with { ReceiveFile = files.Received });
        ushort terminalSequence = 0, gatewaySequence = 0;
        short[] fromGateway = new short[StepSamples], fromAudio = new short[StepSamples];
        for (int at = 0; at < SamplesMax && (caller.T30.IsActive || called.T30.IsActive); at += StepSamples)
        {
            while (toTerminal.TryDequeue(out byte[]? ifp))
            {
                caller.Receive(ifp, terminalSequence++);
            }
            while (toGateway.TryDequeue(out byte[]? ifp))
            {
                gateway.Receive(ifp, gatewaySequence++);
            }
            caller.Advance(StepSamples);
            gateway.Speak(fromGateway);
            called.Speak(fromAudio);
            called.Listen(fromGateway);
            gateway.Listen(fromAudio);
        }
        AssertSucceeded(caller.T30, called.T30, rate, 2);
        Assert.Null(SyntheticFax.Difference(pages, files.ReadReceived()));
    }

    private static SpandspT30Settings SettingsFor(bool ecm, int encoding, int rate) => new()
    {
        Ecm = ecm,
        Compressions = [.. new[] { FaxCompression.Mh, FaxCompression.Mr, FaxCompression.Mmr }.Take(encoding)],
        Modems = rate switch
        {
            14400 => SpandspModems.All,
            9600 => SpandspModems.V29 | SpandspModems.V27Ter,
            _ => SpandspModems.V27Ter,
        },
    };

    private static void AssertSucceeded(SpandspT30 caller, SpandspT30 called, int rate, int encoding)
    {
        Assert.Equal("OK", caller.Completion);
        Assert.Equal("OK", called.Completion);
        Assert.Equal(rate, called.Statistics.BitRate);
        Assert.Equal(encoding, called.Statistics.Encoding);
        Assert.Equal(0, called.Statistics.BadRows);
    }
}
