// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Quotas;

/// <summary>How much is used of how much.</summary>
internal sealed record QuotaView(long Used, long Limit);

/// <summary>What a practice uses of what it may.</summary>
internal sealed record UsageView(
    [property: Description("Pages of its faxes, in and out; those of a call that goes on are not counted yet.")]
    QuotaView StoredPages,
    [property: Description("Bytes of those pages, sealed.")] QuotaView StoredOctets,
    [property: Description("Faxes that were asked for since midnight, UTC.")] QuotaView OutgoingToday,
    [property: Description("When that begins anew.")] DateTimeOffset OutgoingResetsAt,
    [property: Description("Uploads that one account may have at once.")] int UploadsPendingLimit);

/// <summary>A practice's use of its quotas over HTTP.</summary>
internal sealed class UsageEndpoints(FaxStore store, Quotas quotas, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/usage", (Delegate)FindAsync).RequireScope(Scopes.UsageRead).WithName("getUsage")
            .WithTags("Usage").WithSummary("What the practice uses of what it may");

    private async Task<Ok<UsageView>> FindAsync(HttpContext http)
    {
        new QueryReader(http).Finish();
        Guid tenant = Caller.Of(http).OwnTenant;
        TenantUsage used = await store.Usage.FindAsync(tenant, http.RequestAborted).ConfigureAwait(false)
            ?? throw new ProblemException(ProblemCode.NotFound);
        QuotaSettings most = quotas.Of(tenant);
        DateTimeOffset now = time.GetUtcNow();
        return TypedResults.Ok(new UsageView(
            new QuotaView(used.StoredPages, most.StoredPagesMax),
            new QuotaView(used.StoredOctets, most.StoredOctetsMax),
            new QuotaView(used.OutgoingOn(UsageTable.DayOf(now)), most.OutgoingPerDayMax),
            new DateTimeOffset(now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero), most.UploadsPendingMax));
    }
}
