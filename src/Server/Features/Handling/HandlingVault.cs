// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using Hermetic.Server.Http;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Handling;

/// <summary>Labels and notes of faxes on their way into the store: sealed to the fax's own key epoch, so that they go
/// when its keys go. To add a label to others, and to find a fax again by labels that come back, they are opened and
/// sealed or tagged anew; they are shown by the reader alone.</summary>
internal sealed class HandlingVault(KeyStore keys, Sealer sealer)
{
    /// <summary>A place among the small sealed values of a fax. Stored: never renumber.</summary>
    public const uint LabelsField = 6;

    /// <summary>What the tags of labels are made for. Stored: never change.</summary>
    public const string LabelPurpose = "fax.label";

    // Notes of a fax stand behind its other fields. Stored: never renumber.
    private const uint NotesFrom = 1000;

    /// <summary>Where the labels of a fax belong.</summary>
    public static ObjectBinding OfLabels(Guid tenant, Guid fax) => new(tenant, fax, LabelsField, ObjectKind.Field);

    /// <summary>Where a note belongs.</summary>
    public static ObjectBinding OfNote(Guid tenant, Guid fax, int number) =>
        new(tenant, fax, NotesFrom + (uint)number, ObjectKind.Field);

    /// <summary>The tag by which faxes of a label are found.</summary>
    public byte[] Tag(Guid tenant, string label) => keys.Tags(tenant).Tag(LabelPurpose, LabelText.KeyOf(label));

    /// <summary>Labels, sealed; null for none.</summary>
    /// <exception cref="ProblemException">The fax's keys were destroyed.</exception>
    public byte[]? Labels(FaxRecord fax, IReadOnlyList<string> labels) => labels.Count == 0 ? null
        : Seal(fax, OfLabels(fax.TenantId, fax.FaxId), LabelText.Encode(labels));

    /// <summary>A note, sealed.</summary>
    /// <exception cref="ProblemException">The fax's keys were destroyed.</exception>
    public byte[] Note(FaxRecord fax, int number, string text) =>
        Seal(fax, OfNote(fax.TenantId, fax.FaxId, number), Encoding.UTF8.GetBytes(text));

    /// <summary>Labels as they were sealed.</summary>
    /// <exception cref="ProblemException">They can't be opened.</exception>
    public IReadOnlyList<string> Open(Guid tenant, Guid fax, byte[]? sealedLabels)
    {
        if (sealedLabels is null)
        {
            return [];
        }

        try
        {
            return OpenOrThrow(tenant, fax, sealedLabels);
        }
        catch (SealedObjectException)
        {
            throw new ProblemException(ProblemCode.Tampered);
        }
        catch (VaultKeyException failure) when (failure.Fault == KeyFault.EpochDestroyed)
        {
            throw new ProblemException(ProblemCode.Erased);
        }
    }

    /// <summary>The same, for a check.</summary>
    /// <exception cref="SealedObjectException">They were changed or moved.</exception>
    /// <exception cref="VaultKeyException">Their key is not to be had.</exception>
    public IReadOnlyList<string> OpenOrThrow(Guid tenant, Guid fax, byte[] sealedLabels)
    {
        byte[] plain = keys.OpenObject(sealedLabels, OfLabels(tenant, fax));
        string text = Encoding.UTF8.GetString(plain);
        CryptographicOperations.ZeroMemory(plain);
        return LabelText.Decode(text);
    }

    /// <summary>Throws unless a note opens where it stands.</summary>
    /// <exception cref="SealedObjectException">It was changed or moved.</exception>
    /// <exception cref="VaultKeyException">Its key is not to be had.</exception>
    public void Check(NoteRecord note) => CryptographicOperations.ZeroMemory(
        keys.OpenObject(note.SealedText, OfNote(note.TenantId, note.FaxId, note.Number)));

    private byte[] Seal(FaxRecord fax, in ObjectBinding binding, byte[] plain)
    {
        if (!KeyEpoch.TryDecode(fax.KeyEpoch, out KeyEpoch epoch))
        {
            throw new ProblemException(ProblemCode.Tampered);
        }

        try
        {
            return sealer.Seal(keys.Get(fax.TenantId, epoch).Sealing, binding, plain);
        }
        catch (VaultKeyException failure) when (failure.Fault == KeyFault.EpochDestroyed)
        {
            throw new ProblemException(ProblemCode.Erased);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }
}
