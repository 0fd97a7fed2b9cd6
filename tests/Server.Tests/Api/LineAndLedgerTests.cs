// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Hermetic.Ledger.Notes;
using Hermetic.Store;

namespace Hermetic.Server.Tests.Api;

/// <summary>Lines, who saw a fax, and the proof of it.</summary>
public class LineAndLedgerTests
{
    [Fact]
    public async Task Lines_AreThoseOfTheCallersInboxes()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JsonArray all = (await host.Client(host.Clerk()).JsonAsync("/api/v1/lines"))["lines"]!.AsArray();
        Assert.Equal(["+15551234", "+15551235"], all.Select(line => (string)line!["number"]!).Order());
        HttpClient client = host.Client(new TestSignIn(host.Tenant, "lines.read", host.Routes[1].Line.ToString()));
        JsonNode one = Assert.Single((await client.JsonAsync("/api/v1/lines"))["lines"]!.AsArray())!;
        Assert.Equal((host.Routes[1].Line, "+15551235", "active"),
            ((Guid)one["id"]!, (string)one["number"]!, (string)one["state"]!));
        Assert.Equal("+15551235", (string)(await client.JsonAsync($"/api/v1/lines/{host.Routes[1].Line}"))["number"]!);
        foreach (Guid other in new[] { host.Routes[0].Line, host.Routes[2].Line, Guid.NewGuid() })
        {
            await (await client.GetAsync($"/api/v1/lines/{other}")).ProblemAsync(404, "not-found");
        }
    }

    [Fact]
    public async Task P6_Disclosures_OfAFax_NameEachReaderAndAreProven()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        FaxRecord fax = await host.ReceiveAsync();
        FaxRecord another = await host.ReceiveAsync();
        TestSignIn first = host.Clerk();
        TestSignIn second = host.Clerk();
        await host.Client(first).GetByteArrayAsync($"/api/v1/faxes/{fax.FaxId}/pages/1");
        await host.Client(first).GetByteArrayAsync($"/api/v1/faxes/{another.FaxId}/pages/1");
        await host.Client(second).JsonAsync("/api/v1/faxes?purpose=operations");
        await host.EntriesAsync();
        HttpClient officer = host.Client(host.Clerk("ledger.read"));
        JsonNode told = await officer.JsonAsync($"/api/v1/faxes/{fax.FaxId}/disclosures");
        Assert.Null(told["next"]);
        Assert.Equal(
            [
                ("page", first.Caller.ToString(), "treatment", (int?)1),
                ("list", second.Caller.ToString(), "operations", null),
            ],
            told["disclosures"]!.AsArray().Select(one => ((string)one!["act"]!, (string)one["account"]!,
                (string)one["purpose"]!, (int?)one["page"])));

        foreach (JsonNode? one in told["disclosures"]!.AsArray())
        {
            byte[] file = await officer.GetByteArrayAsync($"/api/v1/ledger/entries/{one!["index"]}/proof");
            Assert.True(TlogProof.TryParse(file, out TlogProof? proof, out string reason), reason);
            Assert.True(VerifierKey.TryParse(host.Installation.LedgerKey, out VerifierKey? key, out _));
            Assert.True(proof!.Shows(proof.Extra, key!, [], 0, out reason), reason);
        }
    }

    [Fact]
    public async Task Proof_OfAnotherTenantsEntry_IsNotThere()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        FaxRecord fax = await host.ReceiveAsync();
        await host.Client(host.Clerk()).GetByteArrayAsync($"/api/v1/faxes/{fax.FaxId}/pages/1");
        await host.EntriesAsync();
        HttpClient other = host.Client(new TestSignIn(host.OtherTenant, "ledger.read"));
        await (await other.GetAsync("/api/v1/ledger/entries/0/proof")).ProblemAsync(404, "not-found");
        await (await other.GetAsync("/api/v1/ledger/entries/999999/proof")).ProblemAsync(404, "not-found");
        await (await other.GetAsync($"/api/v1/faxes/{fax.FaxId}/disclosures")).ProblemAsync(404, "not-found");
        JsonNode head = await other.JsonAsync("/api/v1/ledger/checkpoint");
        Assert.Equal("test.example/ledger", (string)head["origin"]!);
        Assert.True((long)head["size"]! > 0);
    }
}
