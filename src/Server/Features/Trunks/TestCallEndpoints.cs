// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Trunks;

/// <summary>A test call to be placed.</summary>
internal sealed record NewTestCallBody(
    [property: Description("Whom to call: a fax machine that may be called. A whole telephone number; emergency and "
        + "service numbers are refused.")]
    string? Number)
{
    /// <inheritdoc/>
    public override string ToString() => "a test call";
}

/// <summary>What the machine that answered can do, as it says itself.</summary>
internal sealed record StationView(
    [property: Description("Its number as it gives it, which nobody vouches for; null if it gives none.")] string? Id,
    [property: Description("False if it can't take a fax now.")] bool CanReceive,
    [property: Description("Its fastest rate in bit/s.")] int RateMax,
    [property: Description("Error correction mode.")] bool Ecm,
    [property: Description("`mh`, `mr`, `mmr`.")] IReadOnlyList<string> Codings,
    [property: Description("`standard`, `fine`, `superfine`, `dpi200`, `dpi300`, `r16`, `dpi400`, `dpi600`.")]
    IReadOnlyList<string> Resolutions,
    [property: Description("The widest page: `a4`, `b4` or `a3`.")] string Width)
{
    public static StationView? Of(T30Result? fax) => fax?.RemoteAbilities is not { } can ? null : new(
        fax.RemoteStationId, can.CanReceive, can.RateMax, can.Ecm,
        [.. can.Compressions.Order().Select(Word)], [.. can.Resolutions.Order().Select(Word)], Word(can.WidthMax));

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}

/// <summary>A trunk's newest test call.</summary>
internal sealed record TestCallView(
    Guid Id, string Trunk,
    [property: Description("As it was dialled.")] string Number,
    [property: Description("`calling`, `identified` (a fax machine answered and said what it can do), `failed` or "
        + "`cancelled`.")]
    string State,
    [property: Description("How far it came: `placed`, `ringing`, `answered`, `t38`.")] string Progress,
    DateTimeOffset StartedAt,
    [property: Description("Null while it is under way.")] DateTimeOffset? EndedAt,
    [property: Description("Why it did not come so far, in the classes of a job's tries; null if it did.")]
    string? Cause,
    [property: Description("What came of it, in plain words; empty while it is under way.")] string Words,
    [property: Description("The same for who knows SIP and T.30, with the clause behind it; null while it is under "
        + "way.")]
    string? Detail,
    [property: Description("The last status of the INVITE; null if there was none.")] int? SipStatus,
    [property: Description("From the INVITE to the answer, in milliseconds; null if it was not answered.")]
    long? AnsweredAfterMs,
    [property: Description("Who answered; null if no machine said what it can do.")] StationView? Station)
{
    /// <inheritdoc/>
    public override string ToString() => $"test call {Id}";

    public static TestCallView Of(TestCall call) => new(
        call.Id, call.Trunk, call.Number, EnumWord.Of(call.State), EnumWord.Of(call.Progress), call.StartedAt,
        call.EndedAt, call.Cause is { } cause ? EnumWord.Of(cause) : null, call.Words,
        call.Report is { } report ? $"{report.Reason} ({report.Clause})" : null,
        call.Report is { SipStatus: not 0 } answered ? answered.SipStatus : null,
        (long?)call.Report?.AnsweredAfter?.TotalMilliseconds, StationView.Of(call.Report?.T30));
}

/// <summary>Test calls over HTTP, for the installation's operator.</summary>
internal sealed class TestCallEndpoints(TestCalls calls)
{
    private const string Path = "/trunks/{name}/test-call";

    public void Map(IEndpointRouteBuilder api)
    {
        Map(api.MapPost(Path, BeginAsync), "beginTestCall", "Places a test call on a trunk")
            .WithDescription("A real call: it rings, agrees on T.38, hears what the fax machine there can do and hangs "
                + $"up before any page. One at a time of each trunk, {TestCalls.PerHourMax} an hour of all; it is one "
                + "of the trunk's calls and is in the installation's ledger before it is placed. It goes on behind the "
                + "answer: look at it until its state is not `calling`.");
        Map(api.MapGet(Path, Find), "getTestCall", "A trunk's newest test call")
            .WithDescription("As the process that answers knows it, since its start.");
        Map(api.MapDelete(Path, HangUp), "endTestCall", "Ends the test call that is under way");
    }

    private static RouteHandlerBuilder Map(RouteHandlerBuilder endpoint, string name, string summary) =>
        endpoint.RequireScope(Scopes.InstallationOperate).WithName(name).WithTags("Trunks").WithSummary(summary);

    private async Task<Accepted<TestCallView>> BeginAsync(HttpContext http, string name, NewTestCallBody body)
    {
        new QueryReader(http).Finish();
        TestCall call = await calls.BeginAsync(Caller.Of(http), name, body.Number, http.RequestAborted)
            .ConfigureAwait(false);
        return TypedResults.Accepted((string?)null, TestCallView.Of(call));
    }

    private Ok<TestCallView> Find(HttpContext http, string name)
    {
        new QueryReader(http).Finish();
        return TypedResults.Ok(TestCallView.Of(calls.Find(name) ?? throw new ProblemException(ProblemCode.NotFound)));
    }

    private NoContent HangUp(HttpContext http, string name)
    {
        new QueryReader(http).Finish();
        calls.HangUp(name);
        return TypedResults.NoContent();
    }
}
