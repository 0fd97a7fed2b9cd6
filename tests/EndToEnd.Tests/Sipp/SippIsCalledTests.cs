// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Hermetic.Protocol.Sip;
using Hermetic.Telephony;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.Sipp;
using Hermetic.TestKit.Peers.Spandsp;

namespace Hermetic.EndToEnd.Tests.Sipp;

/// <summary>Issue 3, to be shown 3: we call sipp. The dialogue itself is in the scenario of the same name.</summary>
public sealed class SippIsFaxedTests
{
    [Theory]
    [InlineData("answer-audio-then-t38", FirstOffer.Audio)]
    [InlineData("answer-t38", FirstOffer.T38)]
    [InlineData("answer-audio-and-t38", FirstOffer.AudioAndT38)]
    public async Task Called_ComesToT38ByEachWay_FaxArrivesAndWeHangUp(string scenario, FirstOffer first)
    {
        TrunkSettings direct = SippLine.Direct(first, T38Initiator.Called);
        await using SippLine line = await SippLine.StartAsync(direct, SippLine.FaxSpeed);
        CallReport report = await line.SendAsync(scenario);
        Assert.Equal(first == FirstOffer.Audio, report.AudioPacketsSent > 0);
    }

    [Fact]
    public async Task Called_SpeaksAsAFax_WeAskForT38AndFaxArrives()
    {
        using FaxFiles files = new();
        TrunkSettings direct = SippLine.Direct(initiator: T38Initiator.Calling);
        await using SippLine line = await SippLine.StartAsync(direct);
        await using SippPeer sipp = SippLine.Play("answer-audio-and-be-asked");
        await using RtpFaxPeer tone = new(calling: false, new SpandspT30Settings(), sipp.FaxPort);
        await using UdptlFaxPeer fax = new(calling: false, new SpandspT30Settings { ReceiveFile = files.Received },
            sipp.ImagePort, speed: 1);
        CallReport report = await line.CallAsync(sipp);
        Assert.True(report.IsSuccess, report.ToJsonLine());
        Assert.True(report.AudioPacketsReceived > 0);
        await fax.WaitForEndAsync(SippLine.Patience, TestContext.Current.CancellationToken);
        Assert.Null(SyntheticFax.Difference(SippLine.Pages, files.ReadReceived()));
    }
}

public sealed partial class SippIsCalledTests
{
    private const string User = "clinic";
    private const string Password = "a s3cret!";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Called_TakesAudioAlone_CallEndsPolitelyWithItsReason()
    {
        TrunkSettings direct = SippLine.Direct(FirstOffer.AudioAndT38, T38Initiator.Called);
        await using SippLine line = await SippLine.StartAsync(direct, speed: 10);
        await using SippPeer sipp = SippLine.Play("answer-audio-only");
        CallReport report = await line.CallAsync(sipp);
        Assert.Equal(CallOutcome.NoT38, report.Outcome);
        Assert.Contains("T.38 was not agreed in time", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Called_RingsReliably_EachRingIsPracked()
    {
        await using SippLine line = await SippLine.StartAsync();
        await using SippPeer sipp = SippLine.Play("answer-reliably");
        CallReport report = await line.CallAsync(sipp);
        Assert.Equal(200, report.SipStatus);
        Assert.Contains("hung up before T.38", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Called_RingsAndHostGivesUp_IsCancelled()
    {
        using CancellationTokenSource giveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using SippLine line = await SippLine.StartAsync();
        await using SippPeer sipp = SippLine.Play("ring-and-be-cancelled");
        CallReport report = await line.CallAsync(sipp, fax => fax with
        {
            OnProgress = progress => _ = progress == CallProgress.Ringing ? giveUp.CancelAsync() : Task.CompletedTask,
        }, giveUp.Token);
        Assert.Equal(CallOutcome.Cancelled, report.Outcome);
    }

    [Fact]
    public async Task Called_RingsTooLong_IsCancelled()
    {
        CallLimits limits = new() { AnswerMax = TimeSpan.FromSeconds(20) };
        TrunkSettings direct = SippLine.Direct() with { Limits = limits };
        await using SippLine line = await SippLine.StartAsync(direct, speed: 10);
        await using SippPeer sipp = SippLine.Play("ring-and-be-cancelled");
        CallReport report = await line.CallAsync(sipp);
        Assert.Equal(CallOutcome.NoAnswer, report.Outcome);
    }

    [Fact]
    public async Task Challenge_WrongPassword_EndsAsNotAuthorized()
    {
        CallReport report = await BeChallengedAsync("challenge-401-md5", "wrong");
        Assert.Equal(CallOutcome.NotAuthorized, report.Outcome);
        Assert.Equal(403, report.SipStatus);
    }

    [Theory]
    [InlineData("challenge-401-md5", "Authorization", "MD5")]
    [InlineData("challenge-407-md5", "Proxy-Authorization", "MD5")]
    [InlineData("challenge-401-sha256", "Authorization", "SHA-256")]
    [InlineData("challenge-407-sha256", "Proxy-Authorization", "SHA-256")]
    public async Task Challenge_OfEachKind_IsAnsweredRight(string scenario, string header, string algorithm)
    {
        string messages = "";
        CallReport report = await BeChallengedAsync(scenario, Password, said => messages = said);
        Assert.Equal(200, report.SipStatus);
        string line = messages.Split('\n')
            .First(each => each.StartsWith($"{header}: Digest username", StringComparison.Ordinal));
        Dictionary<string, string> given = Parameter().Matches(line)
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim('"'));
        Assert.Equal(algorithm, given["algorithm"]);
        string a1 = Hash(algorithm, $"{User}:{given["realm"]}:{Password}");
        string a2 = Hash(algorithm, $"INVITE:{given["uri"]}");
        string all = $"{a1}:{given["nonce"]}:{given["nc"]}:{given["cnonce"]}:auth:{a2}";
        Assert.Equal(Hash(algorithm, all), given["response"]);
    }

    [Fact]
    public async Task Options_AsKeepAlive_TellWhetherTheTrunkLives()
    {
        await using SippPeer sipp = SippLine.Play("answer-options", count: 3);
        await using SippLine line = await SippLine.StartAsync(change: settings => settings with
        {
            Trunks =
            [
                new TrunkSettings
                {
                    Name = "sipp",
                    Host = "127.0.0.1",
                    Port = sipp.Address.Port,
                    OptionsInterval = TimeSpan.FromSeconds(1),
                },
            ],
        });
        await sipp.WaitForSuccessAsync(SippLine.Patience, Cancellation);
        List<TrunkStatus> standing = [];
        while (standing.Count < 3)
        {
            Assert.True(line.Standing.TryTake(out TrunkStatus? next, SippLine.Patience));
            standing.Add(next);
        }
        Assert.Equal([200, 200, 200], standing.Select(status => status.Status));
        Assert.All(standing, status => Assert.True(status.IsReachable));
        Assert.All(standing, status => Assert.Null(status.IsRegistered));
    }

    private static async Task<CallReport> BeChallengedAsync(string scenario, string password,
        Action<string>? read = null)
    {
        string nonce = RandomNumberGenerator.GetHexString(32, lowercase: true);
        await using SippPeer sipp = SippLine.Play(scenario, keys: ("nonce", nonce));
        TrunkSettings direct = SippLine.Direct() with { Credentials = new SipCredentials(User, password) };
        await using SippLine line = await SippLine.StartAsync(direct);
        CallReport report = await line.CallAsync(sipp);
        read?.Invoke(sipp.Messages);
        return report;
    }

#pragma warning disable CA5351 // MD5 is what RFC 3261 §22.4 asks for.
    private static string Hash(string algorithm, string text) => Convert.ToHexStringLower(algorithm == "MD5"
        ? MD5.HashData(Encoding.ASCII.GetBytes(text)) : SHA256.HashData(Encoding.ASCII.GetBytes(text)));
#pragma warning restore CA5351

    [GeneratedRegex("""(\w+)=("[^"]*"|[^,\s]*)""")]
    private static partial Regex Parameter();
}
