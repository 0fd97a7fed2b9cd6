// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.EndToEnd.Tests.Programs;

namespace Hermetic.EndToEnd.Tests.Remote;

/// <summary>Sites by commands: an operator's for any practice, an administrator's for their own.</summary>
public sealed class SiteCommandTests
{
    [Fact]
    public async Task Site_MadeChangedAndRemoved_ByCommands()
    {
        await using SipRefuser trunk = new("486 Busy Here");
        await using ServedDesk desk = await ServedDesk.StartAsync(trunk.Port);
        await desk.EnrolAndSignInAsync("operator", desk.OperatorCode);
        JsonElement invited = Assert.Single(await desk.JsonAsync(
            "operator", "account", "invite", "admin", "--tenant", ServedDesk.Practice));
        await desk.EnrolAndSignInAsync("admin", invited.GetProperty("enrolmentCode").GetString()!);

        JsonElement site = Assert.Single(await desk.JsonAsync("operator", "site", "add", "Main Street", "--tenant",
            ServedDesk.Practice, "--zone", "America/Chicago", "--sender", "North at Main Street",
            "--address", "1 Main Street", "--address", "Springfield"));
        Assert.Equal(["1 Main Street", "Springfield"],
            site.GetProperty("address").EnumerateArray().Select(line => line.GetString()));
        await desk.JsonAsync("operator", "tenant", "add", "South Clinic");
        await desk.JsonAsync("operator", "site", "add", "Harbour", "--tenant", "South Clinic", "--zone", "UTC");
        JsonElement line = Assert.Single(
            await desk.JsonAsync("operator", "line", "add", "South Clinic", "555-9001", "--site", "harbour"));
        Assert.NotEqual(JsonValueKind.Null, line.GetProperty("site").ValueKind);

        // Nothing of another practice is there, and what is there is one's own to change.
        Assert.Equal("Main Street", Assert.Single(await desk.JsonAsync("admin", "site", "list"))
            .GetProperty("name").GetString());
        JsonElement changed = Assert.Single(await desk.JsonAsync("admin", "site", "change", "Main Street",
            "--name", "Hill", "--address", "", "--phone", "555 0100"));
        Assert.Equal(("Hill", "North at Main Street", 0, "555 0100", 2), (changed.GetProperty("name").GetString(),
            changed.GetProperty("senderName").GetString(), changed.GetProperty("address").GetArrayLength(),
            changed.GetProperty("phone").GetString(), changed.GetProperty("version").GetInt32()));
        string number = (await desk.JsonAsync("admin", "line", "list"))[0].GetProperty("number").GetString()!;
        await desk.JsonAsync("admin", "line", "change", number, "--site", "Hill");

        (int inUse, string why) = await desk.RunAsync("admin", "site", "remove", "Hill");
        Assert.True(inUse == 6 && why.Contains("(site-in-use)", StringComparison.Ordinal), why);
        (int zone, why) = await desk.RunAsync("admin", "site", "change", "Hill", "--zone", "Mars/Olympus");
        Assert.True(zone != 0 && why.Contains("timeZone takes the IANA name", StringComparison.Ordinal), why);
        (int none, why) = await desk.RunAsync("admin", "site", "show", "Harbour");
        Assert.True(none == 6 && why.Contains("no site has this name", StringComparison.Ordinal), why);
        await desk.JsonAsync("admin", "line", "change", number, "--site", "");
        await desk.JsonAsync("admin", "site", "remove", "Hill");
        Assert.Empty(await desk.JsonAsync("operator", "site", "list", "--tenant", ServedDesk.Practice));
    }
}
