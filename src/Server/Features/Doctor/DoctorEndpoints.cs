// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Doctor;

/// <summary>One thing that was looked at.</summary>
internal sealed record FindingView(
    [property: Description("`holds`, `unknown` or `broken`.")] string Verdict, string Saw,
    [property: Description("What to do; empty if nothing.")] string Advice);

/// <summary>How a promise stands.</summary>
internal sealed record PromiseView(
    [property: Description("`P1` to `P4`.")] string Promise, string Name,
    [property: Description("The worst of its findings; `unknown` before the first examination.")] string Verdict,
    IReadOnlyList<FindingView> Findings);

/// <summary>What the last examination saw.</summary>
internal sealed record ExaminationView(
    [property: Description("True while one runs.")] bool Running,
    [property: Description("How far it is.")] string Progress,
    [property: Description("When the last one ended; null if none has since the start.")] DateTimeOffset? ExaminedAt,
    IReadOnlyList<PromiseView> Promises);

/// <summary>The doctor over HTTP: what `hermetic doctor` says on the machine itself.</summary>
internal sealed class DoctorEndpoints(Examination examination)
{
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/doctor", (Delegate)Look).RequireScope(Scopes.InstallationOperate).WithName("getExamination")
            .WithTags("Doctor").WithSummary("How the promises stand, as they were last probed");
        api.MapPost("/doctor", (Delegate)Begin).RequireScope(Scopes.InstallationOperate).WithName("examine")
            .WithTags("Doctor").WithSummary("Probes the promises now")
            .WithDescription("From outside and on disk, not by reading the settings. It goes on behind the answer; "
                + "asked for while one runs, it is that one.");
    }

    private Ok<ExaminationView> Look(HttpContext http)
    {
        new QueryReader(http).Finish();
        return TypedResults.Ok(View());
    }

    private Accepted<ExaminationView> Begin(HttpContext http)
    {
        new QueryReader(http).Finish();
        examination.Begin();
        return TypedResults.Accepted((string?)null, View());
    }

    private ExaminationView View()
    {
        ExaminationState state = examination.State;
        return new ExaminationView(state.IsRunning, state.Progress, state.EndedAt,
            [.. Findings.Promises.Select(one => new PromiseView(one.Promise, one.Name,
                EnumWord.Of(state.Found.Of(one.Promise)),
                [.. state.Found.All.Where(finding => finding.Promise == one.Promise).Select(finding =>
                    new FindingView(EnumWord.Of(finding.Verdict), finding.Saw, finding.Advice))]))]);
    }
}
