// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hermetic.TestKit.Peers;
using Hermetic.TestKit.Peers.LibTiff;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>`listen` when all does not go well.</summary>
public sealed partial class ListenTests
{
    // How long no answer has to be no answer: the listener answers a friend in milliseconds, asked just before.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Interrupted_WhileItWaits_EndsPolitely()
    {
        using TestFolder folder = new();
        await using HermeticProgram listen = Listen(folder);
        await listen.ListeningPortAsync();
        listen.Process.Signal("INT");
        Assert.Equal(0, await listen.EndAsync());
        Assert.DoesNotContain(listen.Process.Output, line => line.Contains("xception", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Interrupted_InACall_HangsUpAndReportsIt_OnBothSides()
    {
        using TestFolder folder = new();
        await using HermeticProgram listen = Listen(folder);
        await using HermeticProgram send = await SendAsync(folder, await listen.ListeningPortAsync());
        await send.Process.WaitForOutputAsync("page 1 of 1: sending", HermeticProgram.Patience, Cancellation);
        listen.Process.Signal("INT");
        Assert.Equal(0, await listen.EndAsync());
        Assert.Equal(1, await send.EndAsync());
        Assert.Equal(0, Assert.Single(listen.Json).GetProperty("pages").GetInt32());
        Assert.NotEqual("completed", listen.Json[0].GetProperty("result").GetString());
        Assert.Equal("faxFailed", Assert.Single(send.Json).GetProperty("result").GetString());
        Assert.All(Directory.GetFiles(folder["received"]), file => Assert.Contains(".partial", file,
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sender_Interrupted_HangsUpAndReportsIt()
    {
        using TestFolder folder = new();
        await using HermeticProgram listen = Listen(folder, "--once");
        await using HermeticProgram send = await SendAsync(folder, await listen.ListeningPortAsync());
        await send.Process.WaitForOutputAsync("page 1 of 1: sending", HermeticProgram.Patience, Cancellation);
        send.Process.Signal("INT");
        Assert.Equal(9, await send.EndAsync());
        Assert.Equal(1, await listen.EndAsync());
        Assert.Equal("cancelled", Assert.Single(send.Json).GetProperty("result").GetString());
        Assert.Equal("faxFailed", Assert.Single(listen.Json).GetProperty("result").GetString());
    }

    [Fact]
    public async Task Port_IsTaken_IsSaid()
    {
        using TestFolder folder = new();
        await using HermeticProgram first = Listen(folder);
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
    public async Task P2_DiskIsFull_ThePageIsNotConfirmed()
    {
        using TestFolder folder = new();
        Directory.CreateDirectory(folder["received"]);

        // The folder is a file system of one block to the listener, and the page needs several.
        await using HermeticProgram listen = HermeticProgram.StartUnder(
            ["bwrap", "--dev-bind", "/", "/", "--die-with-parent", "--size", "4096", "--tmpfs", folder["received"]],
            folder.Path, "listen", "--sip", "127.0.0.1:0", "--out", folder["received"], "--once");
        int port = await listen.ListeningPortAsync();
        await using HermeticProgram send = await SendAsync(folder, port);
        Assert.Equal(1, await send.EndAsync());
        Assert.Equal(1, await listen.EndAsync());
        JsonElement sent = Assert.Single(send.Json);
        Assert.Equal((0, "RemoteDisconnected"),
            (sent.GetProperty("pages").GetInt32(), sent.GetProperty("t30Reason").GetString()));
        JsonElement received = Assert.Single(listen.Json);
        Assert.Equal((0, "HostRefused"),
            (received.GetProperty("pages").GetInt32(), received.GetProperty("t30Reason").GetString()));
        Assert.Contains(listen.Process.Output, line => line.Contains("the disk is full", StringComparison.Ordinal));
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
        Assert.StartsWith("SIP/2.0 ", await AskAsync(own, openPort), StringComparison.Ordinal);
        Assert.StartsWith("SIP/2.0 ", await AskAsync(IPAddress.Loopback, closedPort), StringComparison.Ordinal);
        Assert.Null(await AskAsync(own, closedPort));
    }

    [Fact]
    public async Task Hostile_12_NamesThatReachAShellOrAPath_ReachNeither()
    {
        using TestFolder folder = new();
        string work = Directory.CreateDirectory(folder["work"]).FullName;
        await using HermeticProgram listen = HermeticProgram.Start(work, "listen", "--sip", "127.0.0.1:0", "--out",
            "received", "--once", "--pdf", "--transcript", "t.txt", "--id", "../../../id;touch pwned1");
        int port = await listen.ListeningPortAsync();
        string[] names = ["-rf $(touch pwned2).tif", "'\"`touch pwned3`\n|;&.pdf", "..\\..%2f..pwned4 *?.txt"];
        string inner = Directory.CreateDirectory(Path.Combine(work, "$(touch pwned5)")).FullName;
        string[] kinds = ["tif", "pdf", "txt"];
        for (int i = 0; i < names.Length; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(inner, names[i]), ShortDocuments.Make(kinds[i]), Cancellation);
        }

        await using HermeticProgram send = HermeticProgram.Start(inner,
            ["send", "--to", $"sip:..%2F..%2F$(touch%20pwned6)%0Apwned7@127.0.0.1:{port}", "--from",
                "../../$(touch pwned8)", "--json", "--", names[0], names[1], $"../$(touch pwned5)/{names[2]}"]);
        int sent = await send.EndAsync();
        Assert.True(sent == 0, send.Process.Describe($"ended with {sent}"));
        Assert.Equal(0, await listen.EndAsync());
        string received = Path.Combine(work, "received");
        Assert.Equal(3, LibTiffFile.Read(Assert.Single(Directory.GetFiles(received, "*.tif"))).Count);
        Assert.All(Directory.GetFileSystemEntries(received), path => Assert.Matches(StoredName(),
            Path.GetFileName(path)));
        Assert.Equal(["$(touch pwned5)", "received", "t.txt"],
            Directory.GetFileSystemEntries(work).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(3, Directory.GetFileSystemEntries(inner).Length);
        Assert.Equal(["work"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
        Assert.Equal(2, listen.Json[0].GetProperty("files").GetArrayLength());
    }

    private static HermeticProgram Listen(TestFolder folder, params string[] options) => HermeticProgram.Start(
        folder.Path, ["listen", "--sip", "127.0.0.1:0", "--out", folder["received"], .. options]);

    // A page of some 10 kB: long enough to be interrupted in, and more than a block of a disk.
    private static Task<HermeticProgram> SendAsync(TestFolder folder, int port)
    {
        string file = folder.Write("page.tif", ShortDocuments.Tiff(rows: 120));
        return Task.FromResult(HermeticProgram.Start(folder.Path, "send", "--to", $"sip:5551234@127.0.0.1:{port}",
            "--json", file));
    }

    // Any address of this machine that is not loopback: packets to it come from it, and stay in the machine.
    private static IPAddress OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus == OperationalStatus.Up)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Select(address => address.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
        ?? throw new PeerException("this machine has no address but loopback: the test needs one");

    // The first line of the answer to OPTIONS; null if there is none.
    private static async Task<string?> AskAsync(IPAddress own, int port)
    {
        using UdpClient socket = new(new IPEndPoint(own, 0));
        string local = socket.Client.LocalEndPoint!.ToString()!;
        byte[] options = Encoding.ASCII.GetBytes(
            $"OPTIONS sip:fax@{own}:{port} SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bK{Guid.NewGuid():N};rport\r\n"
            + $"Max-Forwards: 70\r\nFrom: <sip:stranger@{local}>;tag=1\r\nTo: <sip:fax@{own}:{port}>\r\n"
            + $"Call-ID: {Guid.NewGuid():N}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
        await socket.SendAsync(options, new IPEndPoint(own, port), Cancellation);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(own.Equals(IPAddress.Loopback) ? HermeticProgram.Patience : s_silence);
        try
        {
            return Encoding.ASCII.GetString((await socket.ReceiveAsync(patience.Token)).Buffer).Split("\r\n")[0];
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^fax-\d{8}-\d{6}-\d{4}\.(tif|pdf)$")]
    private static partial Regex StoredName();
}
