// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Cli;
using Hermetic.Durable;
using Hermetic.EndToEnd.Tests.Programs;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.EndToEnd.Tests.Remote;

/// <summary>What an operator and an administrator do with commands: practices, numbers, trunks, people.</summary>
public sealed class OperatorCommandTests
{
    private const string NewNumber = "5559001";

    [Fact]
    public async Task Practice_MadeByCommands_TakesAFaxAtOnce_AndNoneOnceItIsClosed()
    {
        await using SipRefuser trunk = new("486 Busy Here");
        await using ServedDesk desk = await ServedDesk.StartAsync(trunk.Port);
        await desk.EnrolAndSignInAsync("operator", desk.OperatorCode);
        string page = desk.Folder.Write("page.tif", ShortDocuments.Make("tif"));
        Assert.Equal(6, await FaxAsync(desk, page));

        await desk.JsonAsync("operator", "tenant", "add", "South Clinic");
        JsonElement line = Assert.Single(
            await desk.JsonAsync("operator", "line", "add", "South Clinic", "555-9001"));
        Assert.Equal((NewNumber, "active"),
            (line.GetProperty("number").GetString(), line.GetProperty("state").GetString()));
        (int taken, string words) = await desk.RunAsync("operator", "line", "add", ServedDesk.Practice, NewNumber);
        Assert.True(taken == 6 && words.Contains("(taken)", StringComparison.Ordinal), words);
        Assert.Equal(0, await FaxAsync(desk, page));

        await desk.JsonAsync("operator", "line", "close", "South Clinic", NewNumber);
        Assert.Equal(6, await FaxAsync(desk, page));
        await desk.JsonAsync("operator", "tenant", "rename", "South Clinic", "Southern Clinic");
        await desk.JsonAsync("operator", "tenant", "close", "Southern Clinic");
        Assert.Equal([$"{ServedDesk.Practice} active", "Southern Clinic closed"],
            from tenant in await desk.JsonAsync("operator", "tenant", "list")
            let told = $"{tenant.GetProperty("name").GetString()} {tenant.GetProperty("state").GetString()}"
            orderby told
            select told);
        JsonElement peer = Assert.Single(await desk.JsonAsync("operator", "trunk", "show", "peer"));
        Assert.Equal(trunk.Port, peer.GetProperty("port").GetInt32());
        int calls = trunk.Invites;
        JsonElement call = await TestAsync(desk, 4, "5550142");
        Assert.Equal(("busy", "The line is busy."),
            (call.GetProperty("cause").GetString(), call.GetProperty("words").GetString()));
        Assert.Equal(calls + 1, trunk.Invites);
        (int refused911, string why911) = await desk.RunAsync("operator", "trunk", "test", "peer", "911");
        Assert.True(refused911 == 2 && why911.Contains("emergency", StringComparison.Ordinal), why911);
        // He runs practices and opens no fax.
        (int refused, string why) = await desk.RunAsync("operator", "fax", "list");
        Assert.True(refused == 6 && why.Contains("(not-allowed)", StringComparison.Ordinal), why);
    }

    [Fact]
    public async Task People_InvitedChangedAndSuspended_ByCommands()
    {
        await using SipRefuser trunk = new("486 Busy Here");
        await using ServedDesk desk = await ServedDesk.StartAsync(trunk.Port);
        await desk.EnrolAndSignInAsync("operator", desk.OperatorCode);
        string file = Path.Combine(desk.Folder["operator"], "hermetic", "session.json");
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Hermetic runs on Linux");
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        await desk.EnrolAndSignInAsync("admin", await CodeAsync(
            desk, "operator", "account", "invite", "admin", "--tenant", ServedDesk.Practice));
        await desk.EnrolAndSignInAsync("officer", await CodeAsync(
            desk, "admin", "account", "invite", "officer", "--role", "PrivacyOfficer", "--inbox", "all"));

        // From now on there are two who may agree.
        JsonElement waits = Assert.Single(
            await desk.JsonAsync("admin", "account", "invite", "nurse", "--role", "FrontDesk", "--inbox", "all"));
        string approval = waits.GetProperty("approval").GetString()!;
        (int own, string words) = await desk.RunAsync("admin", "account", "approve", approval);
        Assert.True(own == 6 && words.Contains("(own-change)", StringComparison.Ordinal), words);
        await CodeAsync(desk, "officer", "account", "approve", approval);

        await desk.JsonAsync("admin", "account", "suspend", "nurse");
        Assert.Equal(["admin Active", "nurse Suspended", "officer Active"],
            from account in await desk.JsonAsync("admin", "account", "list")
            let told = $"{account.GetProperty("name").GetString()} {account.GetProperty("state").GetString()}"
            orderby told
            select told);
        await desk.JsonAsync("admin", "account", "resume", "nurse");
        Assert.Equal("account.resume", Assert.Single(await desk.JsonAsync("admin", "account", "approvals"))
            .GetProperty("kind").GetString());

        string kept = desk.Folder["kept.json"];
        File.Copy(file, kept);
        (int bye, _) = await desk.RunTypedAsync("operator", "/dev/null", "sign-out", "--server", $"{desk.Address}",
            "--cacert", desk.Certificate);
        Assert.Equal(0, bye);
        Assert.False(File.Exists(file));
        // Gone at the server too, whoever kept a copy.
        File.Move(kept, file);
        (int ended, string after) = await desk.RunAsync("operator", "tenant", "list");
        Assert.True(ended == 6 && after.Contains("has ended: `hermetic sign-in`", StringComparison.Ordinal), after);
    }

    [Fact]
    public async Task EraseDue_ByCommand_ErasesOnceTheWordIsTyped()
    {
        await using SipRefuser trunk = new("486 Busy Here");
        await using ServedDesk desk = await ServedDesk.StartAsync(trunk.Port);
        await desk.EnrolAndSignInAsync("operator", desk.OperatorCode);
        await desk.EnrolAndSignInAsync("admin", await CodeAsync(
            desk, "operator", "account", "invite", "admin", "--tenant", ServedDesk.Practice));
        Assert.Equal(12, (await desk.AskAsync("admin", HttpMethod.Put, "retention", new { months = 12 }))
            .GetProperty("months").GetInt32());
        (int none, string nothing) = await desk.RunAsync("operator", "keys", "erase-due", "--yes");
        Assert.True(none == 0 && nothing.Contains("nothing is due", StringComparison.Ordinal), nothing);

        Guid practice = Assert.Single(await desk.JsonAsync("operator", "tenant", "list")).GetProperty("id").GetGuid();
        KeyEpoch longAgo = new(2020, 1, 1);
        using KeyFileSource source = KeyFileSource.Open(desk.Folder["root.key"], desk.Folder["data"]);
        using KeyStore keys = KeyStore.Open(new DiskFiles(desk.Folder["data"]), source);
        keys.Ensure(practice, longAgo);
        string typed = desk.Folder.Write("typed", "no\n"u8.ToArray());
        (int refused, string asked) = await EraseAsync(desk, typed);
        Assert.True(refused == (int)ExitCode.Cancelled && asked.Contains("2020-01", StringComparison.Ordinal), asked);
        Assert.Equal(longAgo, keys.Get(practice, longAgo).Sealing.Epoch);

        desk.Folder.Write("typed", "erase\n"u8.ToArray());
        (int exit, string said) = await EraseAsync(desk, typed);
        Assert.True(exit == 0 && said.Contains("Erased: 1 month;", StringComparison.Ordinal)
            && said.Contains(desk.Folder["root.key"], StringComparison.Ordinal), said);
        Assert.Equal(KeyFault.EpochDestroyed,
            Assert.Throws<VaultKeyException>(() => keys.Get(practice, longAgo)).Fault);
    }

    private static Task<(int Exit, string Said)> EraseAsync(ServedDesk desk, string typed) => desk.RunTypedAsync(
        "operator", typed, "keys", "erase-due", "--server", $"{desk.Address}", "--cacert", desk.Certificate);

    private static async Task<string> CodeAsync(ServedDesk desk, string who, params string[] arguments) =>
        Assert.Single(await desk.JsonAsync(who, arguments)).GetProperty("enrolmentCode").GetString()!;

    private static async Task<JsonElement> TestAsync(ServedDesk desk, int exit, string number)
    {
        (int code, string said) = await desk.RunAsync("operator", "trunk", "test", "peer", number, "--json");
        Assert.True(code == exit, said);
        return JsonDocument.Parse(said).RootElement;
    }

    private static async Task<int> FaxAsync(ServedDesk desk, string page)
    {
        (int exit, HermeticProgram send) = await HermeticProgram.RunAsync(desk.Folder.Path, "send", "--to",
            $"sip:{NewNumber}@127.0.0.1:{desk.SipPort}", "--resolution", "standard", page);
        await send.DisposeAsync();
        return exit;
    }
}
