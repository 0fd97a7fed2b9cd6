// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Journal;
using Hermetic.Server.Http;
using Hermetic.Store;

namespace Hermetic.Server.Features.Sites;

/// <summary>Changes of sites, and of where lines stand: each is in the practice's ledger before it is made, by ids
/// alone.</summary>
internal sealed class SiteChanges(SiteBook book, FaxStore store, Journal.Journal journal, TimeProvider time)
{
    private const string NameTaken = "Another site of the practice has this name: choose another.";
    private const string HasLines = "Lines stand at it: put each of them at another site, or at none, first.";

    /// <summary>Makes a site.</summary>
    /// <exception cref="ProblemException">Its name is taken, or there are too many.</exception>
    public async Task<SiteRecord> AddAsync(
        Caller caller, Guid tenant, SiteEntry entry, CancellationToken cancellation)
    {
        SiteRecord made = book.Make(tenant, Guid.CreateVersion7(time.GetUtcNow()), entry);
        await TellAsync(caller, tenant, "site.added", made.SiteId, cancellation).ConfigureAwait(false);
        Require(await store.Sites.AddAsync(made, [], SiteBook.SitesMax, cancellation).ConfigureAwait(false));
        return made;
    }

    /// <summary>Writes a site anew; in force for the next page that is sent.</summary>
    /// <exception cref="ProblemException">Its name is taken, or somebody else was faster.</exception>
    public async Task<SiteRecord> ChangeAsync(
        Caller caller, SiteRecord known, SiteEntry entry, CancellationToken cancellation)
    {
        SiteRecord made = book.Change(known, entry);
        await TellAsync(caller, known.TenantId, "site.changed", known.SiteId, cancellation).ConfigureAwait(false);
        Require(await store.Sites.ChangeAsync(made, cancellation).ConfigureAwait(false));
        return made;
    }

    /// <summary>Removes a site at which no line stands.</summary>
    /// <exception cref="ProblemException">Lines stand at it, closed ones too; or somebody else was faster.</exception>
    public async Task RemoveAsync(Caller caller, SiteRecord known, CancellationToken cancellation)
    {
        await TellAsync(caller, known.TenantId, "site.removed", known.SiteId, cancellation).ConfigureAwait(false);
        Require(await store.Sites
            .RemoveAsync(known.TenantId, known.SiteId, known.Version, time.GetUtcNow(), cancellation)
            .ConfigureAwait(false));
    }

    /// <summary>Says at which site a line stands.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="line">The line.</param>
    /// <param name="site">The site; the nil UUID for none (RFC 9562 §5.9).</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="ProblemException">The practice has no such site.</exception>
    public async Task PlaceAsync(Caller caller, LineRecord line, Guid site, CancellationToken cancellation)
    {
        Guid? at = await RequireAsync(line.TenantId, site, cancellation).ConfigureAwait(false);
        await TellAsync(caller, line.TenantId, "line.placed", line.LineId, cancellation).ConfigureAwait(false);
        if (!await store.Sites.PlaceAsync(line.TenantId, line.LineId, at, cancellation).ConfigureAwait(false))
        {
            throw NoSite();
        }
    }

    /// <summary>The site that a line is to stand at; null for none.</summary>
    /// <exception cref="ProblemException">The practice has no such site.</exception>
    public async Task<Guid?> RequireAsync(Guid tenant, Guid site, CancellationToken cancellation) =>
        site == Guid.Empty ? null
            : await store.Sites.FindAsync(tenant, site, cancellation).ConfigureAwait(false) is null ? throw NoSite()
            : site;

    private static ProblemException NoSite() =>
        ProblemException.Field("site", "takes the id of a site of the same practice");

    private static void Require(SiteResult result)
    {
        if (result != SiteResult.Changed)
        {
            throw result switch
            {
                SiteResult.Stale => EntityVersion.Stale(),
                SiteResult.NameTaken => new ProblemException(ProblemCode.Taken, NameTaken),
                SiteResult.HasLines => new ProblemException(ProblemCode.SiteInUse, HasLines),
                SiteResult.Full => ProblemException.Field("name", $"there may be at most {SiteBook.SitesMax} sites"),
                _ => new ProblemException(ProblemCode.NotFound),
            };
        }
    }

    private Task<long> TellAsync(
        Caller caller, Guid tenant, string words, Guid touched, CancellationToken cancellation) =>
        journal.AppendAsync(
            tenant, ChangeEntry.Of(time.GetUtcNow(), LedgerAct.LineChanged, caller.Actor, words, touched),
            cancellation);
}
