// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using Hermetic.Ledger.Entries;
using Hermetic.Ledger.Log;
using Hermetic.Server.Features.Handling;
using Hermetic.Server.Features.Journal;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Features.Receipts;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;
using Hermetic.Telephony;

namespace Hermetic.Server.Tests.Reading;

/// <summary>An installation with one fax of one page in it, and every way to read it.</summary>
internal sealed class ReadableFax : IAsyncDisposable
{
    /// <summary>What the note on it says.</summary>
    public const string Note = "called back";

    private const int ReceiptNumber = 1;

    private readonly Installation _installation;
    private readonly CountingBlobs _blobs;
    private readonly Guid _tenant;
    private readonly FaxRecord _record;
    private readonly Guid _fax;

    private ReadableFax(Installation installation, FaxRecord fax)
    {
        (_installation, _tenant, _fax, _record) = (installation, fax.TenantId, fax.FaxId, fax);
        _blobs = new CountingBlobs(installation.Blobs);
        Reader = ReaderOn(installation.Journal);
    }

    /// <summary>The installation's reader, over blobs that count.</summary>
    public FaxReader Reader { get; }

    /// <summary>Why the ledger takes no entries; null while it does.</summary>
    public string? LedgerRefusal => _installation.Ledger.Refusal;

    /// <summary>How often anything of a page was read.</summary>
    public int Reads => _blobs.Reads;

    /// <summary>Receives the fax, in an installation that is opened for it.</summary>
    public static async Task<ReadableFax> ReceiveAsync(TestFolder folder)
    {
        Installation installation = await Installation.OpenAsync(folder.Settings, TimeProvider.System, default);
        NumberRoute route = await Arrivals.RouteAsync(installation);
        Arrivals call = new(installation.ForLine(null), route);
        await call.ArriveAsync(0, Arrivals.Page(1));
        await call.EndAsync(CallOutcome.Completed, 1);
        FaxRecord fax = Assert.Single(await installation.Store.Faxes.ListAsync(new FaxList(route.Tenant), default));
        await new ReceiptShelf(installation.Keys, installation.Sealer, installation.Blobs)
            .PutAsync(fax, ReceiptNumber, [1, 2, 3], default);
        NewEvent told = new((int)FaxEventKind.HandlingChanged, fax.BegunAt);
        await installation.Store.Notes.AddAsync(
            new NoteRecord(fax.TenantId, fax.FaxId, 1, Guid.NewGuid(), fax.BegunAt, fax.KeyEpoch,
                new HandlingVault(installation.Keys, installation.Sealer).Note(fax, 1, Note)), 9, told, default);
        return new(installation, fax);
    }

    /// <summary>A reader that writes into another ledger.</summary>
    public FaxReader ReaderOn(LedgerLog ledger) =>
        ReaderOn(new Journal(ledger, _installation.Keys, _installation.Sealer));

    /// <summary>Reads the page.</summary>
    public Task<byte[]> ReadAsync(FaxReader reader) => reader.OpenPageAsync(
        new EntryActor("test", "test", "", ""), new EntryReason("test"), _tenant, _fax, 1, default);

    /// <summary>Every public way to content, by its name: what <see cref="FaxReader"/> will have more of one day is in
    /// it too, or is a parameter here that nobody knows.</summary>
    public IEnumerable<(string Name, Func<Task> Read)> Ways(FaxReader reader)
    {
        foreach (MethodInfo method in typeof(FaxReader).GetMethods(
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
        {
            object?[] arguments = [.. method.GetParameters().Select(ValueOf)];
            yield return (method.Name, () => Assert.IsType<Task>(method.Invoke(reader, arguments), exactMatch: false));
        }
    }

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    private FaxReader ReaderOn(Journal journal) =>
        new(journal, _installation.Keys, _blobs, _installation.Store, TimeProvider.System);

    private object ValueOf(ParameterInfo parameter) => parameter.Name switch
    {
        "who" => new EntryActor("test", "test", "", ""),
        "why" => new EntryReason("test"),
        "tenant" => _tenant,
        "fax" => _fax,
        "page" => 1,
        "number" => ReceiptNumber,
        "faxes" => new[] { _record },
        "cancellation" => CancellationToken.None,
        _ => throw new InvalidOperationException(
            $"FaxReader has a new way to content: tell this test what its parameter {parameter.Name} takes"),
    };
}
