// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Journal;
using Hermetic.Server.Http;
using Hermetic.Store;

namespace Hermetic.Server.Features.Tenants;

/// <summary>Changes of practices and their numbers: each is in the practice's ledger before it is made, and in force on
/// this process' line when it returns.</summary>
internal sealed class TenantChanges(
    TenantBook book, FaxStore store, Journal.Journal journal, RouteKeeper routes, TimeProvider time)
{
    private const string NameTaken = "A practice has this name, or had it first: choose another.";

    // Alike whoever has it: whose it is is nobody's business.
    private const string NumberTaken = "The number is given away: close it there first, or look at the number.";

    /// <summary>Makes a practice, with its keys; its id.</summary>
    /// <exception cref="ProblemException">The name is taken.</exception>
    public async Task<Guid> CreateAsync(Caller caller, string name, CancellationToken cancellation)
    {
        Guid id = book.IdOf(name);
        if (await store.Tenants.FindAsync(id, cancellation).ConfigureAwait(false) is not null
            || await IsNamedAsync(name, null, cancellation).ConfigureAwait(false))
        {
            throw new ProblemException(ProblemCode.Taken, NameTaken);
        }

        book.EnsureEpochs(id);
        await JournalAsync(caller, id, "tenant.created", id, cancellation).ConfigureAwait(false);
        await OrTakenAsync(() => book.RegisterAsync(name, cancellation), NameTaken).ConfigureAwait(false);
        return id;
    }

    /// <summary>Gives a practice another name.</summary>
    /// <exception cref="ProblemException">The name is taken, or there is no such practice.</exception>
    public async Task RenameAsync(Caller caller, Guid tenant, string name, CancellationToken cancellation)
    {
        if (await IsNamedAsync(name, tenant, cancellation).ConfigureAwait(false))
        {
            throw new ProblemException(ProblemCode.Taken, NameTaken);
        }

        await JournalAsync(caller, tenant, "tenant.renamed", tenant, cancellation).ConfigureAwait(false);
        Require(await book.RenameAsync(tenant, name, cancellation).ConfigureAwait(false));
    }

    /// <summary>Says whether a practice takes faxes. What it has stays.</summary>
    public async Task SetStateAsync(Caller caller, Guid tenant, ServiceState state, CancellationToken cancellation)
    {
        await JournalAsync(caller, tenant, $"tenant.{EnumWord.Of(state)}", tenant, cancellation).ConfigureAwait(false);
        foreach (LineRecord line in state == ServiceState.Closed
            ? await store.Tenants.ListLinesAsync(tenant, cancellation).ConfigureAwait(false) : [])
        {
            // Its numbers may be given away from now on, each by itself.
            await UnshareAsync(line, cancellation).ConfigureAwait(false);
        }

        Require(await store.Tenants.SetStateAsync(tenant, state, cancellation).ConfigureAwait(false));
        await routes.RefreshAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Gives a practice a number, at a site of its own or at none; the line's id. A closed line of its own is
    /// opened again, and stands where it stood.</summary>
    /// <exception cref="ProblemException">The number is somebody's.</exception>
    public async Task<Guid> AddLineAsync(
        Caller caller, Guid tenant, string number, Guid? site, CancellationToken cancellation)
    {
        Guid id = book.LineIdOf(number);
        LineRoute? route = await store.Tenants.FindRouteAsync(book.RoutingTag(number), cancellation)
            .ConfigureAwait(false);
        bool isClosed = route?.LineState == ServiceState.Closed || route?.TenantState == ServiceState.Closed;
        if (route is not null && !isClosed)
        {
            throw new ProblemException(ProblemCode.Taken, NumberTaken);
        }

        bool isOwn = (await store.Tenants.ListLinesAsync(tenant, cancellation).ConfigureAwait(false))
            .Any(line => line.LineId == id);
        book.EnsureEpochs(tenant);
        await JournalAsync(caller, tenant, "line.added", id, cancellation).ConfigureAwait(false);
        await OrTakenAsync(
            () => isOwn
                ? store.Tenants.ReopenLineAsync(tenant, id, book.RoutingTag(number), cancellation)
                : book.AddLineAsync(tenant, number, site, cancellation),
            NumberTaken).ConfigureAwait(false);
        await routes.RefreshAsync(cancellation).ConfigureAwait(false);
        return id;
    }

    /// <summary>Says whether a line takes faxes. Its faxes stay; a closed one is opened by adding its number
    /// again.</summary>
    public async Task SetLineStateAsync(
        Caller caller, LineRecord line, ServiceState state, CancellationToken cancellation)
    {
        if (line.State == ServiceState.Closed && state != ServiceState.Closed)
        {
            throw new ProblemException(ProblemCode.WrongState,
                "A closed number may be another's by now: add it again instead.");
        }

        await JournalAsync(caller, line.TenantId, $"line.{EnumWord.Of(state)}", line.LineId, cancellation)
            .ConfigureAwait(false);
        if (state != ServiceState.Active)
        {
            await UnshareAsync(line, cancellation).ConfigureAwait(false);
        }

        await store.Tenants.SetLineStateAsync(line.TenantId, line.LineId, state, cancellation).ConfigureAwait(false);
        await routes.RefreshAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Routes a line's number to an inbox of its practice: faxes that came lie where they lie.</summary>
    /// <exception cref="ProblemException">There is no such active line in the practice, or this one is not
    /// active.</exception>
    public async Task RouteAsync(Caller caller, LineRecord line, Guid inbox, CancellationToken cancellation)
    {
        List<LineRecord> lines = await store.Tenants.ListLinesAsync(line.TenantId, cancellation).ConfigureAwait(false);
        if (line.State != ServiceState.Active
            || !lines.Any(one => one.LineId == inbox && one.State == ServiceState.Active))
        {
            throw ProblemException.Field("inbox", "takes the id of an active line of the same practice");
        }

        if (book.NumberOf(line) is not { } number)
        {
            throw new ProblemException(ProblemCode.Erased);
        }

        await JournalAsync(caller, line.TenantId, "line.routed", line.LineId, cancellation).ConfigureAwait(false);
        Require(await store.Tenants.RouteAsync(line.TenantId, book.RoutingTag(number), inbox, cancellation)
            .ConfigureAwait(false));
        await routes.RefreshAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Names a line, or takes its name away.</summary>
    public async Task RenameLineAsync(Caller caller, LineRecord line, string? name, CancellationToken cancellation)
    {
        if (book.NumberOf(line) is null)
        {
            throw new ProblemException(ProblemCode.Erased);
        }

        await JournalAsync(caller, line.TenantId, "line.named", line.LineId, cancellation).ConfigureAwait(false);
        Require(await book.RenameLineAsync(line, name, cancellation).ConfigureAwait(false));
    }

    // Each number that shares this line's inbox, and this line's own, lead to their own inboxes again: a closed inbox
    // must not close the numbers of others, nor another's open one keep a closed number open.
    private async Task UnshareAsync(LineRecord line, CancellationToken cancellation)
    {
        Func<LineRecord, Guid> inboxOf =
            await book.InboxesAsync(line.TenantId, cancellation).ConfigureAwait(false);
        foreach (LineRecord one in await store.Tenants.ListLinesAsync(line.TenantId, cancellation)
            .ConfigureAwait(false))
        {
            Guid inbox = inboxOf(one);
            if (inbox != one.LineId && (inbox == line.LineId || one.LineId == line.LineId)
                && book.NumberOf(one) is { } number)
            {
                await store.Tenants.RouteAsync(line.TenantId, book.RoutingTag(number), one.LineId, cancellation)
                    .ConfigureAwait(false);
            }
        }
    }

    private static void Require(bool isThere)
    {
        if (!isThere)
        {
            throw new ProblemException(ProblemCode.NotFound);
        }
    }

    // Somebody else was faster.
    private static async Task OrTakenAsync(Func<Task> write, string words)
    {
        try
        {
            await write().ConfigureAwait(false);
        }
        catch (StoreConflictException)
        {
            throw new ProblemException(ProblemCode.Taken, words);
        }
    }

    private async Task<bool> IsNamedAsync(string name, Guid? but, CancellationToken cancellation)
    {
        await foreach (TenantRecord tenant in store.Tenants.AllAsync(cancellation).ConfigureAwait(false))
        {
            if (tenant.TenantId != but && book.NameOf(tenant) == name)
            {
                return true;
            }
        }

        return false;
    }

    private Task<long> JournalAsync(
        Caller caller, Guid tenant, string words, Guid touched, CancellationToken cancellation) =>
        journal.AppendAsync(
            tenant, ChangeEntry.Of(time.GetUtcNow(), LedgerAct.LineChanged, caller.Actor, words, touched),
            cancellation);
}
