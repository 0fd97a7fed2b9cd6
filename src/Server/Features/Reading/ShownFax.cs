// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store;

namespace Hermetic.Server.Features.Reading;

/// <summary>Whether the sealed fields of a fax could be shown.</summary>
internal enum FieldState
{
    /// <summary>They are here, as far as there are any.</summary>
    Shown,

    /// <summary>Their keys were destroyed, for good.</summary>
    Erased,

    /// <summary>They are not what was stored.</summary>
    Tampered,
}

/// <summary>A fax with its sealed fields opened: PHI, for the one that the ledger names.</summary>
/// <param name="Fax">Its record.</param>
/// <param name="Call">The call that brought it, as far as it is known.</param>
/// <param name="RemoteNumber">The number of the other side; untrusted text.</param>
/// <param name="StationId">What the other side calls itself; untrusted text.</param>
/// <param name="Fields">Whether all could be opened.</param>
/// <param name="Labels">What people labelled it; null if that could not be opened.</param>
internal sealed record ShownFax(
    FaxRecord Fax, CallRecord? Call, string? RemoteNumber, string? StationId, FieldState Fields,
    IReadOnlyList<string>? Labels)
{
    /// <inheritdoc/>
    public override string ToString() => $"fax {Fax.FaxId}";
}

/// <summary>A note on a fax, opened: PHI, for the one that the ledger names.</summary>
/// <param name="Note">Its record.</param>
/// <param name="Text">What it says; null if that could not be opened.</param>
/// <param name="State">Whether it could.</param>
internal sealed record ShownNote(NoteRecord Note, string? Text, FieldState State)
{
    /// <inheritdoc/>
    public override string ToString() => $"note {Note.Number} on fax {Note.FaxId}";
}
