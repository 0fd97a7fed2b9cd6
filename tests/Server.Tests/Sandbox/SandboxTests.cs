// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Hermetic.Server.Features.Sandbox;
using Hermetic.Server.Tests.Api;

namespace Hermetic.Server.Tests.Sandbox;

/// <summary>Each number of the sandbox ends as docs/api.md says, through the API and the real engine; the trunk hears
/// nothing of it.</summary>
public sealed class SandboxTests(SandboxDesk desk) : IClassFixture<SandboxDesk>
{
    /// <summary>Number, pages, and what the first try comes to: state, cause, pages confirmed.</summary>
    public static TheoryData<string, int, string, string, int> Rows => new()
    {
        { "+15555550100", 2, "done", "delivered", 2 },
        { "+15555550101", 1, "waiting", "busy", 0 },
        { "+15555550102", 1, "waiting", "no-answer", 0 },
        { "+15555550103", 1, "waiting", "no-carrier", 0 },
        { "+15555550104", 3, "waiting", "protocol-failure", 1 },
        { "+15555550105", 1, "done", "delivered", 1 },
        { "+15555550106", 1, "failed", "no-such-number", 0 },
        { "+15555550107", 1, "waiting", "congestion", 0 },
        { "+15555550108", 1, "done", "delivered", 1 },
        { "+15555550109", 1, "failed", "rejected", 0 },
        { "+15555550110", 1, "waiting", "protocol-failure", 0 },
        // Whoever is no number of the sandbox does not exist there.
        { "+12125551234", 1, "failed", "no-such-number", 0 },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Number_EndsAsDocumented(string number, int pages, string state, string cause, int confirmed)
    {
        Guid job = (await desk.OnceAsync(Rows.Select(row => (row.Data.Item1, row.Data.Item2))))[number];
        JsonNode after = await desk.AfterAsync(job, 1);
        Assert.Equal((state, cause, confirmed), ((string)after["state"]!,
            (string)after["attempts"]![0]!["cause"]!, (int)after["pagesConfirmed"]!));
        Assert.Equal((pages, 0), ((int)after["pages"]!, desk.TrunkHeard));
        if (number == "+15555550107")
        {
            Assert.Equal(SandboxStation.CongestionRetryAfter,
                (DateTimeOffset)after["dueAt"]! - (DateTimeOffset)after["attempts"]![0]!["endedAt"]!);
        }

        if (number == "+15555550108")
        {
            JsonNode attempt = after["attempts"]![0]!;
            Assert.Equal((2400, false), ((int)attempt["rateBps"]!, (bool)attempt["ecm"]!));
        }
    }

    [Fact]
    public void Table_NamesEveryNumberOnce() =>
        Assert.Equal(SandboxNumbers.All.Select(one => one.Number).Order(),
            Rows.Select(row => row.Data.Item1).Where(number => number != "+12125551234").Order());

    [Fact]
    public async Task Paper_NamesEveryNumberInTheSameWords()
    {
        string paper = await File.ReadAllTextAsync(
            Path.Combine(OpenApiTests.Root(), "docs/api.md"), TestContext.Current.CancellationToken);
        Assert.All(SandboxNumbers.All, one =>
            Assert.Contains($"| `{one.Number}` | {one.Words} |", paper, StringComparison.Ordinal));
    }
}

/// <summary>What comes behind the first try; the clock is moved.</summary>
public sealed class SandboxRetryTests(SandboxDesk desk) : IClassFixture<SandboxDesk>
{
    [Fact]
    public async Task Number_ThatTakesOnePageACall_IsDoneAfterAsManyCalls()
    {
        Guid job = await desk.SendAsync("+15555550104", pages: 2);
        await desk.AfterAsync(job, 1);
        desk.Time.Advance(TimeSpan.FromMinutes(1));
        JsonNode done = await desk.AfterAsync(job, 2);
        Assert.Equal(("done", 2, 2), ((string)done["state"]!, (int)done["pagesConfirmed"]!,
            done["attempts"]!.AsArray().Count));
    }

    [Fact]
    public async Task Number_ThatTakesNoPage_IsGivenUpAfterFourCalls()
    {
        Guid job = await desk.SendAsync("+15555550110");
        for (int tries = 1; tries < 4; tries++)
        {
            await desk.AfterAsync(job, tries);
            desk.Time.Advance(TimeSpan.FromMinutes(1));
        }

        JsonNode over = await desk.AfterAsync(job, 4);
        Assert.Equal(("failed", "protocol-failure"), ((string)over["state"]!, (string)over["cause"]!));
    }

    [Fact]
    public async Task Number_ThatAnswersAsAnotherStation_IsStoppedBeforeAPage()
    {
        await desk.AfterAsync(await desk.SendAsync("+15555550105"), 1);
        JsonNode over = await desk.AfterAsync(await desk.SendAsync("+15555550105"), 1);
        Assert.Equal(("failed", "wrong-station", 0),
            ((string)over["state"]!, (string)over["cause"]!, (int)over["pagesConfirmed"]!));
    }
}
