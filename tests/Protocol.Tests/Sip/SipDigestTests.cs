// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip;

public class SipDigestTests
{
    private const string Nonce7616 = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    private const string Cnonce7616 = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

    [Theory]
    [InlineData(SipDigestAlgorithm.Md5, "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData(SipDigestAlgorithm.Sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void Response_OfRfc7616Section391_IsTheirs(SipDigestAlgorithm algorithm, string expected) => Assert.Equal(
        expected,
        SipDigest.Response(
            new SipDigestInput(
                new SipCredentials("Mufasa", "Circle of Life"), "http-auth@example.org", Nonce7616, "GET",
                "/dir/index.html", Cnonce7616, 1, "auth", algorithm),
            []));

    [Theory]
    [InlineData("auth", "6629fae49393a05397450978507c4ef1")]
    [InlineData(null, "670fd8c2df070c60b045671b8b24ff02")]
    public void Response_OfRfc2617Section35_IsTheirs(string? qop, string expected) => Assert.Equal(
        expected,
        SipDigest.Response(
            new SipDigestInput(
                new SipCredentials("Mufasa", "Circle Of Life"), "testrealm@host.com",
                "dcd98b7102dd2f0e8b11d0f600bfb0c093", "GET", "/dir/index.html", "0a4f113b", 1, qop,
                    SipDigestAlgorithm.Md5),
            []));

    [Fact]
    public void Challenges_OfOneRealm_StrongestIsAnswered()
    {
        SipAuthenticator authenticator = Authenticator();
        SipRequest request = Request();
        string[] challenges = [
            "Digest realm=\"r\", nonce=\"m\"",
            "Digest realm=\"r\", nonce=\"s\", algorithm=SHA-256, qop=\"auth\"",
            "Digest realm=\"r\", nonce=\"x\", algorithm=SHA-512-256", "Basic realm=\"r\""];
        Assert.True(authenticator.Learn(Challenge(request, 401, challenges), request));
        authenticator.Apply(request);
        SipAuthHeader header = Header(request.Headers["Authorization"]);
        Assert.Equal(
            ("SHA-256", "s", "00000001", "auth"), (header["algorithm"], header["nonce"], header["nc"], header["qop"]));
        Assert.True(DigestServer.Accepts(request, "Authorization", "user", "secret", "r"));
        Assert.False(DigestServer.Accepts(request, "Authorization", "user", "Secret", "r"));
    }

    [Fact]
    public void Nonce_UsedAgain_CountsUp()
    {
        SipAuthenticator authenticator = Authenticator();
        SipRequest first = Request(), second = Request();
        authenticator.Learn(
            Challenge(first, 407, "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int,auth\", opaque=\"o\""), first);
        authenticator.Apply(first);
        authenticator.Apply(second);
        Assert.Equal("00000002", Header(second.Headers["Proxy-Authorization"])["nc"]);
        Assert.Equal("o", Header(second.Headers["Proxy-Authorization"])["opaque"]);
        Assert.Single(second.Headers.Lines("Proxy-Authorization"));
        Assert.True(DigestServer.Accepts(second, "Proxy-Authorization", "user", "secret", "r"));
    }

    [Fact]
    public void RefusedTwice_GivesUp_StaleDoesNot()
    {
        SipAuthenticator authenticator = Authenticator();
        SipRequest request = Request();
        Assert.True(authenticator.Learn(Challenge(request, 401, "Digest realm=\"r\", nonce=\"1\""), request));
        authenticator.Apply(request);
        Assert.True(
            authenticator.Learn(Challenge(request, 401, "Digest realm=\"r\", nonce=\"2\", stale=TRUE"), request));
        authenticator.Apply(request);
        Assert.False(authenticator.Learn(Challenge(request, 401, "Digest realm=\"r\", nonce=\"2\""), request));
        Assert.False(
            new SipAuthenticator(null, new SeededSipRandom(1)).Learn(
                Challenge(request, 401, "Digest realm=\"r\", nonce=\"1\""), request));
    }

    [Fact]
    public void EndlessStale_IsGivenUp()
    {
        SipAuthenticator authenticator = Authenticator();
        SipRequest request = Request();
        int rounds = 0;
        while (authenticator.Learn(Challenge(request, 401, $"Digest realm=\"r\", nonce=\"{rounds}\", stale=true"),
                request))
        {
            authenticator.Apply(request);
            Assert.True(++rounds < 20);
        }
    }

    [Theory]
    [InlineData("Digest")]
    [InlineData("Digest realm=\"r\"")]
    [InlineData("Digest realm=\"r\", nonce=\"n")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", nonce=\"m\"")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", qop=\"token\"")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", algorithm=CRC32")]
    [InlineData("Basic realm=\"r\", nonce=\"n\"")]
    [InlineData("Digest realm=\"r\",, nonce=\"n\"")]
    public void Challenge_ThatCannotBeAnswered_IsRefused(string text) =>
        Assert.False(SipChallenge.TryParse(text, out _));

    [Fact]
    public void Credentials_AsText_ShowNothing() =>
        Assert.Equal("(credentials)", new SipCredentials("user", "secret").ToString());

    private static SipAuthenticator Authenticator() =>
        new(new SipCredentials("user", "secret"), new SeededSipRandom(1));

    private static SipRequest Request() => (SipRequest)Wire.Parse(Wire.Request("REGISTER"));

    private static SipAuthHeader Header(string? text)
    {
        Assert.True(SipAuthHeader.TryParse(text, out SipAuthHeader? header));
        return header!;
    }

    private static SipResponse Challenge(SipRequest request, int status, params string[] challenges)
    {
        SipResponse response = SipResponse.For(request, status);
        foreach (string challenge in challenges)
        {
            response.Headers.Add(status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate", challenge);
        }

        return response;
    }
}
