// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>`hermetic doctor` beside a running server, and what it says when something is wrong.</summary>
public sealed class DoctorTests
{
    private const int Broken = 1;

    [Fact]
    public async Task Doctor_BesideARunningServer_SeesNothingBroken()
    {
        using ServedInstallation installation = new();
        installation.Configure();
        await using HermeticProgram serve = installation.Serve();
        await ServedInstallation.PortAsync(serve);

        JsonElement report = await ExamineAsync(installation);

        Assert.True(report.GetProperty("P3").GetString() == "holds", $"{report}");
        Assert.True(report.GetProperty("P4").GetString() == "holds", $"{report}");
        // Swap, and what file system tests lie on, are the machine's.
        Assert.DoesNotContain(Saw(report, "BROKEN"), saw => !saw.Contains("memory", StringComparison.Ordinal));
        Assert.Contains(Saw(report, "holds"), saw => saw.Contains("were read raw", StringComparison.Ordinal));
        Assert.Contains(Saw(report, "holds"), saw => saw.Contains("questions of a stranger", StringComparison.Ordinal));
        Assert.Contains(Saw(report, "holds"), saw => saw.Contains("flushed, named durably", StringComparison.Ordinal));
        await ServedInstallation.StopAsync(serve);
    }

    [Fact]
    public async Task Doctor_WithNobodyServing_SaysThatItDoesNotKnow()
    {
        using ServedInstallation installation = await ServedInstallation.MakeAsync();

        JsonElement report = await ExamineAsync(installation);

        Assert.Equal("unknown", report.GetProperty("P4").GetString());
        Assert.Equal("unknown", report.GetProperty("P3").GetString());
    }

    [Theory]
    [SupportedOSPlatform("linux")]
    [InlineData("P1", "the name of a practice")]
    [InlineData("P1", "a TIFF image")]
    [InlineData("P1", "the root key's file is open to other accounts")]
    [InlineData("P3", "the ledger on the disk does not fit")]
    public async Task Doctor_NamesWhatIsBroken(string promise, string words)
    {
        using ServedInstallation installation = await ServedInstallation.MakeAsync();
        Break(installation, words);

        JsonElement report = await ExamineAsync(installation, Broken);

        Assert.Equal("BROKEN", report.GetProperty(promise).GetString());
        Assert.Contains(Saw(report, "BROKEN"), saw => saw.Contains(words, StringComparison.Ordinal));
    }

    [SupportedOSPlatform("linux")]
    private static void Break(ServedInstallation installation, string how)
    {
        switch (how)
        {
            case "the name of a practice":
                File.WriteAllText(Path.Combine(installation.Data, "notes"), $"to {ServedInstallation.Tenant}, please");
                break;
            case "a TIFF image":
                File.WriteAllBytes(Path.Combine(installation.Data, "page"), [.. "II*\0"u8, 8, 0, 0, 0]);
                break;
            case "the root key's file is open to other accounts":
                File.SetUnixFileMode(installation.KeyFile,
                    File.GetUnixFileMode(installation.KeyFile) | UnixFileMode.OtherRead);
                break;
            default:
                string checkpoint = Path.Combine(installation.Data, "ledger", "checkpoint");
                byte[] bytes = File.ReadAllBytes(checkpoint);
                // Within the root hash: base64 stays base64.
                int at = Encoding.ASCII.GetString(bytes).Split('\n').Take(2).Sum(line => line.Length + 1);
                bytes[at] = bytes[at] == (byte)'A' ? (byte)'B' : (byte)'A';
                File.WriteAllBytes(checkpoint, bytes);
                break;
        }
    }

    private static async Task<JsonElement> ExamineAsync(ServedInstallation installation, int? exit = null)
    {
        (int ended, string said) = await installation.RunAsync("doctor", "--json");
        Assert.True(exit is null || ended == exit, said);
        string json = said.Split('\n').Single(line => line.StartsWith('{'));
        return JsonDocument.Parse(json).RootElement;
    }

    private static IEnumerable<string> Saw(JsonElement report, string verdict) =>
        report.GetProperty("findings").EnumerateArray()
            .Where(finding => finding.GetProperty("verdict").GetString() == verdict)
            .Select(finding => finding.GetProperty("saw").GetString()!);
}
