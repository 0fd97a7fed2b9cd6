// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Hermetic.TestKit.Peers;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>P4: what a stranger finds at a running `hermetic serve`: by nmap over all ports, and by a script that
/// speaks HTTP, TLS, SIP and nonsense to each port that is open.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed partial class StrangerTests(Served served) : IClassFixture<Served>
{
    private static readonly string[] Paths =
    [
        "/index.html", "/admin", "/.git/HEAD", "/.env", "/server-status", "/_cat/indices", "/actuator/env",
        "/api/v1/faxes", "/api/v1/faxes/00000000-0000-0000-0000-000000000001/pages/1", "/api/v1/session",
        "/api/v1/accounts", "/api/v1/events", "/api/v1/uploads/00000000-0000-0000-0000-000000000001",
        "/api/v1/../v1/faxes", "/%2e%2e/%2e%2e/etc/passwd", "/oauth/token", "/api/v1/tenants",
    ];

    // What is open to all on purpose (the walk over the routes holds the list): none of it may tell of this place.
    private static readonly string[] OpenPaths =
        ["/", "/health/live", "/health/ready", "/ledger/checkpoint", "/openapi/v1.json"];

    // As SIPVicious, sipsak, sipcli and what runs through the internet write them.
    private static readonly (string Method, string Agent)[] Scanners =
    [
        ("OPTIONS", "friendly-scanner"), ("REGISTER", "friendly-scanner"), ("INVITE", "friendly-scanner"),
        ("OPTIONS", "sipsak 0.9.7"), ("INVITE", "sipcli/v1.8"), ("REGISTER", "eyeBeam release 3007n"),
        ("OPTIONS", "VaxSIPUserAgent/3.1"), ("SUBSCRIBE", "pplsip"), ("BYE", "Cisco-SIPGateway/IOS-12.x"),
        ("MESSAGE", "sundayddr"),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task P4_Nmap_OverAllPorts_FindsNothingButTheDoorsAndNoNameOnThem()
    {
        // Other programs of this machine have ports too: which of the open ones are ours the kernel says.
        string[] ours = [.. served.Listening().Order()];
        Assert.Equal(((string[])
        [
            $"tcp 127.0.0.1:{served.Http}", $"tcp {served.Own}:{served.Tcp}", $"tcp {served.Own}:{served.Tls}",
            $"udp {served.Own}:{served.Udp}",
        ]).Order(), ours);
        HashSet<int> fromNetwork = [.. await OpenAsync(served.Own, "-sT", "-p-")];
        Assert.Superset(new HashSet<int> { served.Tcp, served.Tls }, fromNetwork);
        Assert.DoesNotContain(served.Http, fromNetwork);
        Assert.Equal([served.Http], await OpenAsync(
            IPAddress.Loopback, "-sT", "-p", $"{served.Http},{served.Tcp},{served.Tls}"));
        if (Environment.IsPrivilegedProcess)
        {
            // nmap asks UDP ports as root alone. What says nothing is `open|filtered` to it, and no answer is ours.
            Assert.Empty(await OpenAsync(served.Own, "-sU", "-p", $"{served.Udp}"));
        }

        List<XElement> named = await VersionsAsync(served.Own, served.Tcp, served.Tls);
        named.AddRange(await VersionsAsync(IPAddress.Loopback, served.Http));
        foreach (XElement port in named)
        {
            Assert.DoesNotContain(port.Descendants("service").Attributes(), one => one.Name.LocalName is "product"
                or "version" or "extrainfo" or "hostname");
            Assert.DoesNotMatch(NameOfOurs(), port.ToString());
        }
    }

    [Fact]
    public async Task P4_StrangerAtHttp_IsToldNothing()
    {
        using HttpClient http = served.Stranger();
        foreach (HttpMethod method in (HttpMethod[])
            [HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Options, HttpMethod.Trace])
        {
            foreach (string path in Paths)
            {
                using HttpRequestMessage request = new(method, path);
                using HttpResponseMessage answer = await http.SendAsync(request, Cancellation);
                string said = await SaidAsync(answer);

                Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{method} {path}: {said}");
                Assert.DoesNotMatch(NameOfOurs(), said.Replace("urn:hermetic:problem:", "", StringComparison.Ordinal));
                Assert.DoesNotMatch(AnyId(), said);
            }
        }

        foreach (string path in OpenPaths)
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            string said = await SaidAsync(answer);

            Assert.True((int)answer.StatusCode < 500, said);
            Assert.DoesNotMatch(AnyId(), said);
        }
    }

    [Fact]
    public async Task P4_StrangerWithAnotherHostName_IsToldNothingAtAll()
    {
        using HttpClient http = served.Stranger();
        foreach (string path in (string[])[.. Paths, .. OpenPaths])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, path);
            request.Headers.Host = "rebound.example";
            using HttpResponseMessage answer = await http.SendAsync(request, Cancellation);

            Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancellation));
        }
    }

    [Fact]
    public async Task P4_Nonsense_AtEachOpenPort_IsToldNothing()
    {
        byte[] random = new byte[2000];
        new Random(1).NextBytes(random);
        byte[][] words =
        [
            random, [], "\r\n\r\n"u8.ToArray(), "GET / HTTP/1.0\r\n\r\n"u8.ToArray(), "HELP\r\n"u8.ToArray(),
            "SSH-2.0-x\r\n"u8.ToArray(), "*1\r\n$4\r\nINFO\r\n"u8.ToArray(), [0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3],
            Sip("OPTIONS", "friendly-scanner", served.Own, "TCP"),
        ];
        foreach (byte[] one in words)
        {
            // In the clear the door of HTTP says no more than TLS's own alert (RFC 8446 §6).
            byte[] alert = await StrangerCall.AskAsync(IPAddress.Loopback, served.Http, null, one, Cancellation);
            Assert.True(alert.Length == 0 || (alert[0] == 21 && alert.Length <= 32), Convert.ToHexString(alert));
            (byte[] inside, X509Certificate2 shown) = await StrangerCall.AskOverTlsAsync(
                IPAddress.Loopback, served.Http, null, one, Cancellation);
            using (shown)
            {
                string said = Encoding.Latin1.GetString(inside);
                Assert.DoesNotMatch(NameOfOurs(), $"{shown.Subject}\n{shown.Issuer}\n{said}");
                Assert.DoesNotMatch(AnyId(), said);
                Assert.DoesNotContain("Server:", said, StringComparison.OrdinalIgnoreCase);
            }

            Assert.Empty(await StrangerCall.AskAsync(served.Own, served.Tcp, served.Own, one, Cancellation));
            Assert.Empty(await StrangerCall.AskAsync(served.Own, served.Tls, served.Own, one, Cancellation));
        }
    }

    [Fact]
    public async Task Hostile_14_ScannersOfSip_OverUdpTcpAndTls_GetNoAnswerAtAll()
    {
        using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Bind(new IPEndPoint(served.Own, 0));
        foreach ((string method, string agent) in Scanners)
        {
            await udp.SendToAsync(Sip(method, agent, served.Own, "UDP"), new IPEndPoint(served.Own, served.Udp));
            Assert.Empty(await StrangerCall.AskAsync(served.Own, served.Tcp, served.Own,
                Sip(method, agent, served.Own, "TCP"), Cancellation, stays: true));
            await Assert.ThrowsAnyAsync<IOException>(() => StrangerCall.AskOverTlsAsync(
                served.Own, served.Tls, served.Own, Sip(method, agent, served.Own, "TLS"), Cancellation, stays: true));
        }

        // The same words from an address that is let in are answered, without a version. A listener takes
        // datagrams in the order in which they came: what it says to these tells that it has seen the stranger's.
        await AssertIsAnsweredAsync();
        Assert.Equal(0, udp.Available);
    }

    private async Task AssertIsAnsweredAsync()
    {
        IPAddress local = IPAddress.Loopback;
        using UdpClient udp = new(new IPEndPoint(local, 0));
        await udp.SendAsync(Sip("OPTIONS", "friendly-scanner", local, "UDP"),
            new IPEndPoint(served.Own, served.Udp), Cancellation);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(HermeticProgram.Patience);
        byte[] overUdp = (await udp.ReceiveAsync(patience.Token)).Buffer;
        byte[] overTcp = await StrangerCall.AskAsync(
            served.Own, served.Tcp, local, Sip("OPTIONS", "friendly-scanner", local, "TCP"), Cancellation, stays: true);
        (byte[] overTls, X509Certificate2 shown) = await StrangerCall.AskOverTlsAsync(
            served.Own, served.Tls, local, Sip("OPTIONS", "friendly-scanner", local, "TLS"), Cancellation, stays: true);
        shown.Dispose();
        foreach (byte[] answer in (byte[][])[overUdp, overTcp, overTls])
        {
            string said = Encoding.Latin1.GetString(answer);
            Assert.StartsWith("SIP/2.0 ", said, StringComparison.Ordinal);
            // RFC 3261 §20.35: who is let in is told the product, and no version of it.
            Assert.DoesNotMatch("(?im)^(Server|User-Agent):.*[0-9]", said);
        }
    }

    private static byte[] Sip(string method, string agent, IPAddress from, string transport) => Encoding.ASCII.GetBytes(
        string.Join("\r\n",
            $"{method} sip:100@{from} SIP/2.0",
            $"Via: SIP/2.0/{transport} {from}:5061;branch=z9hG4bK-{method}-{transport}-{agent.Length};rport",
            $"From: \"sipvicious\" <sip:100@1.1.1.1>;tag=613837343433316230313363340131353738",
            "To: \"sipvicious\" <sip:100@1.1.1.1>", $"Call-ID: {method}{agent.Length}@{from}", $"CSeq: 1 {method}",
            $"Contact: <sip:100@{from}:5061>", "Max-Forwards: 70", $"User-Agent: {agent}", "Accept: application/sdp",
            "Content-Length: 0", "", ""));

    // Head and body; who names his product, sets a cookie or tells of a practice has told something already.
    private static async Task<string> SaidAsync(HttpResponseMessage answer)
    {
        string said = $"{answer}\n{await answer.Content.ReadAsStringAsync(Cancellation)}";
        foreach (string header in (string[])["Server", "X-Powered-By", "Via", "Set-Cookie"])
        {
            Assert.False(answer.Headers.Contains(header), said);
        }

        Assert.DoesNotContain(Served.Practice, said, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Served.Number, said, StringComparison.Ordinal);
        return said;
    }

    private static async Task<IEnumerable<int>> OpenAsync(IPAddress address, params string[] arguments) =>
        (await NmapAsync([.. arguments, address.ToString()]))
            .Where(port => port.Element("state")?.Attribute("state")?.Value == "open")
            .Select(port => int.Parse(port.Attribute("portid")!.Value, CultureInfo.InvariantCulture));

    private static async Task<List<XElement>> VersionsAsync(IPAddress address, params int[] ports)
    {
        List<XElement> seen = await NmapAsync(
            "-sT", "-sV", "--version-light", "-p", string.Join(',', ports), address.ToString());
        Assert.Equal(ports.Length, seen.Count);
        return seen;
    }

    private static async Task<List<XElement>> NmapAsync(params string[] arguments)
    {
        await using PeerProcess nmap = PeerProcess.Start("nmap", ["-n", "-Pn", "-T4", "-oX", "-", .. arguments]);
        Assert.True(await nmap.WaitForExitAsync(TimeSpan.FromMinutes(8), Cancellation) == 0, nmap.Describe("failed"));
        string xml = string.Join('\n', nmap.Output);
        xml = xml[xml.IndexOf("<nmaprun", StringComparison.Ordinal)..(xml.IndexOf(
            "</nmaprun>", StringComparison.Ordinal) + "</nmaprun>".Length)];
        return [.. XDocument.Parse(xml).Descendants("port")];
    }

    [GeneratedRegex("hermetic|kestrel|asp\\.?net|microsoft|sofia|asterisk", RegexOptions.IgnoreCase)]
    private static partial Regex NameOfOurs();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[1-9a-f][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex AnyId();
}
