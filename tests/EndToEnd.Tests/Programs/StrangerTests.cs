// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Hermetic.TestKit.Peers;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>P4: what a stranger finds at a running `hermetic serve`: by nmap over all ports, and by a script that
/// speaks HTTP, TLS, SIP and nonsense to each port that is open. SIP lies on an address of the machine's network, from
/// which we may not call; HTTP on loopback, with the certificate that it makes itself.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed partial class StrangerTests
{
    // Our choice: what SIP says to anybody it says at once, and a busy machine takes its time.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    private static readonly string[] Paths =
    [
        "/", "/index.html", "/admin", "/.git/HEAD", "/.env", "/server-status", "/_cat/indices", "/actuator/env",
        "/api/v1/faxes", "/api/v1/faxes/00000000-0000-0000-0000-000000000001/pages/1", "/api/v1/session",
        "/api/v1/accounts", "/api/v1/events", "/api/v1/uploads/00000000-0000-0000-0000-000000000001",
        "/api/v1/../v1/faxes", "/%2e%2e/%2e%2e/etc/passwd", "/oauth/token", "/api/v1/tenants",
    ];

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
        await using Served served = await Served.StartAsync();
        // Other programs of this machine have ports too: what is ours is what its output names, and what doctor's own
        // look at the kernel's table holds it to (DoctorTests).
        HashSet<int> fromNetwork = [.. await OpenAsync(served.Own, "-sT")];
        Assert.Superset(new HashSet<int> { served.Tcp, served.Tls }, fromNetwork);
        Assert.DoesNotContain(served.Http, fromNetwork);
        Assert.Contains(served.Http, await OpenAsync(IPAddress.Loopback, "-sT"));
        if (Environment.IsPrivilegedProcess)
        {
            // nmap asks UDP ports as root alone. What says nothing is `open|filtered` to it, and no answer is ours.
            Assert.DoesNotContain(served.Udp, await OpenAsync(served.Own, "-sU"));
        }

        foreach (XElement port in await VersionsAsync(served.Own, served.Tcp, served.Tls))
        {
            Assert.DoesNotContain(port.Descendants("service").Attributes(), one => one.Name.LocalName is "product"
                or "version" or "extrainfo" or "servicefp" or "hostname");
        }

        foreach (XElement port in await VersionsAsync(IPAddress.Loopback, served.Http))
        {
            Assert.DoesNotContain(port.Descendants("service").Attributes(), one => one.Name.LocalName is "product"
                or "version" or "extrainfo" or "hostname");
            Assert.DoesNotMatch(NameOfOurs(), port.ToString());
        }
    }

    [Fact]
    public async Task P4_StrangerAtHttp_IsToldNothing()
    {
        await using Served served = await Served.StartAsync();
        using SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };
#pragma warning disable CA5359 // A stranger does not care whom he talks to.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        using HttpClient http = new(handler) { BaseAddress = new Uri($"https://127.0.0.1:{served.Http}") };
        foreach (HttpMethod method in (HttpMethod[])
            [HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Options, HttpMethod.Trace])
        {
            foreach (string path in Paths)
            {
                using HttpRequestMessage request = new(method, path);
                using HttpResponseMessage answer = await http.SendAsync(request, Cancellation);
                string said = $"{answer}\n{await answer.Content.ReadAsStringAsync(Cancellation)}";

                Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{method} {path}: {said}");
                Assert.False(answer.Headers.Contains("Server"), said);
                Assert.False(answer.Headers.Contains("Set-Cookie"), said);
                Assert.DoesNotMatch(NameOfOurs(), said.Replace("urn:hermetic:problem:", "", StringComparison.Ordinal));
                Assert.DoesNotMatch(AnyId(), said);
            }
        }
    }

    [Fact]
    public async Task P4_Nonsense_AtEachOpenPort_IsToldNothing()
    {
        await using Served served = await Served.StartAsync();
        byte[] random = new byte[2000];
        new Random(1).NextBytes(random);
        byte[][] words =
        [
            random, [], "\r\n\r\n"u8.ToArray(), "GET / HTTP/1.0\r\n\r\n"u8.ToArray(), "HELP\r\n"u8.ToArray(),
            "SSH-2.0-x\r\n"u8.ToArray(), "*1\r\n$4\r\nINFO\r\n"u8.ToArray(), [0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3],
            Sip("OPTIONS", "friendly-scanner", served.Own, "TCP"),
        ];
        foreach ((IPAddress address, int port) in new[]
            { (IPAddress.Loopback, served.Http), (served.Own, served.Tcp), (served.Own, served.Tls) })
        {
            foreach (byte[] one in words)
            {
                byte[] said = await AnswerAsync(address, port, one);

                Assert.DoesNotMatch(NameOfOurs(), Encoding.Latin1.GetString(said));
                Assert.DoesNotMatch(AnyId(), Encoding.Latin1.GetString(said));
                // Over TCP nothing, over TLS at most its own alert or the end of a handshake.
                Assert.True(port == served.Http ? said.Length <= 32 : said.Length == 0,
                    $"port {port} answers {one.Length} octets with {Convert.ToHexString(said)}");
            }
        }
    }

    [Fact]
    public async Task Hostile_14_ScannersOfSip_OverUdpTcpAndTls_GetNoAnswerAtAll()
    {
        await using Served served = await Served.StartAsync();
        using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Bind(new IPEndPoint(served.Own, 0));
        foreach ((string method, string agent) in Scanners)
        {
            await udp.SendToAsync(Sip(method, agent, served.Own, "UDP"), new IPEndPoint(served.Own, served.Udp));
            Assert.Empty(await AnswerAsync(served.Own, served.Tcp, Sip(method, agent, served.Own, "TCP")));
            Assert.Empty(await AnswerAsync(served.Own, served.Tls, Sip(method, agent, served.Own, "TLS")));
        }

        await Task.Delay(Silence, Cancellation);
        Assert.Equal(0, udp.Available);
    }

    private static byte[] Sip(string method, string agent, IPAddress from, string transport) => Encoding.ASCII.GetBytes(
        string.Join("\r\n",
            $"{method} sip:100@{from} SIP/2.0",
            $"Via: SIP/2.0/{transport} {from}:5061;branch=z9hG4bK-{method}-{agent.Length};rport",
            $"From: \"sipvicious\" <sip:100@1.1.1.1>;tag=613837343433316230313363340131353738",
            "To: \"sipvicious\" <sip:100@1.1.1.1>", $"Call-ID: {method}{agent.Length}@{from}", $"CSeq: 1 {method}",
            $"Contact: <sip:100@{from}:5061>", "Max-Forwards: 70", $"User-Agent: {agent}", "Accept: application/sdp",
            "Content-Length: 0", "", ""));

    // What comes back before the end, or until nobody would wait any more.
    private static async Task<byte[]> AnswerAsync(IPAddress address, int port, byte[] said)
    {
        using TcpClient peer = new();
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Silence);
        using MemoryStream answer = new();
        try
        {
            await peer.ConnectAsync(address, port, patience.Token);
            await peer.GetStream().WriteAsync(said, patience.Token);
            await peer.GetStream().CopyToAsync(answer, patience.Token);
        }
        catch (Exception failure) when (failure is IOException or SocketException
            || (failure is OperationCanceledException && !Cancellation.IsCancellationRequested))
        {
            // A reset is an end too, and silence is what is asked for.
        }

        return answer.ToArray();
    }

    private static async Task<IEnumerable<int>> OpenAsync(IPAddress address, string way) =>
        (await NmapAsync(way, "-p-", address.ToString()))
            .Where(port => port.Element("state")?.Attribute("state")?.Value == "open")
            .Select(port => int.Parse(port.Attribute("portid")!.Value, CultureInfo.InvariantCulture));

    private static async Task<List<XElement>> VersionsAsync(IPAddress address, params int[] ports)
    {
        List<XElement> seen = await NmapAsync("-sT", "-sV", "-p", string.Join(',', ports), address.ToString());
        Assert.Equal(ports.Length, seen.Count);
        return seen;
    }

    private static async Task<List<XElement>> NmapAsync(params string[] arguments)
    {
        await using PeerProcess nmap = PeerProcess.Start(
            "nmap", ["-n", "-Pn", "-T5", "--max-retries", "1", "-oX", "-", .. arguments]);
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
