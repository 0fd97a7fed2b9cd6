// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;

namespace Hermetic.Server.Features.Tenants;

/// <summary>A practice as the operator sees it.</summary>
internal sealed record TenantView(
    Guid Id,
    [property: Description("Null if its keys were destroyed.")] string? Name,
    [property: Description(StateWords.Description)] string State,
    DateTimeOffset CreatedAt);

/// <summary>All practices.</summary>
internal sealed record TenantListView(IReadOnlyList<TenantView> Tenants);

internal sealed record NewTenantBody(
    [property: Description("What the practice is called; no two have the same name.")] string Name)
{
    /// <inheritdoc/>
    public override string ToString() => "a practice";
}

internal sealed record ChangeTenantBody(
    [property: Description("Another name; left as it is if it is not there.")] string? Name = null,
    [property: Description(StateWords.Description)] string? State = null)
{
    /// <inheritdoc/>
    public override string ToString() => "a change of a practice";
}

/// <summary>A practice's number as the operator sees it: what people call it is the practice's own.</summary>
internal sealed record TenantLineView(
    Guid Id,
    [property: Description("As it is dialled; null if its keys were destroyed.")] string? Number,
    [property: Description(StateWords.Description)] string State,
    [property: Description("The site at which it stands; null for the practice as a whole.")] Guid? Site,
    DateTimeOffset CreatedAt);

/// <summary>All numbers of a practice, closed ones too.</summary>
internal sealed record TenantLineListView(IReadOnlyList<TenantLineView> Lines);

internal sealed record NewLineBody(
    [property: Description("The number as it is dialled, in any spelling.")] string Number,
    [property: Description("The site of the practice at which it stands; none if it is left out.")]
    Guid? Site = null)
{
    /// <inheritdoc/>
    public override string ToString() => "a number";
}

internal sealed record ChangeTenantLineBody(
    [property: Description(StateWords.Description)] string? State = null,
    [property: Description(Lines.LineWords.Site)] Guid? Site = null);

/// <summary>What the API's description says of states.</summary>
internal static class StateWords
{
    public const string Description =
        "`active`; or `suspended` or `closed`: calls are refused before the answer, and what is there stays.";
}
