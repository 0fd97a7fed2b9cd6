// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hermetic.Server.Tests.Access;

/// <summary>P4: under a name that is not this server's it says nothing (DNS rebinding).</summary>
public sealed class HostGuardTests
{
    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:80")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("192.0.2.1")]
    [InlineData("[2001:db8::1]")]
    [InlineData("2130706433")]
    public async Task P4_ForeignName_IsRefusedWithoutAWord(string host)
    {
        await using Desk desk = await Desk.StartAsync();
        foreach (string path in new[]
        {
            "/", "/health/live", "/api/v1/session", "/ledger/checkpoint", "/openapi/v1.json",
        })
        {
            string answer = await AskAsync(desk, $"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

            Assert.StartsWith("HTTP/1.1 421 ", answer, StringComparison.Ordinal);
            Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task P4_NoName_IsRefusedWithoutAWord()
    {
        await using Desk desk = await Desk.StartAsync();

        foreach (string head in new[] { "GET /health/live HTTP/1.0\r\n\r\n", "GET /health/live HTTP/1.1\r\n\r\n",
            "GET /health/live HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n" })
        {
            string answer = await AskAsync(desk, head);

            Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
            Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST.")]
    [InlineData("localhost:9")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("fax.clinic.example")]
    [InlineData("Fax.Clinic.Example:443")]
    public async Task P4_OwnName_IsAnswered(string host)
    {
        await using Desk desk = await Desk.StartAsync(http: ", \"hosts\": [ \"fax.clinic.example\" ]");

        string answer = await AskAsync(
            desk, $"GET /health/live HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(Desk desk, string head)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(desk.Server.HttpAddresses[0]).Port, cancellation);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancellation);
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync(cancellation);
    }
}
