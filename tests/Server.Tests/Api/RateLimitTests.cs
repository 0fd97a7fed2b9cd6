// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Server.Tests.Api;

/// <summary>How much may be asked at once.</summary>
public class RateLimitTests
{
    [Fact]
    public async Task Caller_AskingTooMuch_IsToldWhenToComeAgainAndOthersAreServed()
    {
        await using ApiHost host = await ApiHost.StartAsync(services: services =>
            services.AddSingleton(new ApiLimits { CallerBurstMax = 3, CallerPerSecondMax = 1 }));
        HttpClient busy = host.Client(host.Clerk());
        HttpResponseMessage[] answers = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => busy.GetAsync("/api/v1/lines")));
        HttpResponseMessage refused = answers.First(answer => (int)answer.StatusCode != 200);
        await refused.ProblemAsync(429, "too-many-requests");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains(answers, answer => (int)answer.StatusCode == 200);
        await host.Client(host.Clerk()).JsonAsync("/api/v1/lines");
    }

    [Fact]
    public async Task Tenant_AskingTooMuch_LeavesOtherTenantsAlone()
    {
        await using ApiHost host = await ApiHost.StartAsync(services: services =>
            services.AddSingleton(new ApiLimits { TenantBurstMax = 3, TenantPerSecondMax = 1 }));
        HttpResponseMessage[] answers = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => host.Client(host.Clerk()).GetAsync("/api/v1/lines")));
        await answers.First(answer => (int)answer.StatusCode != 200).ProblemAsync(429, "too-many-requests");
        await host.Client(new TestSignIn(host.OtherTenant, "lines.read")).JsonAsync("/api/v1/lines");
    }
}
