// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Hermetic.Ledger.Notes;
using Hermetic.Server.Features.Access;
using Hermetic.TestKit.Peers;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Server.Tests.Api;

/// <summary>The commands of docs/api.md, one after the other in one shell, as a reader would type them.</summary>
public partial class DocumentedCommandTests
{
    // A reader is slower than this shell: what was read a moment ago gets into the ledger's tree within a second.
    private const string Wait = """
        until api "$HERMETIC/api/v1/faxes/$FAX/disclosures" | jq -e '.disclosures | length > 0' >/dev/null
        do sleep 0.2; done

        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Commands_OfThePaper_DoWhatItSays()
    {
        await using ApiHost host = await ApiHost.StartAsync(services: services =>
            services.AddSingleton<SessionCheck>((_, _) => ValueTask.FromResult(true)));
        await host.ReceiveAsync(pages: 2);
        string paper = await File.ReadAllTextAsync(Path.Combine(OpenApiTests.Root(), "docs/api.md"));
        string[] blocks = [.. Blocks().Matches(paper).Select(match => match.Groups[1].Value)];
        Assert.True(blocks.Length > 5);
        string script = "set -euo pipefail\n" + string.Concat(blocks.Select(block =>
            block.StartsWith("ENTRY=", StringComparison.Ordinal) ? Wait + block : block)) + "echo ALL-DONE\n";
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hermetic-api-");
        try
        {
            await using PeerProcess shell = PeerProcess.Start("bash", ["-c", script], folder.FullName,
                new Dictionary<string, string>
                {
                    ["HERMETIC"] = host.Address.ToString().TrimEnd('/'),
                    ["TOKEN"] = host.Clerk("faxes.read faxes.handle faxes.send lines.read ledger.read webhooks.manage "
                        + "address-book.read address-book.manage usage.read").Header.Parameter!,
                });
            int code = await shell.WaitForExitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.True(code == 0 && shell.Output.Contains("ALL-DONE"), shell.Describe($"ended with {code}"));
            Assert.Contains("fax.received", shell.Output);
            Assert.True(TlogProof.TryParse(
                await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "entry.tlog-proof")), out _, out _));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"^```sh\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
