// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.Access;

/// <summary>What the configuration file asks for, put among the changes that wait for people: nobody asked for it whose
/// name is known, so that it needs as many people as if nobody had (<see cref="Approvals"/>).</summary>
internal sealed class WaitingChanges(AccessDatabase database, AccessKeys keys, TimeProvider time)
{
    /// <summary>Our choice: operators look in once a month at least; each start asks anew.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>True if a change of this kind waits that is such.</summary>
    public async Task<bool> HasAsync(
        string kind, Func<AccessChange, bool> isSuch, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        List<ApprovalRow> rows = await database.ReadAsync(context => context.Approvals
            .Where(row => row.TenantId == null && row.Kind == kind && row.EndsAt > now)
            .ToListAsync(cancellation)).ConfigureAwait(false);
        return rows.Any(row => isSuch(Approvals.ChangeOf(keys, row)));
    }

    /// <summary>Puts a change in the place of all of its kind; takes them away if it is null.</summary>
    public Task ReplaceAsync(string kind, AccessChange? change, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        Guid id = Guid.CreateVersion7(now);
        return database.WriteAsync(
            async (context, cancel) =>
            {
                await context.Approvals.Where(row => row.TenantId == null && row.Kind == kind)
                    .ExecuteDeleteAsync(cancel).ConfigureAwait(false);
                if (change is not null)
                {
                    context.Approvals.Add(new ApprovalRow
                    {
                        ApprovalId = id,
                        Kind = kind,
                        SealedChange = keys.Seal(
                            id, Approvals.ChangeColumn, JsonSerializer.SerializeToUtf8Bytes(change)),
                        AskedBy = Approvals.Nobody,
                        AskedAt = now,
                        EndsAt = now + Lifetime,
                    });
                }

                return true;
            },
            cancellation);
    }
}
