// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Hermetic.EndToEnd.Tests.Programs;
using Hermetic.TestKit.Peers;

namespace Hermetic.EndToEnd.Tests.Remote;

/// <summary>The commands of docs/commands.md, one after the other in one shell, as a reader would type them.</summary>
public sealed partial class DocumentedCommandTests
{
    [Fact]
    public async Task Commands_OfThePaper_DoWhatItSays()
    {
        using TestFolder peerFolder = new();
        await using HermeticProgram peer = HermeticProgram.Listen(peerFolder);
        await using ServedDesk desk = await ServedDesk.StartAsync(await peer.ListeningPortAsync());
        string credentials = await desk.MakeProgramFromTheStartAsync("faxes.read", "faxes.send", "lines.read");
        Assert.Equal(desk.Folder["ehr.json"], credentials);
        desk.Folder.Write("referral.txt", ShortDocuments.Make("txt"));
        await File.WriteAllTextAsync(Path.Combine(desk.Folder["operator"], "hermetic", "client.json"),
            $$"""{ "server": "{{desk.Address}}", "cacert": "{{desk.Certificate}}" }""");
        string[] blocks = [.. Blocks().Matches(await File.ReadAllTextAsync(Path.Combine(Root(), "docs/commands.md")))
            .Select(match => match.Groups[1].Value)];
        Assert.Equal(3, blocks.Length);

        await using PeerProcess shell = PeerProcess.Start(
            "bash",
            ["-c", "set -euo pipefail\n"
                + $"hermetic() {{ '{HermeticProgram.Dotnet}' '{HermeticProgram.Assembly}' \"$@\"; }}\n"
                + string.Concat(blocks) + "echo ALL-DONE\n"],
            desk.Folder.Path,
            new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = desk.Folder["operator"] });
        int code = await shell.WaitForExitAsync(
            HermeticProgram.Patience, TestContext.Current.CancellationToken);

        Assert.True(code == 0 && shell.Output.Contains("ALL-DONE"), shell.Describe($"ended with {code}"));
        Assert.Contains("5559001 active", shell.Output);
        Assert.Contains(shell.Output, line => line.EndsWith(" sent", StringComparison.Ordinal));
        Assert.Contains(shell.Output, line => line.Contains("5557777", StringComparison.Ordinal));
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Hermetic.slnx")))
        {
            folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder))!;
        }

        return folder;
    }

    [GeneratedRegex(@"^```sh\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
