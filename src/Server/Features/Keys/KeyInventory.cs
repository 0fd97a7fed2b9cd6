// SPDX-License-Identifier: Apache-2.0
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Keys;

/// <summary>What an epoch's keys are good for now.</summary>
public enum EpochState
{
    /// <summary>What comes in now is sealed to it.</summary>
    Sealing,

    /// <summary>Made early, for a month that has not begun.</summary>
    Next,

    /// <summary>Nothing is sealed to it any more; what was can be opened.</summary>
    Open,

    /// <summary>Gone for good, and with it what was sealed to it.</summary>
    Destroyed,

    /// <summary>Records rest on it, and its keys are nowhere: a part of the keys folder is lost.</summary>
    Missing,
}

/// <summary>The keys of an installation, and what rests on them. No secret, no PHI.</summary>
/// <param name="Source">Where the root key is.</param>
/// <param name="Generations">The root keys that it holds: one, but for the moments of a rotation.</param>
/// <param name="Tenants">By id.</param>
public sealed record KeyInventory(
    string Source, IReadOnlyList<RootGeneration> Generations, IReadOnlyList<TenantKeys> Tenants);

/// <param name="Id">The tenant's id.</param>
/// <param name="Name">Its name: from the configuration, or from the store if its key is still there; else
/// null.</param>
/// <param name="Epochs">By time and class.</param>
public sealed record TenantKeys(Guid Id, string? Name, IReadOnlyList<EpochStatus> Epochs);

/// <param name="Epoch">Its month and retention class.</param>
/// <param name="IsJournal">It seals what the ledger's entries say, and no faxes.</param>
/// <param name="State">What it is good for.</param>
/// <param name="Root">The root key that wraps it; null if it is destroyed or missing.</param>
/// <param name="Since">When it was made, or destroyed; the time of its file, null if there is none.</param>
/// <param name="Faxes">Faxes that rest on it: what was destroyed counts until it is erased from the store.</param>
/// <param name="Pages">Pages that rest on it.</param>
/// <param name="Calls">Calls whose numbers rest on it.</param>
/// <param name="Names">Names of the tenant and numbers of its lines that rest on it.</param>
/// <param name="Notes">Notes on faxes that rest on it.</param>
/// <param name="Erased">Faxes that rested on it and are erased.</param>
/// <param name="DueSince">Since when the practice's retention wants it erased; null if it does not.</param>
public sealed record EpochStatus(
    KeyEpoch Epoch, bool IsJournal, EpochState State, RootGeneration? Root, DateTimeOffset? Since, long Faxes,
    long Pages, long Calls, long Names, long Notes = 0, long Erased = 0,
    DateTimeOffset? DueSince = null);
