// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Ledger.Entries;

/// <summary>What was done. The first group are disclosures: something of a fax reached somebody.</summary>
public enum LedgerAct
{
    /// <summary>A page as an image.</summary>
    Page,

    /// <summary>A small image of a page.</summary>
    Thumbnail,

    /// <summary>The text of a page or of a fax.</summary>
    Text,

    /// <summary>Some words of a fax, around what was searched for.</summary>
    Snippet,

    /// <summary>A search: what was asked, and which faxes it showed.</summary>
    Search,

    /// <summary>A list of faxes: an inbox.</summary>
    List,

    /// <summary>A whole fax as a file.</summary>
    Export,

    /// <summary>A fax handed to another system.</summary>
    Delivery,

    /// <summary>Opened by the server itself: for text recognition, for a thumbnail.</summary>
    SystemRead,

    /// <summary>The destruction of a key was ordered; durable before the key is touched. What came of it is an entry
    /// of its own, <see cref="KeyDestroyed"/>.</summary>
    KeyDestruction,

    /// <summary>A key was destroyed, and with it all that was sealed to it; or, with
    /// <see cref="LedgerResult.Failed"/>, an ordered destruction never took place.</summary>
    KeyDestroyed,

    /// <summary>A fax was erased.</summary>
    Erased,

    /// <summary>Who may sign in, or do what, was changed.</summary>
    AccessChanged,

    /// <summary>A listener was added or changed.</summary>
    ListenerChanged,

    /// <summary>Somebody signed in, or tried to.</summary>
    SignIn,

    /// <summary>A fax was sent, or given up; names its receipt by a hash. What was disclosed has an entry of its own,
    /// from before the first page left.</summary>
    Sent,

    /// <summary>A practice or one of its numbers was added, named, opened or closed.</summary>
    LineChanged,

    /// <summary>An entry of a tenant's address book was made, changed or taken away, or somebody made sure of its
    /// number; by its id.</summary>
    AddressBookChanged,

    /// <summary>How received faxes are handled was changed, or a note on one was written or struck out; by their ids,
    /// and in words of ours.</summary>
    HandlingChanged,

    /// <summary>A test call was placed on a trunk; names the trunk and the number that was called. Nothing of a fax was
    /// in it.</summary>
    TestCall,

    /// <summary>A webhook was made, changed, given a new secret or taken away; by its id, in words of ours, and the
    /// host that events go to.</summary>
    WebhookChanged,
}

/// <summary>What came of it.</summary>
public enum LedgerResult
{
    /// <summary>Allowed; what was asked for left after this entry was durable.</summary>
    Allowed,

    /// <summary>Refused by the rules.</summary>
    Denied,

    /// <summary>It failed before anything left.</summary>
    Failed,
}

/// <summary>Who did it.</summary>
/// <param name="Account">The account's id; of the server itself `system`.</param>
/// <param name="Role">The role that it acted in.</param>
/// <param name="Address">The address it came from; empty for the server itself.</param>
/// <param name="Session">The session's id; empty for the server itself.</param>
public sealed record EntryActor(string Account, string Role, string Address, string Session);

/// <summary>What it was done to.</summary>
/// <param name="Fax">The fax's id; empty if it is not about one fax.</param>
/// <param name="Page">From 1; null for all of the fax.</param>
/// <param name="Query">What was asked, of a search.</param>
/// <param name="Shown">Ids of the faxes that a search or a list showed, or of what an administrative act
/// touched.</param>
public sealed record EntryObject(string Fax, int? Page, string Query, IReadOnlyList<string> Shown)
{
    /// <summary>One page of one fax.</summary>
    public EntryObject(string fax, int? page = null)
        : this(fax, page, "", [])
    {
    }

    // Lists are compared by what is in them, so that a body read back equals the one written.
    public bool Equals(EntryObject? other) => other is not null && Fax == other.Fax && Page == other.Page
        && Query == other.Query && Shown.SequenceEqual(other.Shown);

    public override int GetHashCode() => HashCode.Combine(Fax, Page, Query, Shown.Count);
}

/// <summary>Why it was done.</summary>
/// <param name="Purpose">The purpose of use, such as `treatment`, `payment` or `operations` (45 CFR 164.506).</param>
/// <param name="BreakGlass">The access was taken against the ordinary rules.</param>
/// <param name="Reason">In the person's own words; never empty when the glass was broken.</param>
public sealed record EntryReason(string Purpose, bool BreakGlass = false, string Reason = "");

/// <summary>The body of an entry: who did what to what, when, why, and what came of it. PHI may be in it (what was
/// searched for, a reason): it is never logged and leaves only sealed.</summary>
public sealed record EntryBody
{
    /// <summary>When, UTC, in whole milliseconds.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What was done.</summary>
    public required LedgerAct Act { get; init; }

    public required EntryActor Who { get; init; }

    public required EntryObject What { get; init; }

    public required EntryReason Why { get; init; }

    public required LedgerResult Result { get; init; }

    /// <summary>Nothing of the body: whoever logs it by mistake logs no PHI.</summary>
    public override string ToString() => $"entry body ({Act}, {Result})";
}
