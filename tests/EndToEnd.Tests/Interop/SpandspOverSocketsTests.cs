// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Telephony;
using Hermetic.TestKit.Peers.Sip;
using Hermetic.TestKit.Peers.Spandsp;
using Hermetic.TestKit.Peers.Udptl;

namespace Hermetic.EndToEnd.Tests.Interop;

public sealed class SpandspAnswersT38Tests : SpandspOverSockets
{
    [Fact]
    public Task Sockets_WeCallWithT38_PageArrives() =>
        SendAsync(new SipFaxPeerSettings { T30 = new SpandspT30Settings() }, FirstOffer.T38, ecm: true);
}

public sealed class SpandspIsAnotherStationTests : SpandspOverSockets
{
    [Fact]
    public Task Sockets_TheyAnswerWithAnotherNumber_NoPageLeaves() => StopAsync(
        new SipFaxPeerSettings { T30 = new SpandspT30Settings { StationId = "+1 555 010 0198" } },
        id => StationIdMatch.Compare(id, "5550100199") != StationMatch.Different);
}

public sealed class SpandspAnswersAudioFirstTests : SpandspOverSockets
{
    [Fact]
    public Task Sockets_WeCallWithAudioAndTheyReinvite_PageArrives() => SendAsync(
        new SipFaxPeerSettings { T30 = new SpandspT30Settings(), AnswerAudioFirst = true }, FirstOffer.Audio,
            ecm: false);
}

public sealed class SpandspCallsWithFecTests : SpandspOverSockets
{
    [Fact]
    public Task Sockets_TheyCallWithT38AndFec_PageArrives() => ReceiveAsync(
        new SipFaxPeerSettings { T30 = new SpandspT30Settings(), Recovery = UdptlPeerRecovery.Fec }, ecm: false);
}

public sealed class SpandspCallsTests : SpandspOverSockets
{
    [Fact]
    public Task Sockets_TheyCallWithT38_PageArrives() =>
        ReceiveAsync(new SipFaxPeerSettings { T30 = new SpandspT30Settings() }, ecm: true);
}
