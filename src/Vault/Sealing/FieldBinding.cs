// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace Hermetic.Vault.Sealing;

/// <summary>Where a sealed field stands. Like <see cref="ObjectBinding"/> it is not stored in it: a value that was
/// moved to another row, column or tenant does not open.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Record">The id of the row.</param>
/// <param name="Column">The column, in ASCII, as in "fax.remote-number". At most 64 characters.</param>
public readonly record struct FieldBinding(Guid Tenant, Guid Record, string Column)
{
    /// <summary>Our limit: the name of a column, not a text.</summary>
    internal const int ColumnLengthMax = 64;

    internal const int ByteLengthMax = 2 + 16 + 16 + ColumnLengthMax; // our limit: what the parts sum up to

    // length of the column's name (2) | tenant (16) | record (16) | name
    internal int Write(Span<byte> bytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(Column);
        if (Column.Length > ColumnLengthMax || !Ascii.IsValid(Column))
        {
            throw new ArgumentException("a column's name is ASCII of at most 64 characters");
        }
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)Column.Length);
        Tenant.TryWriteBytes(bytes[2..], bigEndian: true, out _);
        Record.TryWriteBytes(bytes[18..], bigEndian: true, out _);
        return 34 + Encoding.ASCII.GetBytes(Column, bytes[34..]);
    }
}
