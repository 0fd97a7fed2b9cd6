// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Checking;
using Hermetic.Server.Hosting;
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Tests.Access;

/// <summary>`hermetic verify installation` sees what was done to the access database.</summary>
public sealed class AccessCheckTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Check_SoundAccess_FindsNothing()
    {
        await ChangeAsync(_ => { });

        Assert.Empty((await CheckAsync()).Findings);
    }

    [Fact]
    public async Task Check_NameMovedToAnotherAccount_IsNamed()
    {
        await ChangeAsync(rows => rows[0].SealedName = rows[1].SealedName);

        Assert.StartsWith("account ", Assert.Single((await CheckAsync()).Findings).Place, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_AccountFoundByAnothersName_IsNamed()
    {
        await ChangeAsync(rows => rows[0].NameTag = new byte[32]);

        Assert.StartsWith("account ", Assert.Single((await CheckAsync()).Findings).Place, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_DatabaseGone_IsNamed()
    {
        await ChangeAsync(_ => { });
        File.Delete(Path.Combine(_folder.Data, "access.db"));

        Assert.Equal("access database", Assert.Single((await CheckAsync()).Findings).Place);
    }

    private async Task ChangeAsync(Action<List<AccountRow>> change)
    {
        await using Installation made = await Installation.OpenAsync(_folder.Settings, TimeProvider.System, default);
        Accounts accounts = new(made.Access, made.AccessKeys, TimeProvider.System);
        await accounts.CreateAsync(Guid.NewGuid(), null, "one", Role.InstallationOperator, "", default);
        await accounts.CreateAsync(Guid.NewGuid(), null, "two", Role.InstallationOperator, "", default);
        await made.Access.WriteAsync(
            async (context, cancel) =>
            {
                change(await context.Accounts.ToListAsync(cancel));
                return true;
            },
            default);
    }

    private Task<CheckReport> CheckAsync() =>
        InstallationVerifier.VerifyAsync(_folder.Settings, "os-user test", TimeProvider.System, _ => { }, default);
}
