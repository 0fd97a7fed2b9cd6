// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.TestKit.Access;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>`hermetic serve`, as an operator runs it.</summary>
public sealed class ServeTests
{
    private const string Number = "5551234";

    [Fact]
    public async Task Serve_BadConfiguration_IsRefusedWithAllThatIsWrong()
    {
        using TestFolder folder = new();
        string file = folder.Write("bad.json", "{ \"data\": \"\", \"sip\": { \"lissen\": [] } }"u8.ToArray());
        (int exit, HermeticProgram serve) = await HermeticProgram.RunAsync(folder.Path, "serve", "--config", file);
        await using (serve)
        {
            Assert.True(exit == 2, serve.Process.Describe($"ended with {exit}"));
            foreach (string setting in new[] { "data:", "keys.file:", "ledger.origin:", "sip.lissen:", "tenants:" })
            {
                Assert.Contains(serve.Process.Output, line => line.TrimStart().StartsWith(setting,
                    StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task P1_P2_FaxOverTheLine_IsConfirmed_SealedAndSurvivesAKill()
    {
        using TestFolder folder = new();
        string config = Configure(folder);
        await using (HermeticProgram serve = HermeticProgram.Start(folder.Path, "serve", "--config", config))
        {
            int port = await PortAsync(serve);
            string page = folder.Write("page.txt", ShortDocuments.Make("txt"));
            Assert.Equal(6, await SendAsync(folder, $"sip:5559999@127.0.0.1:{port}", page));
            Assert.Equal(0, await SendAsync(folder, $"sip:{Number}@127.0.0.1:{port}", page));
            serve.Process.Signal("KILL");
            await serve.EndAsync();
        }

        string[] files = Directory.GetFiles(folder["data"], "*", SearchOption.AllDirectories);
        Assert.Contains(files, file => file.EndsWith(".page", StringComparison.Ordinal));
        Assert.All(files, file => Assert.Empty(Canary.FoundIn(File.ReadAllBytes(file))));

        await using HermeticProgram again = HermeticProgram.Start(folder.Path, "serve", "--config", config);
        await PortAsync(again);
        (int exit, HermeticProgram verify) = await HermeticProgram.RunAsync(
            folder.Path, "verify", Path.Combine(folder["data"], "ledger"));
        await using (verify)
        {
            Assert.True(exit == 0, verify.Process.Describe($"ended with {exit}"));
        }

        again.Process.Signal("INT");
        Assert.Equal(0, await again.EndAsync());
    }

    [Fact]
    public async Task Serve_SecondOnOneFolder_IsRefused()
    {
        using TestFolder folder = new();
        string config = Configure(folder);
        await using HermeticProgram first = HermeticProgram.Start(folder.Path, "serve", "--config", config);
        await PortAsync(first);
        (int exit, HermeticProgram second) = await HermeticProgram.RunAsync(folder.Path, "serve", "--config", config);
        await using (second)
        {
            Assert.True(exit == 10, second.Process.Describe($"ended with {exit}"));
            Assert.Contains(second.Process.Output,
                line => line.Contains("another `hermetic serve`", StringComparison.Ordinal));
        }
    }

    private static string Configure(TestFolder folder) => folder.Write("hermetic.json",
        System.Text.Encoding.UTF8.GetBytes($$"""
            {
              "data": "{{folder["data"]}}",
              "keys": { "file": "{{folder["root.key"]}}" },
              "ledger": { "origin": "test.example/ledger" },
              "http": { "listen": [ "127.0.0.1:0" ], "clearText": true },
              "sip": { "listen": [ "127.0.0.1:0" ] },
              "tenants": [ { "name": "North Clinic", "numbers": [ "{{Number}}" ] } ]
            }
            """));

    private static async Task<int> PortAsync(HermeticProgram serve)
    {
        string line = await serve.Process.WaitForOutputAsync("SIP on ", HermeticProgram.Patience,
            TestContext.Current.CancellationToken);
        await serve.Process.WaitForOutputAsync("ready", HermeticProgram.Patience,
            TestContext.Current.CancellationToken);
        await OperatorEnrolment.EnrolIfAskedAsync(serve.Process.Output, TestContext.Current.CancellationToken);
        return int.Parse(line.Split(" (")[0].Split(':')[^1], CultureInfo.InvariantCulture);
    }

    private static async Task<int> SendAsync(TestFolder folder, string to, string page)
    {
        (int exit, HermeticProgram send) = await HermeticProgram.RunAsync(folder.Path, "send", "--to", to, "--from",
            Canary.From, "--resolution", "standard", page);
        await send.DisposeAsync();
        return exit;
    }
}
