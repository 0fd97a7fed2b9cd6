// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.Access;

/// <summary>A program as those who run accounts see it.</summary>
internal sealed record ProgramView(
    Guid Id, string Name, string State, IReadOnlyList<string> Scopes, IReadOnlyList<string> Inboxes,
    DateTimeOffset CreatedAt);

/// <summary>Programs of a tenant: what each may do is fixed when it is made.</summary>
internal sealed class Programs(AccessDatabase database, AccessKeys keys, TimeProvider time)
{
    public const string NameColumn = "program.name";

    /// <summary>Makes a program; its secret, which nobody can be told again.</summary>
    public async Task<string> CreateAsync(
        Guid id, Guid tenant, string name, IEnumerable<string> scopes, string inboxes, CancellationToken cancellation)
    {
        string secret = SecretCode.Make();
        await database.WriteAsync(
            (context, _) =>
            {
                context.Programs.Add(new ProgramRow
                {
                    ProgramId = id,
                    TenantId = tenant,
                    State = (int)AccountState.Active,
                    SealedName = keys.Seal(id, NameColumn, name),
                    SecretHash = SecretCode.Hash(secret),
                    Scopes = string.Join(' ', scopes.Distinct().Order(StringComparer.Ordinal)),
                    Inboxes = inboxes,
                    TokensFrom = DateTimeOffset.UnixEpoch,
                    CreatedAt = time.GetUtcNow(),
                });
                return Task.FromResult(true);
            },
            cancellation).ConfigureAwait(false);
        return secret;
    }

    /// <summary>The program, if it may have tokens now.</summary>
    public async Task<ProgramRow?> FindAsync(string? id, CancellationToken cancellation) =>
        !Guid.TryParse(id, out Guid program) ? null : await database.ReadAsync(context => context.Programs
            .SingleOrDefaultAsync(
                row => row.ProgramId == program && row.State == (int)AccountState.Active, cancellation))
            .ConfigureAwait(false);

    /// <summary>Whether this is the program's secret; for none never.</summary>
    public static bool Knows(ProgramRow? program, string? secret) => CryptographicOperations.FixedTimeEquals(
        SecretCode.Hash(secret ?? ""), program?.SecretHash ?? new byte[SHA256.HashSizeInBytes]) && program is not null;

    /// <summary>Ends a program for good, and every token that it has. False if this tenant has none such.</summary>
    public Task<bool> EndAsync(Guid tenant, Guid id, CancellationToken cancellation) => ChangeAsync(
        tenant, id, row => row.State = (int)AccountState.Suspended, cancellation);

    /// <summary>Ends the tokens that it has now; it may ask for new ones.</summary>
    public Task<bool> EndTokensAsync(Guid tenant, Guid id, CancellationToken cancellation) => ChangeAsync(
        tenant, id, row => row.TokensFrom = time.GetUtcNow(), cancellation);

    public async Task<IReadOnlyList<ProgramView>> ListAsync(Guid tenant)
    {
        List<ProgramRow> rows = await database.ReadAsync(context => context.Programs
            .Where(row => row.TenantId == tenant).OrderBy(row => row.CreatedAt).ToListAsync()).ConfigureAwait(false);
        return
        [
            .. rows.Select(row => new ProgramView(
                row.ProgramId, keys.Open(row.ProgramId, NameColumn, row.SealedName),
                ((AccountState)row.State).ToString(), row.Scopes.Split(' '), InboxList.Of(row.Inboxes),
                row.CreatedAt)),
        ];
    }

    private Task<bool> ChangeAsync(
        Guid tenant, Guid id, Action<ProgramRow> change, CancellationToken cancellation) => database.WriteAsync(
            async (context, cancel) =>
            {
                ProgramRow? row = await context.Programs
                    .SingleOrDefaultAsync(row => row.ProgramId == id && row.TenantId == tenant, cancel)
                    .ConfigureAwait(false);
                if (row is not null)
                {
                    change(row);
                }

                return row is not null;
            },
            cancellation);
}
