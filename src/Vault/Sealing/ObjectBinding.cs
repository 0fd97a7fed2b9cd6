// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Hermetic.Vault.Sealing;

/// <summary>What a sealed object is, so that nothing passes for something else. The numbers are on disk: none changes,
/// none is used again.</summary>
public enum ObjectKind : ushort
{
    /// <summary>A page of a fax.</summary>
    Page = 1,

    /// <summary>A small picture of a page.</summary>
    Thumbnail = 2,

    /// <summary>The text that was read from a page.</summary>
    Text = 3,

    /// <summary>One value, sealed by who holds public keys only.</summary>
    Field = 4,

    /// <summary>The body of a ledger entry.</summary>
    JournalBody = 5,

    /// <summary>What somebody uploaded.</summary>
    Document = 6,

    /// <summary>A part of a search index.</summary>
    IndexBlock = 7,

    /// <summary>What was found in a text: the inventory of PHI.</summary>
    Inventory = 8,

    /// <summary>What was sent, as it is told and signed: accounts of calls and pages, and the receipt made of
    /// them.</summary>
    Receipt = 9,
}

/// <summary>Whose and what an object is. It is not stored in the object: who opens it must know it, and a page that
/// lies in another's place does not open.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Fax">The fax; for what belongs to no fax, the record's id.</param>
/// <param name="Page">The page, from 1; or the number of the part. 0 where there is only one.</param>
/// <param name="Kind">What it is.</param>
public readonly record struct ObjectBinding(Guid Tenant, Guid Fax, uint Page, ObjectKind Kind)
{
    /// <summary>Bytes of the encoding.</summary>
    internal const int ByteLength = 38;

    // tenant (16) | fax (16) | page (4) | kind (2), most significant byte first
    internal void Write(Span<byte> bytes)
    {
        Tenant.TryWriteBytes(bytes, bigEndian: true, out _);
        Fax.TryWriteBytes(bytes[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[32..], Page);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[36..], (ushort)Kind);
    }
}
