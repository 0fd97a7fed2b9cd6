// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Hermetic.TestKit.Peers.LibTiff;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>`demo`: the first thing that anybody runs.</summary>
public sealed partial class DemoTests
{
    /// <summary>The tour is a dozen calls, one after the other, each as long as a telephone line makes it.</summary>
    private static readonly TimeSpan Patience = 8 * HermeticProgram.Patience;

    // What each step has to have seen, by its own words.
    private static readonly (string Title, string[] Saw)[] Steps =
    [
        ("A fax arrives from outside", ["1 page from +15555550100, sealed"]),
        ("The clerk opens it", ["to FrontDesk north.desk at 127.0.0.1", "hermetic verify proof: fits: entry "]),
        ("Another practice's clerk is refused", ["faxes/ID 404 not-found", "pages/1?format=png 404 not-found"]),
        ("The installation's operator is refused", ["sees 3 practices", "pages/1?format=png 403 not-allowed"]),
        ("A prescription goes out", ["done 2/2", "2 pages from +15555550140", "hermetic verify receipt: fits: fax "]),
        ("A number is busy", ["busy, 0 of 1 pages confirmed", "protocol-failure, 1 of 2 pages confirmed"]),
        ("Another machine answers", ["first fax: done", "wrong-station, pages begun at the other machine: 0"]),
        ("A clinician breaks the glass", ["404 without a reason, 200 with one", "north.privacy sees: north.clinician"]),
        ("Stop the server", ["the server has stopped", ": found 0 (and all "]),
        ("Change one byte of the ledger", ["before: fits: the tree of ", "the first entry that does not fit is "]),
    ];

    [Fact]
    public async Task Demo_Headless_TakesTheTour_AndSeesWhatEachStepSays()
    {
        using TestFolder folder = new();
        await using HermeticProgram demo = HermeticProgram.Start(
            folder.Path, "demo", "--headless", "--folder", folder["demo"]);
        int exit = await demo.Process.WaitForExitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.True(exit == 0, demo.Process.Describe($"ended with {exit}"));
        List<string> said = [.. demo.Process.Output];
        for (int i = 0; i < Steps.Length; i++)
        {
            int at = said.FindIndex(line => line.StartsWith($"step {i + 1}: {Steps[i].Title}",
                StringComparison.Ordinal));
            Assert.True(at >= 0, $"step {i + 1} is missing");
            string[] seen = [.. said.Skip(at + 1).TakeWhile(
                line => line.StartsWith("  saw: ", StringComparison.Ordinal))];
            Assert.All(Steps[i].Saw, saw => Assert.Contains(
                seen, line => line.Contains(saw, StringComparison.Ordinal)));
        }

        Assert.Contains("All 10 steps saw what they say.", said[^1], StringComparison.Ordinal);
        // And by another program, with the keys: all that the demo left fits.
        (int verified, HermeticProgram verify) = await HermeticProgram.RunAsync(
            folder.Path, "verify", "installation", "--config", Path.Combine(folder["demo"], "hermetic.json"));
        await using (verify)
        {
            Assert.True(verified == 0, verify.Process.Describe($"ended with {verified}"));
        }
    }

    [Fact]
    public async Task Demo_ByHand_GivesALinkForEachRole_AndEndsWhenItIsTold()
    {
        using TestFolder folder = new();
        await using HermeticProgram demo = HermeticProgram.Start(folder.Path, "demo", "--folder", folder["demo"]);
        await demo.Process.WaitForOutputAsync("ready", HermeticProgram.Patience,
            TestContext.Current.CancellationToken);

        Match[] links = [.. demo.Process.Output.Select(line => Link().Match(line)).Where(match => match.Success)];
        Assert.Equal(["Clinician", "FrontDesk", "InstallationOperator", "PrivacyOfficer", "TenantAdministrator"],
            links.Select(link => link.Groups["role"].Value).Distinct().Order());
        Assert.Equal(13, links.Select(link => link.Groups["code"].Value).Distinct().Count());
        Assert.Equal(10, demo.Process.Output.Count(line => Step().IsMatch(line)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StrangerAsync(
            new Uri(links[0].Groups["server"].Value), Path.Combine(folder["demo"], "web.crt")));

        demo.Process.Signal("INT");
        Assert.Equal(0, await demo.EndAsync());
        Assert.Contains(demo.Process.Output, line => line.StartsWith("Stopped.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Demo_InAFolderThatIsUsed_TouchesNothing()
    {
        using TestFolder folder = new();
        string mine = folder.Write("mine.txt", [1]);
        (int exit, HermeticProgram demo) = await HermeticProgram.RunAsync(
            folder.Path, "demo", "--headless", "--folder", folder.Path);
        await using (demo)
        {
            Assert.Equal(2, exit);
            Assert.Contains(demo.Process.Output, line => line.Contains("not empty", StringComparison.Ordinal));
            Assert.Equal([mine], Directory.GetFileSystemEntries(folder.Path));
        }
    }

    [Fact]
    public async Task Demo_OfTheLine_ShowsBothTranscripts_AndItsPagesAreThere()
    {
        using TestFolder folder = new();
        (int exit, HermeticProgram demo) = await HermeticProgram.RunAsync(folder.Path, "demo", "--line", "--headless",
            "--out", folder["pages"]);
        await using (demo)
        {
            Assert.True(exit == 0, demo.Process.Describe($"ended with {exit}"));
            foreach (string part in new[] { "sender   | ", "receiver | ", "→ DCS", "← MCF", "Every pel arrived" })
            {
                Assert.Contains(demo.Process.Output, line => line.Contains(part, StringComparison.Ordinal));
            }

            string tiff = Assert.Single(Directory.GetFiles(folder["pages"], "fax-*.tif"));
            Assert.Contains($"  {tiff}", demo.Process.Output);
            Assert.Equal(2, LibTiffFile.Read(tiff).Count);
            Assert.Single(Directory.GetFiles(folder["pages"], "fax-*.pdf"));
        }
    }

    private static async Task<HttpStatusCode> StrangerAsync(Uri server, string certificate)
    {
        using X509Certificate2 own = X509CertificateLoader.LoadCertificateFromFile(certificate);
        string pin = own.GetCertHashString(HashAlgorithmName.SHA256);
        using HttpClient http = new(new SocketsHttpHandler
        {
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                    shown?.GetCertHashString(HashAlgorithmName.SHA256) == pin,
            },
        });
        using HttpResponseMessage answer = await http.GetAsync(
            new Uri(server, "/api/v1/faxes"), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    [GeneratedRegex(@"^ +\S+ +(?<role>[A-Z]\w+) .*(?<server>https://localhost:\d+/)enrol#(?<code>[\w-]{43})$")]
    private static partial Regex Link();

    [GeneratedRegex(@"^ *\d+\. ")]
    private static partial Regex Step();
}
