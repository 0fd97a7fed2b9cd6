// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Hermetic.TestKit.Peers.LibTiff;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>The hostile class of FACTS.md that arrives as names.</summary>
public sealed partial class HostileNameTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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

    [GeneratedRegex(@"^fax-\d{8}-\d{6}-\d{4}\.(tif|pdf)$")]
    private static partial Regex StoredName();
}
