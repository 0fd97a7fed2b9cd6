// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermetic.Benchmarks.Desk;

/// <summary>A session of one of the desk's clients.</summary>
internal sealed record DeskSession(int Tenant, string Secret);

/// <summary>What the serving process says when it serves.</summary>
internal sealed record ServingDesk(string Http, string Sip, string? EnrolmentCode, IReadOnlyList<DeskSession> Sessions);

/// <summary>The server, in a process of its own: what `hermetic serve` runs. Only its people come to their sessions
/// without a password each: signing fifty of them in is Argon2's minute, and not what is measured.</summary>
internal static class ServingProcess
{
    public const string Role = "--serve";

    public static async Task<int> RunAsync(string configuration, int clients, CancellationToken cancellation)
    {
        HermeticServer server = await HermeticServer.StartAsync(ServerSettingsReader.ReadFile(configuration),
            TimeProvider.System, NullLoggerFactory.Instance, cancellation);
        await using (server)
        {
            List<DeskSession> sessions = [];
            for (int i = 0; i < clients; i++)
            {
                int tenant = i % DeskOptions.Tenants;
                sessions.Add(new DeskSession(tenant, await SignInAsync(server.Installation, tenant, cancellation)));
            }

            Console.WriteLine(JsonSerializer.Serialize(new ServingDesk(server.HttpAddresses[0],
                server.Listening[0].Address.ToString(), server.EnrolmentCode, sessions)));
            while (await Console.In.ReadLineAsync(cancellation) is not null)
            {
                // The ledger's size once it holds all that was answered by now.
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
                Console.WriteLine(server.Installation.Ledger.Latest.Checkpoint.Size);
            }
        }

        return 0;
    }

    private static async Task<string> SignInAsync(
        Installation installation, int tenant, CancellationToken cancellation)
    {
        Guid id = Guid.NewGuid();
        await new Accounts(installation.Access, installation.AccessKeys, installation.Time).CreateAsync(id,
            Provisioning.IdOf(installation.Keys, Provisioning.NameColumn, installation.Settings.Tenants[tenant].Name),
            $"clerk-{id}", Server.Features.Access.Role.FrontDesk, InboxList.All, cancellation);
        await installation.Access.WriteAsync(
            (context, cancel) => context.Accounts.Where(row => row.AccountId == id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, (int)AccountState.Active), cancel), cancellation);
        return await new Sessions(installation.Access, installation.Time).BeginAsync(id, cancellation);
    }
}
