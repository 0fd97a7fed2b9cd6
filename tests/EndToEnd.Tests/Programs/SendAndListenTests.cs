// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Versioning;
using System.Text.Json;
using Hermetic.Documents;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Peers;
using Hermetic.TestKit.Peers.LibTiff;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>Issue 3, "Commands": `send` on one side, `listen` on the other, as programs.</summary>
public sealed class SendAndListenTests(FaxRuns runs) : IClassFixture<FaxRuns>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Kinds => ["pdf", "tif", "png", "jpg", "txt"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Document_OfEachKind_ArrivesPelForPel(string kind)
    {
        FaxRun run = runs[kind];
        Assert.Equal((0, 0), (run.SendExit, run.ListenExit));
        FaxResolution? resolution = kind switch
        {
            "jpg" => FaxResolution.Standard,
            "txt" => FaxResolution.Superfine,
            _ => null,
        };
        DocumentOutcome outcome = await FaxDocument.OpenAsync([run.Document],
            new DocumentOptions { Resolution = resolution }, Cancellation);
        Assert.Null(outcome.Refusal);
        IReadOnlyList<LibTiffFilePage> received = LibTiffFile.Read(run.Tiff);
        Assert.Equal(outcome.Document!.Count, received.Count);
        for (int i = 0; i < received.Count; i++)
        {
            List<byte[]> rows = Rows(outcome.Document.Pages[i]);
            Assert.Equal(rows.Count, received[i].Height);
            Assert.True(rows.Zip(received[i].Rows).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)));
            Assert.Contains(rows, row => row.Any(octet => octet != 0));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void JsonLine_OfBothSides_TellsWhatTheIssueNames(string kind)
    {
        FaxRun run = runs[kind];
        foreach (JsonElement line in new[] { run.Sent, run.Listened })
        {
            Assert.Equal("completed", line.GetProperty("result").GetString());
            Assert.Equal("the fax went through", line.GetProperty("reason").GetString());
            Assert.StartsWith("T.30 §", line.GetProperty("clause").GetString(), StringComparison.Ordinal);
            Assert.Equal(1, line.GetProperty("pages").GetInt32());
            Assert.InRange(line.GetProperty("durationSeconds").GetDouble(), 5, HermeticProgram.Patience.TotalSeconds);
            Assert.True(line.GetProperty("octetsSent").GetInt64() > 100);
            Assert.True(line.GetProperty("octetsReceived").GetInt64() > 100);
            Assert.Equal(0, line.GetProperty("packetsLost").GetInt64());
            Assert.Equal(JsonValueKind.Number, line.GetProperty("packetsRepaired").ValueKind);
            Assert.Equal("A4", line.GetProperty("width").GetString());
        }

        Assert.Equal(Canary.Station, run.Sent.GetProperty("remoteStationId").GetString());
        Assert.Equal(Canary.From, run.Listened.GetProperty("remoteStationId").GetString());
        Assert.Equal(Canary.Dialled, run.Listened.GetProperty("local").GetString());
        Assert.Equal([run.Tiff, Path.ChangeExtension(run.Tiff, ".pdf")],
            run.Listened.GetProperty("files").EnumerateArray().Select(file => file.GetString()!));
    }

    [Theory]
    [InlineData("pdf", 14_400, true, "MMR", "Fine")]
    [InlineData("tif", 14_400, false, "MR", "Fine")]
    [InlineData("png", 9_600, true, "MMR", "Fine")]
    [InlineData("jpg", 14_400, true, "MMR", "Standard")]
    [InlineData("txt", 7_200, true, "MMR", "Superfine")]
    public void Options_OfSend_AreHonoured(string kind, int rate, bool ecm, string compression, string resolution)
    {
        foreach (JsonElement line in new[] { runs[kind].Sent, runs[kind].Listened })
        {
            Assert.Equal(rate, line.GetProperty("rate").GetInt32());
            Assert.Equal(ecm, line.GetProperty("ecm").GetBoolean());
            Assert.Equal(compression, line.GetProperty("compression").GetString());
            Assert.Equal(resolution, line.GetProperty("resolution").GetString());
        }
    }

    [Fact]
    public async Task PdfOfListen_IsDrawnByPoppler()
    {
        FaxRun run = runs["pdf"];
        await using PeerProcess poppler = PeerProcess.Start("pdftoppm",
            ["-gray", "-r", "100", Path.ChangeExtension(run.Tiff, ".pdf"), run.Folder["drawn"]]);
        Assert.Equal(0, await poppler.WaitForExitAsync(HermeticProgram.Patience, Cancellation));
        Assert.Empty(poppler.Output);
        byte[] drawn = await File.ReadAllBytesAsync(
            Assert.Single(Directory.GetFiles(run.Folder.Path, "drawn*.pgm")), Cancellation);
        Assert.InRange(drawn.Count(octet => octet < 64), 50, drawn.Length / 4);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Transcripts_OfBothSides_HoldNoPhi_AndReplayTheSame(string kind)
    {
        FaxRun run = runs[kind];
        foreach (string path in new[] { run.SenderTranscript, run.ListenerTranscript })
        {
            Assert.Empty(Canary.FoundIn(await File.ReadAllBytesAsync(path, Cancellation)));
            (int exit, HermeticProgram replay) = await HermeticProgram.RunAsync(run.Folder.Path, "replay", path,
                "--json");
            await using (replay)
            {
                Assert.True(exit == 0, replay.Process.Describe("did not do the same"));
                JsonElement line = Assert.Single(replay.Json);
                Assert.True(line.GetProperty("same").GetBoolean());
                Assert.Equal("the fax went through", line.GetProperty("reason").GetString());
            }
        }
    }

    [Fact]
    public void Logs_HoldNoPhi() => Assert.All(runs.All,
        run => Assert.Empty(Canary.FoundIn(System.Text.Encoding.UTF8.GetBytes(run.Log))));

    [Fact]
    public void Canaries_WhereTheyAre_AreFound()
    {
        byte[] station = [.. Canary.From.Reverse().Select(c => (byte)(Turned(c & 0xF) | 0x0C))];
        Assert.Equal([Canary.From], Canary.FoundIn(System.Text.Encoding.ASCII.GetBytes(Convert.ToHexString(station))));
        Assert.Equal([Canary.Text], Canary.FoundIn(ShortDocuments.Make("txt")));
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void FilesOfListen_BelongToUsAlone()
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(runs["pdf"].Received));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(runs["pdf"].Tiff));
    }

    [Fact]
    public async Task Replay_OfATranscriptThatWasChanged_NamesTheLine()
    {
        FaxRun run = runs["png"];
        string[] lines = await File.ReadAllLinesAsync(run.ListenerTranscript, Cancellation);
        int agreed = Array.FindIndex(lines, line => line.Contains(" < agreed ", StringComparison.Ordinal));
        lines[agreed] = lines[agreed].Replace("V17At9600", "V17At7200", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(run.Folder["changed.txt"], lines, Cancellation);
        (int exit, HermeticProgram replay) = await HermeticProgram.RunAsync(run.Folder.Path, "replay", "changed.txt");
        await using (replay)
        {
            Assert.Equal(1, exit);
            Assert.Contains(replay.Process.Output,
                line => line.Contains($"line {agreed + 1}:", StringComparison.Ordinal));
            Assert.Contains(replay.Process.Output, line => line.Contains("recorded: " + lines[agreed],
                StringComparison.Ordinal));
        }
    }

    // T.30 §5.3.6.2.4 codes '0' to '9' as 0x0C to 0x9C once the order of bits is turned.
    private static int Turned(int digit) =>
        ((digit & 1) << 7) | ((digit & 2) << 5) | ((digit & 4) << 3) | ((digit & 8) << 1);

    private static List<byte[]> Rows(EncodedPage page)
    {
        List<byte[]> rows = [];
        using IRowSource source = page.OpenRows();
        byte[] row = new byte[page.Format.RowBytes];
        while (source.TryReadRow(row))
        {
            rows.Add([.. row]);
        }

        return rows;
    }
}
