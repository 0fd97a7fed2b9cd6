// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Hermetic.TestKit.Peers;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>`listen` without a fax: what it says, whom it answers, how it ends.</summary>
public sealed class ListenTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Interrupted_WhileItWaits_EndsPolitely()
    {
        using TestFolder folder = new();
        await using HermeticProgram listen = HermeticProgram.Listen(folder);
        await listen.ListeningPortAsync();
        listen.Process.Signal("INT");
        Assert.Equal(0, await listen.EndAsync());
        Assert.DoesNotContain(listen.Process.Output, line => line.Contains("xception", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Port_IsTaken_IsSaid()
    {
        using TestFolder folder = new();
        await using HermeticProgram first = HermeticProgram.Listen(folder);
        int port = await first.ListeningPortAsync();
        (int exit, HermeticProgram second) = await HermeticProgram.RunAsync(folder.Path, "listen", "--sip",
            $"127.0.0.1:{port}", "--out", folder["received"]);
        await using (second)
        {
            Assert.Equal(10, exit);
            Assert.Contains("another program has the port", Assert.Single(second.Process.Output),
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/proc/hermetic")]
    [InlineData("/dev/null")]
    [InlineData("/sys")]
    public async Task Folder_CanNotBeWritten_IsSaidAtOnce(string path)
    {
        using TestFolder folder = new();
        (int exit, HermeticProgram listen) = await HermeticProgram.RunAsync(folder.Path, "listen", "--sip",
            "127.0.0.1:0", "--out", path);
        await using (listen)
        {
            Assert.True(exit == 10, listen.Process.Describe($"ended with {exit}"));
            Assert.Contains("can't be made or written", Assert.Single(listen.Process.Output), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Stranger_OutsideAllow_GetsNoAnswer()
    {
        IPAddress own = OwnAddress();
        using TestFolder folder = new();
        await using HermeticProgram closed = HermeticProgram.Start(folder.Path, "listen", "--sip", "0.0.0.0:0", "--out",
            folder["closed"]);
        await using HermeticProgram open = HermeticProgram.Start(folder.Path, "listen", "--sip", "0.0.0.0:0", "--out",
            folder["open"], "--allow", $"{own}/32");
        int closedPort = await closed.ListeningPortAsync();
        int openPort = await open.ListeningPortAsync();
        Assert.Contains(closed.Process.Output, line => line.StartsWith("warning: ", StringComparison.Ordinal));
        using UdpClient friend = await AskAsync(own, openPort);
        await AnswerAsync(friend);

        // A listener takes datagrams in the order in which they came: what it answers behind the stranger's says that
        // it has seen that too.
        using UdpClient stranger = await AskAsync(own, closedPort);
        using UdpClient local = await AskAsync(IPAddress.Loopback, closedPort);
        await AnswerAsync(local);
        Assert.Equal(0, stranger.Available);
    }

    // Any address of this machine that is not loopback: packets to it come from it, and stay in the machine.
    private static IPAddress OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus == OperationalStatus.Up)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Select(address => address.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork
            && !IPAddress.IsLoopback(address))
        ?? throw new PeerException("this machine has no address but loopback: the test needs one");

    // Sends OPTIONS from an address to the same address.
    private static async Task<UdpClient> AskAsync(IPAddress own, int port)
    {
        UdpClient socket = new(new IPEndPoint(own, 0));
        string local = socket.Client.LocalEndPoint!.ToString()!;
        byte[] options = Encoding.ASCII.GetBytes(
            $"OPTIONS sip:fax@{own}:{port} SIP/2.0\r\n"
            + $"Via: SIP/2.0/UDP {local};branch=z9hG4bK{Guid.NewGuid():N};rport\r\n"
            + $"Max-Forwards: 70\r\nFrom: <sip:stranger@{local}>;tag=1\r\nTo: <sip:fax@{own}:{port}>\r\n"
            + $"Call-ID: {Guid.NewGuid():N}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
        await socket.SendAsync(options, new IPEndPoint(own, port), Cancellation);
        return socket;
    }

    private static async Task AnswerAsync(UdpClient socket)
    {
        UdpReceiveResult answer = await socket.ReceiveAsync(Cancellation).AsTask()
            .WaitAsync(HermeticProgram.Patience, Cancellation);
        Assert.StartsWith("SIP/2.0 ", Encoding.ASCII.GetString(answer.Buffer), StringComparison.Ordinal);
    }
}
