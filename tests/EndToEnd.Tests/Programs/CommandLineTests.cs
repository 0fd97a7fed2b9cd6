// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>What an operator meets who types something wrong, or asks for help.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("hermetic: Unrecognized command", "sned")]
    [InlineData("hermetic send: Option '--to' is required", "send", "page.pdf")]
    [InlineData("hermetic send: --to takes a SIP address", "send", "--to", "5551234", "page.pdf")]
    [InlineData("hermetic send: --rate takes 14400", "send", "--to", "sip:1@127.0.0.1", "--rate", "9601", "page.pdf")]
    [InlineData("hermetic send: --resolution takes", "send", "--to", "sip:1@127.0.0.1", "--resolution", "best", "p")]
    [InlineData("hermetic listen: Option '--out' is required", "listen")]
    [InlineData("hermetic listen: --sip takes", "listen", "--out", "x", "--sip", "localhost:x")]
    [InlineData("hermetic listen: --allow takes", "listen", "--out", "x", "--allow", "everybody")]
    [InlineData("hermetic replay: Required argument 'FILE'", "replay")]
    [InlineData("hermetic verify proof: Required argument", "verify", "proof")]
    [InlineData("hermetic keys destroy: --yes and --even-current need", "keys", "destroy", "a", "b", "--yes")]
    [InlineData("hermetic keys destroy: Required argument", "keys", "destroy")]
    public async Task WrongUsage_IsToldInALineOrTwo_ExitCode2(string complaint, params string[] arguments)
    {
        using TestFolder folder = new();
        (int exit, HermeticProgram program) = await HermeticProgram.RunAsync(folder.Path, arguments);
        await using (program)
        {
            Assert.Equal(2, exit);
            Assert.Contains(program.Process.Output, line => line.StartsWith(complaint, StringComparison.Ordinal));
            Assert.Contains("--help", program.Process.Output[^1], StringComparison.Ordinal);
            Assert.True(program.Process.Output.Count <= 4);
            Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        }
    }

    [Fact]
    public async Task Help_OfSend_ListsOptionsAndExitCodes()
    {
        using TestFolder folder = new();
        (int exit, HermeticProgram program) = await HermeticProgram.RunAsync(folder.Path, "send", "--help");
        await using (program)
        {
            Assert.Equal(0, exit);
            foreach (string option in new[] { "--to", "--from", "--no-ecm", "--rate", "--resolution", "--json",
                "--transcript", "FILE" })
            {
                Assert.Contains(program.Process.Output, line => line.Contains(option, StringComparison.Ordinal));
            }

            Assert.Contains("  4 busy", program.Process.Output);
            Assert.Contains("  10 this machine lacks something", program.Process.Output);
        }
    }

    [Fact]
    public async Task NoCommand_ShowsWhatThereIs()
    {
        using TestFolder folder = new();
        (int exit, HermeticProgram program) = await HermeticProgram.RunAsync(folder.Path);
        await using (program)
        {
            Assert.Equal(2, exit);
            foreach (string command in new[] { "demo", "listen", "send", "replay", "keys" })
            {
                Assert.Contains(program.Process.Output,
                    line => line.StartsWith($"  {command} ", StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [InlineData("hermetic-transcript 1\nnonsense\n", 2)]
    [InlineData("%PDF-1.4\n", 1)]
    [InlineData("", 0)]
    public async Task Replay_OfWhatIsNoTranscript_NamesTheLine(string content, int line)
    {
        using TestFolder folder = new();
        await File.WriteAllTextAsync(folder["t.txt"], content, TestContext.Current.CancellationToken);
        (int exit, HermeticProgram program) = await HermeticProgram.RunAsync(folder.Path, "replay", "t.txt");
        await using (program)
        {
            Assert.Equal(3, exit);
            Assert.StartsWith($"hermetic replay: line {line}: ", program.Process.Output[0], StringComparison.Ordinal);
        }
    }
}
