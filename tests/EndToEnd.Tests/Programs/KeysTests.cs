// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Cli;
using Hermetic.Cli.Keys;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>`hermetic keys`, as an operator uses it.</summary>
public sealed class KeysTests
{
    [Fact]
    public async Task Keys_FromTheFirstFaxToTheLastOfItsKey()
    {
        using ServedInstallation world = new();
        world.Configure();
        await using (HermeticProgram serve = world.Serve())
        {
            int port = await ServedInstallation.PortAsync(serve);
            await SendAsync(world, port);
            (int rotated, string backup) = await world.RunAsync("keys", "rotate");
            Assert.True(rotated == 0, backup);
            Assert.Contains("Back up now:", backup, StringComparison.Ordinal);
            Assert.Contains(world.KeyFile, backup, StringComparison.Ordinal);
            Assert.Contains(Path.Combine(world.Data, "keys"), backup, StringComparison.Ordinal);
            // The server that runs needs no restart: it takes faxes, and answers for what it has.
            await SendAsync(world, port);
            (int listed, string list) = await world.RunAsync("keys", "list");
            Assert.True(listed == 0, list);
            Assert.Contains("generation 0002-", list, StringComparison.Ordinal);
            Assert.Contains(ServedInstallation.Tenant, list, StringComparison.Ordinal);
            (int destroyed, string refusal) = await world.RunAsync(
                "keys", "destroy", ServedInstallation.Tenant, "2026-11-0001");
            Assert.Equal((int)ExitCode.Machine, destroyed);
            Assert.Contains("Stop it", refusal, StringComparison.Ordinal);
            await ServedInstallation.StopAsync(serve);
        }

        (int verified, string report) = await world.RunAsync("verify", "installation");
        Assert.True(verified == 0, report);
        Assert.Contains(" 2 pages, ", report, StringComparison.Ordinal);
        JsonElement epoch = await SealingEpochAsync(world);
        Assert.Equal((2, 2), (epoch.GetProperty("faxes").GetInt32(), epoch.GetProperty("pages").GetInt32()));
        using ServedInstallation backupOf = world.Copy();
        await DestroyAsync(world, epoch.GetProperty("id").GetString()!);

        // The copy of the data folder from before, with the root key of today.
        File.Copy(world.KeyFile, backupOf.KeyFile, overwrite: true);
        foreach (string[] command in new[] { new[] { "serve" }, ["keys", "list"] })
        {
            (int exit, string said) = await backupOf.RunAsync(command);
            Assert.Equal((int)ExitCode.Machine, exit);
            Assert.Contains("this keys folder is an old copy", said, StringComparison.Ordinal);
        }

        (int broken, string why) = await backupOf.RunAsync("verify", "installation");
        Assert.True(broken == 1, why);
    }

    [Fact]
    public async Task Destroy_WithoutTheNameTyped_OrOfTheCurrentEpoch_DestroysNothing()
    {
        using ServedInstallation world = await ServedInstallation.MakeAsync();
        string epoch = (await SealingEpochAsync(world)).GetProperty("id").GetString()!;
        KeysDestroyOptions options = new()
        {
            Config = world.Config,
            Tenant = ServedInstallation.Tenant,
            Epoch = epoch,
            Reason = "test",
            EvenCurrent = true,
            Account = "os-user test",
        };
        Assert.Equal(ExitCode.Refused, await RunAsync(options with { EvenCurrent = false }, "", "--even-current"));
        Assert.Equal(ExitCode.Cancelled, await RunAsync(options, "", "Nothing was destroyed"));
        Assert.Equal(ExitCode.Cancelled, await RunAsync(options, "South Clinic\n", "Nothing was destroyed"));
        Assert.Equal(ExitCode.Usage, await RunAsync(options with { Tenant = "South" }, "", "no tenant"));
        Assert.Equal(ExitCode.Usage, await RunAsync(options with { Epoch = "2020-01-0001" }, "", "no key epoch"));
        Assert.Equal(epoch, (await SealingEpochAsync(world)).GetProperty("id").GetString());
        Assert.Equal(ExitCode.Success, await RunAsync(options, ServedInstallation.Tenant + "\n", "Back up now"));
        Assert.Equal(ExitCode.Refused, await RunAsync(options, "", "destroyed already"));
        // Whoever runs the installation on has a server that starts.
        await using HermeticProgram serve = world.Serve();
        await ServedInstallation.PortAsync(serve);
    }

    private static async Task<ExitCode> RunAsync(KeysDestroyOptions options, string typed, string expected)
    {
        using StringWriter said = new();
        ExitCode exit = await new KeysDestroyCommand(
            options, TimeProvider.System, new StringReader(typed), said, said).RunAsync(default);
        Assert.Contains(expected, said.ToString(), StringComparison.Ordinal);
        return exit;
    }

    private static async Task DestroyAsync(ServedInstallation world, string epoch)
    {
        (int exit, string said) = await world.RunAsync("keys", "destroy", ServedInstallation.Tenant, epoch,
            "--even-current", "--yes", "--reason", "the patient asked for it");
        Assert.True(exit == 0, said);
        Assert.Contains("2 faxes with 2 pages", said, StringComparison.Ordinal);
        Assert.Contains("Back up now:", said, StringComparison.Ordinal);
        (exit, said) = await world.RunAsync("keys", "list");
        Assert.Equal(0, exit);
        Assert.Contains("destroyed", said, StringComparison.Ordinal);
        (exit, said) = await world.RunAsync("verify", "installation");
        Assert.True(exit == 0, said);
        Assert.Contains("their keys were destroyed", said, StringComparison.Ordinal);
    }

    // What is sealed to now, of the faxes: the newest epoch that has begun and is of faxes.
    private static async Task<JsonElement> SealingEpochAsync(ServedInstallation world)
    {
        (int exit, string said) = await world.RunAsync("keys", "list", "--json");
        Assert.True(exit == 0, said);
        // The installation has keys of its own, for what its ledger says of the operator.
        return JsonDocument.Parse(said).RootElement.GetProperty("tenants").EnumerateArray()
            .Single(tenant => tenant.GetProperty("name").GetString() == ServedInstallation.Tenant)
            .GetProperty("epochs").EnumerateArray()
            .Last(epoch => epoch.GetProperty("state").GetString() == "sealing"
                && !epoch.GetProperty("journal").GetBoolean()
                && epoch.GetProperty("retentionClass").GetInt32() == 1);
    }

    private static async Task SendAsync(ServedInstallation world, int port)
    {
        string page = world.Folder.Write("page.txt", ShortDocuments.Make("txt"));
        (int exit, HermeticProgram send) = await HermeticProgram.RunAsync(world.Folder.Path, "send", "--to",
            $"sip:{ServedInstallation.Number}@127.0.0.1:{port}", "--from", Canary.From, "--resolution", "standard",
            page);
        await using (send)
        {
            Assert.True(exit == 0, send.Process.Describe($"ended with {exit}"));
        }
    }
}
