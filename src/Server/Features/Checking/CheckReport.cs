// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Checking;

/// <summary>Something of an installation that does not fit.</summary>
/// <param name="Place">Which: ids, page numbers, column and file names; never PHI.</param>
/// <param name="Reason">What is wrong and what to do.</param>
public sealed record CheckFinding(string Place, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {Reason}";
}

/// <summary>What a check of an installation found.</summary>
/// <param name="Findings">What does not fit; at most <see cref="FindingsMax"/>.</param>
/// <param name="Counts">What was looked at.</param>
public sealed record CheckReport(IReadOnlyList<CheckFinding> Findings, CheckCounts Counts)
{
    /// <summary>Our limit: whoever has a thousand knows that everything is to be put back.</summary>
    public const int FindingsMax = 1000;

    /// <summary>Everything fits.</summary>
    public bool Holds => Findings.Count == 0;
}

/// <summary>What a check looked at.</summary>
/// <param name="Keys">Key epochs whose keys were unwrapped.</param>
/// <param name="Entries">Entries of the ledger.</param>
/// <param name="Pages">Pages whose sealed bytes were compared with their record and opened.</param>
/// <param name="Columns">Sealed columns that were opened.</param>
/// <param name="Destroyed">Pages and columns that nobody can open any more because their keys were destroyed.</param>
public sealed record CheckCounts(long Keys, long Entries, long Pages, long Columns, long Destroyed);
