// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;

namespace Hermetic.Server.Portal;

/// <summary>A page of the portal: a frame without anybody's data, which its script fills over the API, as the person
/// that is signed in.</summary>
/// <param name="Path">Its route.</param>
/// <param name="Title">The key of what it is called in the navigation and the window.</param>
/// <param name="Scope">Who may open it; null for everybody.</param>
/// <param name="Component">What it shows.</param>
/// <param name="Script">The module that fills it; empty if none does.</param>
/// <param name="InNavigation">Whether the navigation names it.</param>
internal sealed record PortalPage(
    string Path, string Title, string? Scope, Type Component, string Script, bool InNavigation)
{
    public const string SignInPath = "/sign-in";
    public const string EnrolPath = "/enrol";
    public const string AccountPath = "/account";

    /// <summary>What its script asks the API for first, without a filter in its address: a browser that knows it asks
    /// while the scripts still load. Empty for what has the page's own path, null for nothing.</summary>
    public string? Ahead { get; init; }

    /// <summary>The modules that it runs: what stands around every page, and its own.</summary>
    public IReadOnlyList<string> Scripts => Script.Length > 0 ? ["shell.js", Script] : ["shell.js"];

    /// <summary>The name of the script that is all of them.</summary>
    public string Bundle => Scripts[^1];

    /// <summary>All that there are, in the navigation's order; the first that a person may open is its home.</summary>
    public static IReadOnlyList<PortalPage> All { get; } =
    [
        new("/privacy", "title.privacy", Scopes.LedgerRead, typeof(Pages.Privacy), "privacy.js", true),
        new("/installation", "title.installation", Scopes.InstallationOperate, typeof(Pages.InstallationOverview),
            "installation.js", true),
        new("/practice", "title.practice", Scopes.LinesManage, typeof(Pages.Practice), "practice.js", true),
        new("/inbox", "title.inbox", Scopes.FaxesRead, typeof(Pages.Inbox), "inbox.js", true)
        {
            Ahead = "/faxes?direction=inbound&limit=30",
        },
        new("/send", "title.send", Scopes.FaxesSend, typeof(Pages.Send), "send.js", true),
        new("/outbox", "title.outbox", Scopes.FaxesSend, typeof(Pages.OutboxList), "outbox.js", true),
        new("/outbox/{id:guid}", "title.job", Scopes.FaxesSend, typeof(Pages.Job), "job.js", false),
        new("/broadcasts/{id:guid}", "title.broadcast", Scopes.FaxesSend, typeof(Pages.Broadcast), "broadcast.js",
            false),
        new("/address-book", "title.address-book", Scopes.AddressBookRead, typeof(Pages.AddressBook), "address-book.js",
            true),
        new("/people", "title.people", Scopes.AccountsManage, typeof(Pages.People), "people.js", true),
        new("/approvals", "title.approvals", Scopes.ChangesApprove, typeof(Pages.Approvals), "approvals.js", true),
        new("/faxes/{id:guid}", "title.fax", Scopes.FaxesRead, typeof(Pages.Fax), "fax.js", false) { Ahead = "" },
        new("/faxes/{id:guid}/copy", "title.copy", Scopes.FaxesSend, typeof(Pages.Copy), "copy.js", false),
        new("/faxes/{id:guid}/split", "title.split", Scopes.FaxesHandle, typeof(Pages.Split), "split.js", false),
        new(AccountPath, "title.account", Scopes.SessionOwn, typeof(Pages.Account), "account.js", false),
        new(SignInPath, "title.sign-in", null, typeof(Pages.SignIn), "sign-in.js", false),
        new(EnrolPath, "title.enrol", null, typeof(Pages.Enrol), "enrol.js", false),
    ];

    /// <summary>The pages that the navigation shows to somebody.</summary>
    public static IEnumerable<PortalPage> For(Caller caller) =>
        All.Where(page => page.InNavigation && caller.Scopes.Contains(page.Scope!));

    /// <summary>Where somebody begins.</summary>
    public static string HomeOf(Caller caller) => For(caller).FirstOrDefault()?.Path ?? AccountPath;
}
