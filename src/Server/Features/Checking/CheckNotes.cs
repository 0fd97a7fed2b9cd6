// SPDX-License-Identifier: Apache-2.0
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Checking;

/// <summary>What a check has found and counted so far.</summary>
internal sealed class CheckNotes
{
    private readonly List<CheckFinding> _findings = [];

    public long Keys { get; set; }

    public long Entries { get; set; }

    public long Pages { get; set; }

    public long Columns { get; set; }

    public long Destroyed { get; set; }

    public CheckReport Report => new(_findings, new CheckCounts(Keys, Entries, Pages, Columns, Destroyed));

    public void Add(string place, string reason)
    {
        if (_findings.Count < CheckReport.FindingsMax)
        {
            _findings.Add(new CheckFinding(place, reason));
        }
    }

    /// <summary>Opens something; false if it does not open, which is a finding unless its keys were
    /// destroyed.</summary>
    public bool TryOpen(string place, Action open)
    {
        try
        {
            open();
            return true;
        }
        catch (SealedObjectException failure)
        {
            Add(place, failure.Message);
        }
        catch (VaultKeyException failure) when (failure.Fault == KeyFault.EpochDestroyed)
        {
            Destroyed++;
        }
        catch (VaultKeyException failure)
        {
            Add(place, failure.Message);
        }

        return false;
    }
}
