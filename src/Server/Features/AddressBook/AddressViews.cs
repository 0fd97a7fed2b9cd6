// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Http;

namespace Hermetic.Server.Features.AddressBook;

/// <summary>An entry as somebody writes it.</summary>
internal sealed record AddressBody(
    [property: Description("What people call it.")] string? Name,
    [property: Description("The number to dial, in any spelling.")] string? Number,
    [property: Description("What people should know of it.")] string? Note = null,
    [property: Description("Names of groups that it is in; a broadcast can go to a group.")]
    IReadOnlyList<string>? Groups = null) : IIdempotentBody
{
    /// <inheritdoc/>
    public override string ToString() => "an entry of an address book";
}

/// <summary>The number of an entry, given once more.</summary>
internal sealed record AddressNumberBody(
    [property: Description("The number, in any spelling.")] string? Number) : IIdempotentBody
{
    /// <inheritdoc/>
    public override string ToString() => "a number";
}

/// <summary>That somebody made sure of a number.</summary>
internal sealed record VerifiedView(
    [property: Description("`confirmed`: it was given a second time. `verified`: a person made sure whose it is.")]
    string How,
    DateTimeOffset At,
    [property: Description("The account that did; null if it is not known.")] Guid? By);

/// <summary>An entry as programs see it.</summary>
internal sealed record AddressView(
    Guid Id,
    [property: Description("Counts changes. `ETag` says it too; `If-Match` takes it.")] int Version,
    [property: Description("Null if its keys were destroyed, as all that the entry says: write it anew.")]
    string? Name,
    string? Number, string? Note, IReadOnlyList<string> Groups,
    [property: Description("Null if nobody made sure of the number: the first fax to it is held.")]
    VerifiedView? Verified,
    [property: Description("The station id that the number answered with last: untrusted text.")] string? StationId,
    DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    /// <inheritdoc/>
    public override string ToString() => $"entry {Id}";
}

/// <summary>Some entries of an address book.</summary>
internal sealed record AddressListView(
    IReadOnlyList<AddressView> Entries,
    [property: Description("For `after` of the next request; null at the end.")] Guid? Next);
