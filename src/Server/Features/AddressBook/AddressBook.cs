// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Journal;
using Hermetic.Server.Features.Sending;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.AddressBook;

/// <summary>The address books of practices: names that people gave to numbers. Each entry is sealed as one; numbers and
/// groups are found by keyed tags, names by opening. Changes are in the ledger before they take effect, by ids
/// alone.</summary>
internal sealed class AddressBook(
    FaxStore store, KeyStore keys, SealedNumbers numbers, Journal.Journal journal, TimeProvider time)
{
    /// <summary>Our limit: names are found by opening them, a few milliseconds a thousand.</summary>
    public const int EntriesMax = 10_000;

    /// <summary>The column of an entry. Stored: never change.</summary>
    public const string EntryColumn = "address.entry";

    private const string GroupPurpose = "address.group";
    private const int EntriesAtOnce = 500; // our choice: a few hundred kilobytes

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Makes an entry; null if the practice has as many as it may.</summary>
    public async Task<AddressRecord?> AddAsync(Caller caller, AddressEntry entry, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetStoredNow();
        AddressRecord made = Seal(caller.OwnTenant, Guid.CreateVersion7(now), 1, now, now, entry);
        await TellAsync(caller, "address.create", made.AddressId, cancellation).ConfigureAwait(false);
        return await store.AddressBook.AddAsync(made, GroupTags(caller.OwnTenant, entry), EntriesMax, cancellation)
            .ConfigureAwait(false) == ChangeResult.Full ? null : made;
    }

    /// <summary>Writes an entry anew; null if somebody else was faster.</summary>
    public async Task<AddressRecord?> ChangeAsync(
        Caller caller, AddressRecord known, AddressEntry entry, CancellationToken cancellation)
    {
        AddressRecord made = Seal(
            caller.OwnTenant, known.AddressId, known.Version + 1, known.CreatedAt, time.GetStoredNow(), entry);
        await TellAsync(caller, "address.change", made.AddressId, cancellation).ConfigureAwait(false);
        return await store.AddressBook.ChangeAsync(made, GroupTags(caller.OwnTenant, entry), cancellation)
            .ConfigureAwait(false) == ChangeResult.Changed ? made : null;
    }

    /// <summary>Takes an entry away; false if somebody else was faster.</summary>
    public async Task<bool> DeleteAsync(Caller caller, AddressRecord known, CancellationToken cancellation)
    {
        await TellAsync(caller, "address.delete", known.AddressId, cancellation).ConfigureAwait(false);
        return await store.AddressBook
            .DeleteAsync(known.TenantId, known.AddressId, known.Version, cancellation).ConfigureAwait(false)
            == ChangeResult.Changed;
    }

    /// <summary>Writes down that a person made sure whose number it is, and lets go what is held for it.</summary>
    public async Task VerifyAsync(
        Caller caller, AddressRecord known, string number, CancellationToken cancellation)
    {
        await TellAsync(caller, "address.verify", known.AddressId, cancellation).ConfigureAwait(false);
        DestinationRecord destination = numbers.Destination(known.TenantId, number);
        await store.Destinations.SaveAsync(
            destination with { VerifiedAt = destination.CreatedAt, VerifiedBy = caller.Account }, cancellation)
            .ConfigureAwait(false);
        await store.Destinations.ConfirmAsync(
            known.TenantId, known.NumberTag, destination.CreatedAt, caller.Account, cancellation)
            .ConfigureAwait(false);
    }

    /// <summary>What an entry says; null if its keys were destroyed or it was changed.</summary>
    public AddressEntry? Open(AddressRecord record)
    {
        try
        {
            return OpenOrThrow(record);
        }
        catch (Exception failure) when (failure is SealedObjectException
            or VaultKeyException { Fault: KeyFault.EpochDestroyed })
        {
            return null;
        }
    }

    /// <summary>What an entry says, for a check.</summary>
    public AddressEntry OpenOrThrow(AddressRecord record)
    {
        string text = keys.OpenField(
            record.SealedEntry, new FieldBinding(record.TenantId, record.AddressId, EntryColumn));
        return JsonSerializer.Deserialize<AddressEntry>(text, s_json)
            ?? throw new InvalidOperationException("an entry of an address book is empty");
    }

    /// <summary>Entries of a practice in the order of their ids, some at a time; with
    /// <paramref name="name"/> only those whose name begins so.</summary>
    public async Task<IReadOnlyList<(AddressRecord Record, AddressEntry? Entry)>> ListAsync(
        AddressList which, string? name, CancellationToken cancellation)
    {
        List<(AddressRecord, AddressEntry?)> found = [];
        Guid? after = which.After;
        List<AddressRecord> some;
        do
        {
            some = await store.AddressBook.ListAsync(
                which with { After = after, Limit = name is null ? which.Limit : EntriesAtOnce }, cancellation)
                .ConfigureAwait(false);
            foreach (AddressRecord record in some)
            {
                AddressEntry? entry = Open(record);
                if (name is null || entry?.IsNamed(name) == true)
                {
                    found.Add((record, entry));
                }

                after = record.AddressId;
            }
        }
        while (name is not null && some.Count == EntriesAtOnce && found.Count < which.Limit);
        return [.. found.Take(which.Limit)];
    }

    /// <summary>The numbers of a group, each once.</summary>
    public async Task<IReadOnlyList<string>> NumbersOfAsync(
        Guid tenant, string group, int limit, CancellationToken cancellation) =>
        [.. (await ListAsync(new AddressList(tenant, limit, GroupTag: GroupTag(tenant, group)), null, cancellation)
            .ConfigureAwait(false)).Select(one => one.Entry?.Number).OfType<string>().Distinct()];

    /// <summary>The number of an entry; null if there is none, or it does not open.</summary>
    public async Task<string?> FindNumberAsync(Guid tenant, Guid id, CancellationToken cancellation) =>
        await store.AddressBook.FindAsync(tenant, id, cancellation).ConfigureAwait(false) is { } record
            ? Open(record)?.Number : null;

    /// <summary>Entries with what is known of their numbers.</summary>
    public async Task<IReadOnlyList<AddressView>> ViewAsync(
        Guid tenant, IReadOnlyList<(AddressRecord Record, AddressEntry? Entry)> some, CancellationToken cancellation)
    {
        Dictionary<Guid, DestinationRecord> known = (await store.Destinations.FindAllAsync(
            tenant, [.. some.Select(one => SealedNumbers.IdOf(one.Record.NumberTag)).Distinct()], cancellation)
            .ConfigureAwait(false)).ToDictionary(one => one.DestinationId);
        return [.. some.Select(one => ViewOf(
            one.Record, one.Entry, known.GetValueOrDefault(SealedNumbers.IdOf(one.Record.NumberTag))))];
    }

    /// <summary>The tag by which the entries of a group are found.</summary>
    public byte[] GroupTag(Guid tenant, string group) =>
        keys.Tags(tenant).Tag(GroupPurpose, AddressEntry.KeyOf(group));

    /// <summary>True if an entry can be sealed as it is.</summary>
    public static bool Fits(AddressEntry entry) =>
        JsonSerializer.SerializeToUtf8Bytes(entry, s_json).Length <= FieldKey.ValueLengthMax;

    private AddressView ViewOf(AddressRecord record, AddressEntry? entry, DestinationRecord? known) => new(
        record.AddressId, record.Version, entry?.Name, entry?.Number, entry?.Note, entry?.Groups ?? [],
        known switch
        {
            { VerifiedAt: { } at } => new VerifiedView("verified", at, known.VerifiedBy),
            { ConfirmedAt: { } at } => new VerifiedView("confirmed", at, known.ConfirmedBy),
            _ => null,
        },
        StationOf(known), record.CreatedAt, record.ChangedAt);

    private string? StationOf(DestinationRecord? known)
    {
        try
        {
            return numbers.OpenStation(known);
        }
        catch (Exception failure) when (failure is SealedObjectException
            or VaultKeyException { Fault: KeyFault.EpochDestroyed })
        {
            return null;
        }
    }

    private List<byte[]> GroupTags(Guid tenant, AddressEntry entry) =>
        [.. entry.Groups.Select(group => GroupTag(tenant, group))];

    private AddressRecord Seal(
        Guid tenant, Guid id, int version, DateTimeOffset createdAt, DateTimeOffset now, AddressEntry entry)
    {
        EpochKeys epoch = keys.Ensure(tenant, KeyEpoch.At(now, SealedNumbers.BookRetention));
        byte[] plain = JsonSerializer.SerializeToUtf8Bytes(entry, s_json);
        byte[] field = epoch.Fields.Seal(new FieldBinding(tenant, id, EntryColumn), plain);
        CryptographicOperations.ZeroMemory(plain);
        return new AddressRecord(
            tenant, id, version, numbers.Tag(entry.Number), createdAt, now, epoch.Sealing.Epoch.Encoded, field);
    }

    private Task<long> TellAsync(Caller caller, string act, Guid entry, CancellationToken cancellation) =>
        journal.AppendAsync(
            caller.OwnTenant,
            ChangeEntry.Of(time.GetUtcNow(), LedgerAct.AddressBookChanged, caller.Actor, act, entry), cancellation);
}
