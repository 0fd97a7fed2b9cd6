// SPDX-License-Identifier: Apache-2.0
using Hermetic.TestKit.Peers;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>`send` where nothing can be sent: exit code and words tell apart why.</summary>
public sealed class SendRefusedTests
{
    private static readonly string[] HiddenSandbox = ["bwrap", "--dev-bind", "/", "/", "--die-with-parent"];

    [Theory]
    [InlineData("486 Busy Here", 4, "busy")]
    [InlineData("600 Busy Everywhere", 4, "busy")]
    [InlineData("480 Temporarily Unavailable", 5, "noAnswer")]
    [InlineData("404 Not Found", 6, "noSuchNumber")]
    [InlineData("603 Decline", 6, "refused")]
    [InlineData("403 Forbidden", 6, "notAuthorized")]
    [InlineData("488 Not Acceptable Here", 8, "noT38")]
    public async Task FarEnd_Refuses_ExitCodeAndWordsSayHow(string status, int exitCode, string result)
    {
        using TestFolder folder = new();
        await using SipRefuser peer = new(status);
        (int exit, HermeticProgram send) = await SendAsync(folder, $"sip:5551234@127.0.0.1:{peer.Port}", "txt");
        await using (send)
        {
            Assert.True(exit == exitCode, send.Process.Describe($"ended with {exit}"));
            Assert.Equal(result, Assert.Single(send.Json).GetProperty("result").GetString());
            Assert.Equal(0, send.Json[0].GetProperty("pages").GetInt32());
            Assert.Contains(send.Process.Output, line => line.StartsWith("failed: ", StringComparison.Ordinal)
                && line.Contains("0 of 1 page confirmed", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Nobody_IsThere_IsSaidAtOnceOverTcp()
    {
        using TestFolder folder = new();
        using LoopbackPorts ports = LoopbackPorts.Reserve(2);
        (int exit, HermeticProgram send) = await SendAsync(folder,
            $"sip:5551234@127.0.0.1:{ports.First};transport=tcp", "txt", "--sip", "tcp:127.0.0.1:0");
        await using (send)
        {
            Assert.True(exit == 7, send.Process.Describe($"ended with {exit}"));
            Assert.Equal("unreachable", Assert.Single(send.Json).GetProperty("result").GetString());
        }
    }

    [Fact]
    public async Task PdfWithABrokenPage_IsRefusedWithItsNumber_AndNothingIsSent()
    {
        using TestFolder folder = new();
        string good = "BT /F1 18 Tf 40 25 Td (fine) Tj ET";
        string file = folder.Write("broken.pdf", ShortDocuments.Pdf(good, "BT /F9 (never closed", good));
        await using SipRefuser peer = new("486 Busy Here");
        (int exit, HermeticProgram send) = await HermeticProgram.RunAsync(folder.Path, "send", "--to",
            $"sip:5551234@127.0.0.1:{peer.Port}", "--json", file);
        await using (send)
        {
            Assert.True(exit == 3, send.Process.Describe($"ended with {exit}"));
            string line = Assert.Single(send.Process.Output);
            Assert.StartsWith("hermetic send: page 2: ", line, StringComparison.Ordinal);
            Assert.EndsWith("Nothing was sent.", line, StringComparison.Ordinal);
            Assert.Equal(0, peer.Invites);
        }
    }

    [Fact]
    public async Task MissingFile_IsNamedByItsPlace_AndNothingIsSent()
    {
        using TestFolder folder = new();
        string there = folder.Write("there.txt", ShortDocuments.Make("txt"));
        await using SipRefuser peer = new("486 Busy Here");
        (int exit, HermeticProgram send) = await HermeticProgram.RunAsync(folder.Path, "send", "--to",
            $"sip:5551234@127.0.0.1:{peer.Port}", there, folder[Canary.FileName]);
        await using (send)
        {
            Assert.True(exit == 3, send.Process.Describe($"ended with {exit}"));
            Assert.Equal(["hermetic send: file 2, there is no such file. Nothing was sent."], send.Process.Output);
            Assert.Equal(0, peer.Invites);
        }
    }

    [Theory]
    [InlineData("txt")]
    [InlineData("pdf")]
    [InlineData("png")]
    public async Task Sandbox_IsMissing_IsAnErrorAndNoFallback(string kind)
    {
        using TestFolder folder = new();
        string file = folder.Write($"page.{kind}", ShortDocuments.Make(kind));
        await using SipRefuser peer = new("486 Busy Here");

        // Where the program runs there is no /usr/bin, so no bwrap.
        await using HermeticProgram send = HermeticProgram.StartUnder([.. HiddenSandbox, "--tmpfs", "/usr/bin"],
            folder.Path, "send", "--to", $"sip:5551234@127.0.0.1:{peer.Port}", file);
        int exit = await send.EndAsync();
        Assert.True(exit == 10, send.Process.Describe($"ended with {exit}"));
        Assert.Contains("apt-get install bubblewrap", Assert.Single(send.Process.Output), StringComparison.Ordinal);
        Assert.Equal(0, peer.Invites);
    }

    [Fact]
    public async Task Sandbox_IsMissing_ATiffOfFaxPagesNeedsNone()
    {
        using TestFolder folder = new();
        string file = folder.Write("page.tif", ShortDocuments.Make("tif"));
        await using SipRefuser peer = new("486 Busy Here");
        await using HermeticProgram send = HermeticProgram.StartUnder([.. HiddenSandbox, "--tmpfs", "/usr/bin"],
            folder.Path, "send", "--to", $"sip:5551234@127.0.0.1:{peer.Port}", file);
        int exit = await send.EndAsync();
        Assert.True(exit == 4, send.Process.Describe($"ended with {exit}"));
        Assert.Equal(1, peer.Invites);
    }

    [Fact]
    public async Task Transcript_CanNotBeWritten_IsSaidBeforeTheCall()
    {
        using TestFolder folder = new();
        await using SipRefuser peer = new("486 Busy Here");
        (int exit, HermeticProgram send) = await SendAsync(folder, $"sip:5551234@127.0.0.1:{peer.Port}", "tif",
            "--transcript", folder["no-such-folder/t.txt"]);
        await using (send)
        {
            Assert.True(exit == 10, send.Process.Describe($"ended with {exit}"));
            Assert.Equal(0, peer.Invites);
        }
    }

    private static async Task<(int ExitCode, HermeticProgram Program)> SendAsync(TestFolder folder, string to,
        string kind, params string[] options)
    {
        string file = folder.Write($"page.{kind}", ShortDocuments.Make(kind));
        return await HermeticProgram.RunAsync(folder.Path, ["send", "--to", to, "--json", .. options, file]);
    }
}
