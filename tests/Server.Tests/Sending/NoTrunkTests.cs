// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Tests.Api;

namespace Hermetic.Server.Tests.Sending;

/// <summary>A fax that waits for a way into the telephone network says so, and does not look as if it were about to
/// go.</summary>
public sealed class NoTrunkTests
{
    [Fact]
    public async Task Job_WithoutATrunk_SaysWhatItWaitsFor()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk("faxes.send"));
        using HttpResponseMessage answer = await client.PostAsJsonAsync("/api/v1/jobs", new
        {
            upload = await BroadcastTests.UploadAsync(client),
            line = host.Routes[0].Line,
            number = "+15550142",
            numberAgain = "+15550142",
        });
        JsonNode job = await answer.JsonAsync(201);
        Assert.Equal(("waiting", true), ((string)job["state"]!, (bool)job["noTrunk"]!));
        Assert.Contains("Tell your administrator", (string)job["words"]!, StringComparison.Ordinal);

        SendingContext sending = host.Installation.ForSending(host.Installation.Settings.Line) with
        {
            Trunks = [new SendingTrunk(Guid.NewGuid(), "far", 1)],
        };
        await using Dispatcher dispatcher = new(sending, new NoLine());
        Outbox outbox = new(sending, dispatcher);
        OutboxFax fax = (await outbox.FindAsync(host.Tenant, (Guid)job["id"]!, default))!;
        Assert.False(fax.HasNoWay);
        Assert.Equal("Waiting to be sent.", fax.Words);
        Assert.False(sending.HasWay(fax.Fax.LineId, fax.Sending with { TrunkFixed = true, TrunkId = Guid.NewGuid() }));
        Assert.True((sending with { Trunks = [], SandboxLines = new HashSet<Guid> { host.Routes[0].Line } })
            .HasWay(fax.Fax.LineId, fax.Sending));
    }
}
