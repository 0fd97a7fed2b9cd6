// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Keys;
using Hermetic.Server.Hosting;
using Hermetic.Vault.Keys;

namespace Hermetic.Cli.Keys;

/// <summary>`hermetic keys destroy`: says what would be lost, has it confirmed, destroys, and says what to back up.
/// </summary>
internal sealed class KeysDestroyCommand(
    KeysDestroyOptions options, TimeProvider time, TextReader input, TextWriter output, TextWriter error)
{
    /// <summary>Our limit: what an entry of the ledger takes.</summary>
    public const int ReasonCharsMax = EntryBodyJson.TextCharsMax;

    private const string Name = "hermetic keys destroy";

    public Task<ExitCode> RunAsync(CancellationToken cancellation) =>
        Configured.RunAsync(Name, options.Config, error, settings => RunAsync(settings, cancellation));

    private async Task<ExitCode> RunAsync(ServerSettings settings, CancellationToken cancellation)
    {
        await using KeyCustody custody = await KeyCustody.OpenAsync(settings, time, cancellation);
        KeyInventory keys = await custody.ListAsync(cancellation);
        if (Find(keys) is not ({ } tenant, { } epoch))
        {
            return ExitCode.Usage;
        }

        if (WhyNot(custody, epoch) is { } refusal)
        {
            error.WriteLine($"{Name}: {refusal}. Nothing was destroyed.");
            return ExitCode.Refused;
        }

        Show(tenant, epoch);
        if (!options.Yes && !IsConfirmed(tenant.Name ?? tenant.Id.ToString()))
        {
            error.WriteLine($"{Name}: that is not the tenant's name. Nothing was destroyed.");
            return ExitCode.Cancelled;
        }

        cancellation.ThrowIfCancellationRequested();
        (RootGeneration root, string backup) = await custody.DestroyAsync(
            tenant.Id, epoch, options.Account, options.Reason);
        output.WriteLine($"Destroyed; the ledger says so. The root key is now {root}. Back up now:");
        output.WriteLine(backup);
        return ExitCode.Success;
    }

    private (TenantKeys? Tenant, EpochStatus? Epoch) Find(KeyInventory keys)
    {
        TenantKeys? tenant = keys.Tenants.FirstOrDefault(one => one.Name == options.Tenant
            || one.Id.ToString() == options.Tenant);
        EpochStatus? epoch = tenant?.Epochs.FirstOrDefault(one => one.Epoch.ToString() == options.Epoch);
        if (tenant is null)
        {
            error.WriteLine($"{Name}: there is no tenant '{options.Tenant}'. `hermetic keys list` shows which there "
                + "are.");
        }
        else if (epoch is null)
        {
            error.WriteLine($"{Name}: this tenant has no key epoch '{options.Epoch}'. `hermetic keys list` shows which "
                + "there are.");
        }

        return (tenant, epoch);
    }

    private string? WhyNot(KeyCustody custody, EpochStatus epoch) => epoch.State switch
    {
        EpochState.Destroyed => $"the keys of {epoch.Epoch} are destroyed already, since {epoch.Since:yyyy-MM-dd}",
        EpochState.Missing => $"the keys of {epoch.Epoch} are missing. Put the keys folder back from its newest "
            + "backup first: a backup that still has them could not be shredded otherwise",
        _ when custody.MustBeKept(epoch) => $"{epoch.Epoch} seals what the ledger's entries say, which has to be kept "
            + $"for {KeyCustody.JournalYearsMin} years (45 CFR 164.316(b)(2)(i))",
        EpochState.Sealing or EpochState.Next when !options.EvenCurrent =>
            $"{epoch.Epoch} is the epoch that faxes are sealed to {(epoch.State == EpochState.Sealing ? "now"
                : "next month")}. Wait until its month is over, or give --even-current with a --reason",
        _ => null,
    };

    private void Show(TenantKeys tenant, EpochStatus epoch)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Key epoch {epoch.Epoch} of tenant {tenant.Name ?? "(its name is gone)"} ({tenant.Id}):"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{epoch.Faxes} faxes with {epoch.Pages} pages and {epoch.Notes} notes, the numbers of {epoch.Calls} calls "
            + $"and {epoch.Names} names and numbers of the tenant's own become unreadable"));
        output.WriteLine("for everybody, here and in every backup. This is final.");
    }

    private bool IsConfirmed(string name)
    {
        output.Write("Type the tenant's name to go on: ");
        output.Flush();
        return input.ReadLine()?.Trim() == name;
    }
}
