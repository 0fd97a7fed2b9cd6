// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>The messages of RFC 4475 as they stand there, sent to our user agent: what it answers, and that it
/// lives.</summary>
public class TortureWordForWordTests
{
    /// <summary>§3.1.1: each is read, and answered as what it is. 501 to a method that we do not have, 405 to one that
    /// we never serve; 481 to a dialog that we do not know.</summary>
    [Theory]
    [InlineData("3.1.1.1", 481)]
    [InlineData("3.1.1.3", 200)]
    [InlineData("3.1.1.4", 405)]
    [InlineData("3.1.1.5", 501)]
    [InlineData("3.1.1.6", 200)]
    [InlineData("3.1.1.8", 405)]
    [InlineData("3.1.1.9", 200)]
    [InlineData("3.1.1.10", 200)]
    public void Hostile_14_Torture_Valid_IsTakenForWhatItIs(string section, int status)
    {
        SipRequest request = Assert.IsType<SipRequest>(Wire.Parse(TortureVectors.Valid[section]));
        SipResponse answer = Assert.Single(Answers(TortureVectors.Valid[section]));
        Assert.True(answer.StatusCode == status, $"§{section}: {answer.StatusCode}");
        Assert.Equal((request.CallId, request.CSeq, request.From!.Tag), (answer.CallId, answer.CSeq, answer.From!.Tag));
        Assert.Equal(request.Headers.Values("Via").Count, answer.Headers.Values("Via").Count);
    }

    /// <summary>§3.1.2: refused, forgiven where it lets an element forgive, dropped (0) where it is a response or where
    /// nothing tells whom or what to answer.</summary>
    [Theory]
    [InlineData("3.1.2.1", 0)]
    [InlineData("3.1.2.2", 400)]
    [InlineData("3.1.2.3", 400)]
    [InlineData("3.1.2.4", 0)]
    [InlineData("3.1.2.5", 0)]
    [InlineData("3.1.2.6", 0)]
    [InlineData("3.1.2.7", 400)]
    [InlineData("3.1.2.8", 400)]
    [InlineData("3.1.2.9", 400)]
    [InlineData("3.1.2.10", 400)]
    [InlineData("3.1.2.11", 200)]
    [InlineData("3.1.2.12", 200)]
    [InlineData("3.1.2.13", 400)]
    [InlineData("3.1.2.14", 200)]
    [InlineData("3.1.2.15", 200)]
    [InlineData("3.1.2.16", 505)]
    [InlineData("3.1.2.17", 400)]
    [InlineData("3.1.2.18", 400)]
    [InlineData("3.1.2.19", 0)]
    public void Hostile_14_Torture_Invalid_IsRefusedForgivenOrDropped(string section, int status)
    {
        SipResponse[] answers = Answers(TortureVectors.Invalid[section]);
        int answer = answers.Length == 0 ? 0 : Assert.Single(answers).StatusCode;
        Assert.True(answer == status, $"§{section}: {answer}");
    }

    [Fact]
    public void Hostile_14_Torture_AllMessagesAreHere()
    {
        Assert.Equal(8, TortureVectors.Valid.Count);
        Assert.Equal(Enumerable.Range(1, 19).Select(number => $"3.1.2.{number}"), TortureVectors.Invalid.Keys);
    }

    // Final responses, each once however often it is repeated; afterwards the agent still answers.
    private static SipResponse[] Answers(string message)
    {
        FarEnd far = new();
        far.Send(message);
        far.Run(0.3);
        SipResponse[] answers = [.. far.Received.Select(one => one.Message).OfType<SipResponse>()
            .Where(response => response.StatusCode >= 200)];
        far.Received.Clear();
        far.Send(Wire.Request());
        far.Expect("200 OPTIONS");
        return answers;
    }
}
