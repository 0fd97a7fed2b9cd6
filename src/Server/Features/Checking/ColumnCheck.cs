// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Features.Webhooks;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Checking;

/// <summary>Every sealed column of a tenant's rows: opens, belongs to this row and column, and the tags beside it are
/// those of what is inside. Column names are those of docs/formats/store.md.</summary>
internal sealed class ColumnCheck(Installation installation, CheckNotes notes)
{
    private const int RowsAtOnce = 500; // our choice: a few hundred kilobytes

    internal const string TagWrong = "the tag beside it is not that of what is sealed: look-ups go astray. Treat it as "
        + "tampering, and put the database back from a backup";

    internal const string EpochWrong = "its row names another key epoch than it was sealed with. Treat it as "
        + "tampering, and put the database back from a backup";

    private const string Unknown = "nothing in this version writes this column, so that nothing can be said of what "
        + "is in it";

    public async Task RunAsync(TenantRecord tenant, CancellationToken cancellation)
    {
        Field(tenant.TenantId, tenant.TenantId, Provisioning.NameColumn, $"tenant {tenant.TenantId}: sealed_name",
            tenant.SealedName, tenant.KeyEpoch);
        foreach (LineRecord line in await installation.Store.Tenants
            .ListLinesAsync(tenant.TenantId, cancellation).ConfigureAwait(false))
        {
            await LineAsync(line, cancellation).ConfigureAwait(false);
        }

        await CallsAsync(tenant.TenantId, cancellation).ConfigureAwait(false);
        await FaxesAsync(tenant.TenantId, cancellation).ConfigureAwait(false);
        await DestinationsAsync(tenant.TenantId, cancellation).ConfigureAwait(false);
        await EventsAsync(tenant.TenantId, cancellation).ConfigureAwait(false);
        await new SiteCheck(installation, notes).RunAsync(tenant.TenantId, cancellation).ConfigureAwait(false);
        await new AddressBookCheck(installation, notes).RunAsync(tenant.TenantId, cancellation).ConfigureAwait(false);
        WebhookSecrets secrets = new(installation.Keys, installation.Time);
        foreach (WebhookRecord webhook in await installation.Store.Webhooks
            .ListAsync(tenant.TenantId, cancellation).ConfigureAwait(false))
        {
            notes.TryOpen($"tenant {tenant.TenantId}, webhook {webhook.WebhookId}", () => secrets.Check(webhook));
            notes.Columns += webhook.SealedOldSecret is null ? 2 : 3;
        }
    }

    private async Task LineAsync(LineRecord line, CancellationToken cancellation)
    {
        string row = $"tenant {line.TenantId}, line {line.LineId}";
        if (line.SealedName is { } name)
        {
            Field(line.TenantId, line.LineId, Provisioning.LineNameColumn, $"{row}: sealed_name", name, line.KeyEpoch);
        }

        string place = $"{row}: sealed_number";
        if (Field(line.TenantId, line.LineId, Provisioning.NumberColumn, place, line.SealedNumber, line.KeyEpoch)
            is not { } number)
        {
            return;
        }

        KeyStore keys = installation.Keys;
        if (!keys.HasTags(line.TenantId))
        {
            notes.Add(row, "the key of this tenant's tags (keys/desk/TENANT/tags.wrapped) is missing. Put the folder "
                + "keys back from its newest backup");
        }
        else if (notes.TryOpen($"key of the tags of tenant {line.TenantId}", () => keys.Tags(line.TenantId)))
        {
            Same(keys.Tags(line.TenantId).Tag(Provisioning.NumberColumn, number), line.NumberTag, place);
        }

        LineRoute? route = await installation.Store.Tenants
            .FindRouteAsync(keys.Routing.Tag(NumberRoutes.Purpose, number), cancellation).ConfigureAwait(false);
        // A closed line's number may have been given away; any other leads to some inbox of its own practice.
        if (line.State != ServiceState.Closed && route?.TenantId != line.TenantId)
        {
            notes.Add(row, "its number does not lead to it: calls go elsewhere. Treat it as tampering, and put the "
                + "database back from a backup");
        }
    }

    private async Task CallsAsync(Guid tenant, CancellationToken cancellation)
    {
        Guid? after = null;
        List<CallRecord> calls;
        do
        {
            calls = await installation.Store.Calls.ListAsync(tenant, after, RowsAtOnce, cancellation)
                .ConfigureAwait(false);
            foreach ((NewCall call, CallEnd? end) in calls)
            {
                string row = $"tenant {tenant}, call {call.CallId}";
                Sealed(new(tenant, call.CallId, InboundFax.RemoteNumberField, ObjectKind.Field),
                    $"{row}: sealed_remote_number", call.SealedRemoteNumber, call.KeyEpoch);
                // Sealed at the call's end, which a new month may have begun before.
                Sealed(new(tenant, call.CallId, InboundFax.StationIdField, ObjectKind.Field),
                    $"{row}: sealed_station_id", end?.SealedStationId, null);
                after = call.CallId;
            }
        }
        while (calls.Count == RowsAtOnce);
    }

    private async Task FaxesAsync(Guid tenant, CancellationToken cancellation)
    {
        SentCheck sent = new(installation, notes);
        HandlingCheck handling = new(installation, notes);
        PartCheck parts = new(installation, notes);
        FaxCursor? after = null;
        List<FaxRecord> faxes;
        do
        {
            faxes = await installation.Store.Faxes
                .ListAsync(new FaxList(tenant, RowsAtOnce, after, WithSuperseded: true, WithErased: true), cancellation)
                .ConfigureAwait(false);
            foreach (FaxRecord fax in faxes)
            {
                Fax(fax);
                if (fax is { Direction: FaxDirection.Outbound, State: not FaxState.Erased })
                {
                    await sent.RunAsync(fax, cancellation).ConfigureAwait(false);
                }

                after = new FaxCursor(fax.BegunAt, fax.FaxId);
            }

            await handling.RunAsync(tenant, faxes, cancellation).ConfigureAwait(false);
            await parts.RunAsync(tenant, faxes, cancellation).ConfigureAwait(false);
        }
        while (faxes.Count == RowsAtOnce);
    }

    private void Fax(FaxRecord fax)
    {
        if (fax.State == FaxState.Erased)
        {
            return;
        }

        string row = $"tenant {fax.TenantId}, fax {fax.FaxId}";
        string place = $"{row}: sealed_remote_number";
        string? number = Sealed(new(fax.TenantId, fax.FaxId, InboundFax.RemoteNumberField, ObjectKind.Field), place,
            fax.SealedRemoteNumber, fax.KeyEpoch);
        if (number is not null && fax.RemoteTag is { } tag)
        {
            Same(installation.Keys.Routing.Tag(InboundFax.RemoteNumberTag, number), tag, place);
        }

        Sealed(new(fax.TenantId, fax.FaxId, InboundFax.StationIdField, ObjectKind.Field),
            $"{row}: sealed_station_id", fax.SealedStationId, null);
        Sealed(new(fax.TenantId, fax.FaxId, Submission.SubjectField, ObjectKind.Field),
            $"{row}: sealed_subject", fax.SealedSubject, fax.KeyEpoch);
        Sealed(new(fax.TenantId, fax.FaxId, Submission.FileNameField, ObjectKind.Field),
            $"{row}: sealed_file_name", fax.SealedFileName, fax.KeyEpoch);
    }

    private async Task DestinationsAsync(Guid tenant, CancellationToken cancellation)
    {
        Guid? after = null;
        List<DestinationRecord> destinations;
        do
        {
            destinations = await installation.Store.Destinations
                .ListAsync(tenant, after, RowsAtOnce, cancellation).ConfigureAwait(false);
            foreach (DestinationRecord known in destinations)
            {
                Destination(known);
                after = known.DestinationId;
            }
        }
        while (destinations.Count == RowsAtOnce);
    }

    private void Destination(DestinationRecord known)
    {
        string row = $"tenant {known.TenantId}, destination {known.DestinationId}";
        string place = $"{row}: sealed_number";
        if (Field(known.TenantId, known.DestinationId, SealedNumbers.NumberColumn, place, known.SealedNumber,
            known.KeyEpoch) is { } number)
        {
            Same(installation.Keys.Routing.Tag(InboundFax.RemoteNumberTag, number), known.NumberTag, place);
        }

        if (known.SealedName is { } name)
        {
            Field(known.TenantId, known.DestinationId, SealedNumbers.NameColumn, $"{row}: sealed_name", name,
                known.KeyEpoch);
        }

        if (known.SealedStationId is { } station)
        {
            // Sealed when it answered, which a new month may have begun before.
            Field(known.TenantId, known.DestinationId, SealedNumbers.StationColumn, $"{row}: sealed_station_id",
                station, null);
        }
    }

    private async Task EventsAsync(Guid tenant, CancellationToken cancellation)
    {
        long after = 0;
        List<EventRecord> events;
        do
        {
            events = await installation.Store.Events.ListAsync(tenant, after, RowsAtOnce, cancellation)
                .ConfigureAwait(false);
            foreach (EventRecord told in events)
            {
                Written(told.SealedBody is null, $"tenant {tenant}, event {told.Sequence}: sealed_body");
                if (told.Sequence != ++after)
                {
                    notes.Add($"tenant {tenant}, event {after}",
                        "it is missing: events are numbered without gaps. Put the database back from a backup");
                    after = told.Sequence;
                }
            }
        }
        while (events.Count == RowsAtOnce);
    }

    private string? Field(Guid tenant, Guid record, string column, string place, byte[] bytes, uint? epoch)
    {
        string? value = null;
        notes.TryOpen(place, () =>
        {
            value = installation.Keys.OpenField(bytes, new FieldBinding(tenant, record, column));
            Epoch(FieldKey.TryReadEpoch(bytes, out KeyEpoch sealedWith) ? sealedWith.Encoded : 0, epoch, place);
        });
        notes.Columns++;
        return value;
    }

    private string? Sealed(ObjectBinding binding, string place, byte[]? bytes, uint? epoch)
    {
        if (bytes is null)
        {
            return null;
        }

        string? value = null;
        notes.TryOpen(place, () =>
        {
            byte[] plain = installation.Keys.OpenObject(bytes, binding);
            value = Encoding.UTF8.GetString(plain);
            CryptographicOperations.ZeroMemory(plain);
            Epoch(SealedObject.ReadHeader(bytes).Epoch.Encoded, epoch, place);
        });
        notes.Columns++;
        return value;
    }

    private void Epoch(uint sealedWith, uint? named, string place)
    {
        if (named is not null && named != sealedWith)
        {
            notes.Add(place, EpochWrong);
        }
    }

    private void Same(byte[] expected, byte[] found, string place)
    {
        if (!expected.AsSpan().SequenceEqual(found))
        {
            notes.Add(place, TagWrong);
        }
    }

    private void Written(bool isEmpty, string place)
    {
        if (!isEmpty)
        {
            notes.Add(place, Unknown);
        }
    }
}
