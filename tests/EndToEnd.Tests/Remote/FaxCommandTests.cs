// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.EndToEnd.Tests.Programs;

namespace Hermetic.EndToEnd.Tests.Remote;

/// <summary>`hermetic fax`, as a program uses it against a real `serve`.</summary>
public sealed class FaxCommandTests
{
    private static readonly string[] s_scopes = ["faxes.read", "faxes.send", "lines.read"];

    /// <summary>A text file through the API, the queue and the line, to a peer that keeps it.</summary>
    [Fact]
    public async Task Fax_SentListedAndShown_OverTheApi()
    {
        using TestFolder peerFolder = new();
        await using HermeticProgram peer = HermeticProgram.Listen(peerFolder);
        await using ServedDesk desk = await ServedDesk.StartAsync(await peer.ListeningPortAsync());
        string credentials = await desk.MakeProgramFromTheStartAsync(s_scopes);
        string page = desk.Folder.Write("page.txt", ShortDocuments.Make("txt"));

        (int exit, string said) = await desk.RunAsync("ehr", "fax", "send", "--credentials", credentials, "--to",
            "5557777", "--confirm", "555-7777", "--wait", "--json", page);

        Assert.True(exit == 0, said);
        JsonElement job = Assert.Single(ServedDesk.Lines(said));
        Assert.Equal(("done", 1), (job.GetProperty("state").GetString(), job.GetProperty("pagesConfirmed").GetInt32()));
        Assert.Contains("uploaded: 1 page", said, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(peerFolder["received"]));

        string id = job.GetProperty("id").GetString()!;
        JsonElement[] listed = await desk.JsonAsync("ehr", "fax", "list", "--credentials", credentials);
        JsonElement fax = Assert.Single(listed);
        Assert.Equal((id, "sent", "5557777"), (fax.GetProperty("id").GetString(),
            fax.GetProperty("state").GetString(), fax.GetProperty("remoteNumber").GetString()));
        JsonElement shown = Assert.Single(await desk.JsonAsync("ehr", "fax", "show", "--credentials", credentials, id));
        Assert.Equal(id, shown.GetProperty("fax").GetProperty("id").GetString());
        (int late, string words) = await desk.RunAsync("ehr", "fax", "cancel", "--credentials", credentials, id);
        Assert.Equal(6, late);
        Assert.Contains("(wrong-state). It is over already.", words, StringComparison.Ordinal);
        Assert.Contains("What to do: ", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fax_OfSeveralFiles_IsOneFaxInTheirOrder()
    {
        using TestFolder peerFolder = new();
        await using HermeticProgram peer = HermeticProgram.Listen(peerFolder);
        await using ServedDesk desk = await ServedDesk.StartAsync(await peer.ListeningPortAsync());
        string credentials = await desk.MakeProgramFromTheStartAsync(s_scopes);
        string first = desk.Folder.Write("a.txt", ShortDocuments.Make("txt"));
        string second = desk.Folder.Write("b.tif", ShortDocuments.Make("tif"));
        string[] send = ["fax", "send", "--credentials", credentials, "--to", "5557777", "--confirm", "5557777",
            "--wait", "--json"];

        (int missing, string why) = await desk.RunAsync("ehr", [.. send, first, desk.Folder["none.pdf"]]);
        Assert.True(missing != 0 && why.Contains("file 2 is not there. Nothing was sent.", StringComparison.Ordinal),
            why);
        (int unknown, why) = await desk.RunAsync(
            "ehr", [.. send, first, desk.Folder.Write("c.zip", [0x50, 0x4B, 3, 4, 0xFF, 0xFE, 0])]);
        Assert.True(unknown != 0 && why.Contains("file 2 was not taken. Nothing was sent.", StringComparison.Ordinal),
            why);
        (int many, why) = await desk.RunAsync("ehr", [.. send, .. Enumerable.Repeat(first, 21)]);
        Assert.True(many == 2, why);
        Assert.Empty(await desk.JsonAsync("ehr", "fax", "list", "--credentials", credentials));

        (int exit, string said) = await desk.RunAsync("ehr", [.. send, first, second]);

        Assert.True(exit == 0, said);
        JsonElement job = Assert.Single(ServedDesk.Lines(said));
        Assert.Equal(("done", 2, 2), (job.GetProperty("state").GetString(), job.GetProperty("pages").GetInt32(),
            job.GetProperty("pagesConfirmed").GetInt32()));
        Assert.Contains("uploaded file 2: 1 page", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fax_ThatCameIn_IsHandled_AndTheChangeIsTakenBack()
    {
        await using ServedDesk desk = await ServedDesk.StartAsync(9);
        string credentials = await desk.MakeProgramFromTheStartAsync([.. s_scopes, "faxes.handle"]);
        string page = desk.Folder.Write("page.txt", ShortDocuments.Make("txt"));
        (int sent, HermeticProgram send) = await HermeticProgram.RunAsync(desk.Folder.Path, "send", "--to",
            $"sip:{ServedDesk.Number}@127.0.0.1:{desk.SipPort}", page);
        Assert.True(sent == 0, send.Process.Describe("not received"));
        JsonElement fax = Assert.Single(await desk.JsonAsync(
            "ehr", "fax", "list", "--credentials", credentials, "--state", "new", "--assignee", "nobody"));
        string id = fax.GetProperty("id").GetString()!;

        (int exit, string said) = await desk.RunAsync("ehr", "fax", "handle", "--credentials", credentials, id,
            "--state", "done", "--tag", "referral", "--note", "filed");
        Assert.True(exit == 0, said);
        Assert.Contains($"{id} done", said, StringComparison.Ordinal);
        Assert.Contains($"{id} note 1", said, StringComparison.Ordinal);
        string undo = said.Split("hermetic fax undo ")[1].Split('\n')[0].Trim();
        Assert.Single(await desk.JsonAsync(
            "ehr", "fax", "list", "--credentials", credentials, "--state", "done", "--tag", "REFERRAL"));

        (exit, said) = await desk.RunAsync("ehr", "fax", "undo", "--credentials", credentials, undo);
        Assert.True(exit == 0, said);
        Assert.Single(await desk.JsonAsync("ehr", "fax", "list", "--credentials", credentials, "--state", "new"));
        (exit, said) = await desk.RunAsync("ehr", "fax", "undo", "--credentials", credentials, undo);
        Assert.True(exit != 0, said);
    }

    [Fact]
    public async Task Fax_ToANewNumber_IsHeldUntilItIsConfirmed_AndRefusedWhereThereIsNone()
    {
        await using SipRefuser peer = new("404 Not Found");
        await using ServedDesk desk = await ServedDesk.StartAsync(peer.Port);
        string credentials = await desk.MakeProgramFromTheStartAsync(s_scopes);
        string page = desk.Folder.Write("page.tif", ShortDocuments.Make("tif"));
        string[] send = ["fax", "send", "--credentials", credentials, "--to", "5557777", "--json", page];

        (int held, string why) = await desk.RunAsync("ehr", send);
        Assert.True(held == 6, why);
        Assert.Contains("--confirm NUMBER", why, StringComparison.Ordinal);
        JsonElement job = Assert.Single(ServedDesk.Lines(why));
        Assert.Equal("held", job.GetProperty("state").GetString());
        Assert.Equal("cancelled", Assert.Single(await desk.JsonAsync("ehr", "fax", "cancel", "--credentials",
            credentials, job.GetProperty("id").GetString()!)).GetProperty("state").GetString());
        Assert.Equal(0, peer.Invites);

        (int differs, string field) = await desk.RunAsync("ehr", [.. send, "--confirm", "5557778"]);
        Assert.True(differs == 2, field);
        Assert.Contains("numberAgain is not the same number", field, StringComparison.Ordinal);
        (int none, string unknown) = await desk.RunAsync("ehr", [.. send, "--confirm", "5557777", "--wait"]);
        Assert.True(none == 6, unknown);
        Assert.Equal("no-such-number",
            Assert.Single(ServedDesk.Lines(unknown)).GetProperty("cause").GetString());
    }

    [Fact]
    public async Task Fax_WhereSomethingIsMissing_SaysWhatAndSendsNothing()
    {
        await using SipRefuser peer = new("486 Busy Here");
        await using ServedDesk desk = await ServedDesk.StartAsync(peer.Port);
        string page = desk.Folder.Write("page.tif", ShortDocuments.Make("tif"));
        string[] send = ["fax", "send", "--to", "5557777", page];
        desk.WriteCredentials("wrong.json", $"{Guid.NewGuid()}", "not-it");
        string open = desk.Folder.Write("open.json", "{}"u8.ToArray());

        await SaysAsync(2, "nobody is signed in at this server", desk.RunAsync("ehr", send));
        await SaysAsync(6, "its secret is not right", desk.RunAsync(
            "ehr", [.. send, "--credentials", desk.Folder["wrong.json"]]));
        await SaysAsync(2, "chmod 600 it", desk.RunAsync("ehr", [.. send, "--credentials", open]));
        await SaysAsync(7, "is not one that this machine trusts", desk.RunTypedAsync("ehr", "/dev/null",
            [.. send, "--server", $"{desk.Address}", "--credentials", desk.Folder["wrong.json"]]));
        // Trusted, and for another name.
        await SaysAsync(7, "is for another name", desk.RunTypedAsync("ehr", "/dev/null",
            [.. send, "--server", $"https://localhost:{desk.Address.Port}", "--cacert", desk.Certificate,
                "--credentials", desk.Folder["wrong.json"]]));
        await SaysAsync(7, "nobody answers at 127.0.0.1:9", desk.RunTypedAsync("ehr", "/dev/null",
            [.. send, "--server", "https://127.0.0.1:9", "--credentials", desk.Folder["wrong.json"]]));
        await SaysAsync(2, "--server takes https://", desk.RunTypedAsync("ehr", "/dev/null",
            [.. send, "--server", "http://192.0.2.1", "--credentials", desk.Folder["wrong.json"]]));
        Assert.Equal(0, peer.Invites);
    }

    private static async Task SaysAsync(int exit, string words, Task<(int Exit, string Said)> run)
    {
        (int ended, string said) = await run;
        Assert.True(ended == exit && said.Contains(words, StringComparison.Ordinal), $"{ended}, not {exit}: {said}");
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }
}
