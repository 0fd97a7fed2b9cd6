// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Checking;

/// <summary>Every entry of a tenant's address book: opens where it stands, and is found by its own number and
/// groups.</summary>
internal sealed class AddressBookCheck(Installation installation, CheckNotes notes)
{
    private const int EntriesAtOnce = 500; // our choice: a few hundred kilobytes

    private readonly AddressBook.AddressBook _book = new(
        installation.Store, installation.Keys,
        new SealedNumbers(installation.Keys, installation.Sealer, installation.Store, installation.Time),
        installation.Journal, installation.Time);

    public async Task RunAsync(Guid tenant, CancellationToken cancellation)
    {
        Guid? after = null;
        List<AddressRecord> some;
        do
        {
            some = await installation.Store.AddressBook
                .ListAsync(new AddressList(tenant, EntriesAtOnce, after), cancellation).ConfigureAwait(false);
            foreach (AddressRecord record in some)
            {
                Check(record, await installation.Store.AddressBook
                    .GroupTagsAsync(tenant, record.AddressId, cancellation).ConfigureAwait(false));
                after = record.AddressId;
            }
        }
        while (some.Count == EntriesAtOnce);
    }

    private void Check(AddressRecord record, List<byte[]> groupTags)
    {
        string place = $"tenant {record.TenantId}, address {record.AddressId}: sealed_entry";
        notes.Columns++;
        AddressBook.AddressEntry? entry = null;
        if (!notes.TryOpen(place, () => entry = _book.OpenOrThrow(record)))
        {
            return;
        }

        if (!FieldKey.TryReadEpoch(record.SealedEntry, out KeyEpoch epoch)
            || epoch.Encoded != record.KeyEpoch)
        {
            notes.Add(place, ColumnCheck.EpochWrong);
        }

        byte[] number = installation.Keys.Routing.Tag(InboundFax.RemoteNumberTag, entry!.Number);
        HashSet<string> groups =
            [.. entry.Groups.Select(group => Convert.ToHexString(_book.GroupTag(record.TenantId, group)))];
        if (!number.AsSpan().SequenceEqual(record.NumberTag)
            || !groups.SetEquals(groupTags.Select(Convert.ToHexString)))
        {
            notes.Add(place, ColumnCheck.TagWrong);
        }
    }
}
