// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Events;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Portal;

/// <summary>What stands around a page: nothing of a fax, and of the person its role and what it may do.</summary>
/// <param name="Language">The language of its words.</param>
/// <param name="Title">The page's title.</param>
/// <param name="Path">Its route.</param>
/// <param name="Content">The component within.</param>
/// <param name="Styles">Where the style sheets lie.</param>
/// <param name="Icon">Where the icon lies.</param>
/// <param name="Script">Where the script lies.</param>
/// <param name="Ahead">What the page will ask for first, to be fetched beside the script; null for nothing.</param>
/// <param name="Events">The kinds of events that a page may listen to, between spaces.</param>
/// <param name="Viewer">Who looks; null if nobody is signed in.</param>
public sealed record ShellFrame(
    Language Language, string Title, string Path, Type Content, IReadOnlyList<string> Styles, string Icon,
    string Script, string? Ahead, string Events, ShellViewer? Viewer)
{
    /// <summary>What the component within is given.</summary>
    public IDictionary<string, object> Given => new Dictionary<string, object>
    {
        [nameof(WordedPage.Language)] = Language,
    };

    internal static ShellFrame Of(
        PortalPage page, PortalAssets assets, Language language, HttpRequest request, Caller? caller) => new(
        language, language.Say(page.Title), page.Path, page.Component,
        [assets.PathOf(language, "portal.css"), assets.PathOf(language, "handling.css")],
        assets.PathOf(language, "hermetic.svg"), assets.PathOf(language, page.Bundle),
        page.Ahead is null || request.QueryString.HasValue ? null
            : ApiEndpoints.Prefix + (page.Ahead.Length > 0 ? page.Ahead : request.Path.Value),
        string.Join(' ', EventNames.All), caller is null ? null : ShellViewer.Of(caller, language));
}

/// <summary>Who looks at a page.</summary>
/// <param name="Account">The account's id.</param>
/// <param name="Role">Its role, as people say it.</param>
/// <param name="Scopes">What it may do, between spaces.</param>
/// <param name="Links">The pages that the navigation names.</param>
public sealed record ShellViewer(Guid Account, string Role, string Scopes, IReadOnlyList<ShellLink> Links)
{
    internal static ShellViewer Of(Caller caller, Language language) => new(
        caller.Account, RoleTitle.Of(caller.Role, language),
        string.Join(' ', caller.Scopes.Order(StringComparer.Ordinal)),
        [.. PortalPage.For(caller).Select(page => new ShellLink(page.Path, language.Say(page.Title)))]);
}

/// <summary>A page that the navigation names.</summary>
/// <param name="Path">Its route.</param>
/// <param name="Title">What it is called.</param>
public sealed record ShellLink(string Path, string Title);
