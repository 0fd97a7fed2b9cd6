// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Vault.Sealing;

/// <summary>Why something sealed does not open.</summary>
public enum SealedFault
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>It does not begin as a sealed object does.</summary>
    NotSealed,

    /// <summary>A version or suite that this program does not know.</summary>
    UnknownVersion,

    /// <summary>It ends within its header.</summary>
    HeaderTruncated,

    /// <summary>The header was changed after sealing.</summary>
    HeaderTampered,

    /// <summary>It was sealed to another key than the one given.</summary>
    WrongKey,

    /// <summary>It is whole, but another object than the one asked for: another tenant's, fax's, page's or
    /// kind's.</summary>
    WrongBinding,

    /// <summary>A chunk was changed, moved, doubled or cut after sealing.</summary>
    ChunkTampered,

    /// <summary>Whole chunks are missing at the end.</summary>
    Truncated,

    /// <summary>There is something behind its end.</summary>
    Overlong,

    /// <summary>A sealed field was changed, or stands in another row, column or tenant than it was sealed
    /// for.</summary>
    FieldTampered,
}

/// <summary>Something sealed does not open. Nothing of its content came out, nor comes into the message.</summary>
public sealed class SealedObjectException : Exception
{
    internal SealedObjectException(SealedFault fault, long? chunk = null)
        : base(Words(fault, chunk)) => (Fault, Chunk) = (fault, chunk);

    /// <summary>What is wrong.</summary>
    public SealedFault Fault { get; }

    /// <summary>The first chunk that does not fit, from 0, if it is about one.</summary>
    public long? Chunk { get; }

    private static string Words(SealedFault fault, long? chunk) => fault switch
    {
        SealedFault.NotSealed => "this is no sealed object: its first bytes are not ours. "
            + "Look whether the file or object was replaced, and restore it from a backup",
        SealedFault.UnknownVersion => "this sealed object has a version or suite that this program does not know. "
            + "Open it with the newer program that wrote it",
        SealedFault.HeaderTruncated => "this sealed object ends within its header: the file was cut. "
            + "Restore it from a backup",
        SealedFault.HeaderTampered => "the header of this sealed object was changed after it was sealed. "
            + "Treat it as tampering, keep the file as evidence, and restore it from a backup",
        SealedFault.WrongKey => "this was sealed to another key than the one given. "
            + "The header names the key that opens it",
        SealedFault.WrongBinding => "this object is whole but is not the one asked for: it belongs to another tenant, "
            + "fax, page or kind. Objects were swapped: treat it as tampering",
        SealedFault.ChunkTampered => $"chunk {chunk} of this sealed object was changed, moved, doubled or cut after it "
            + "was sealed. Treat it as tampering, keep the file as evidence, and restore it from a backup",
        SealedFault.Truncated => $"this sealed object was cut: it goes on behind chunk {chunk}, which is the last that "
            + "is here. Restore it from a backup",
        SealedFault.Overlong => $"this sealed object ends with chunk {chunk}, and something was written behind it. "
            + "Treat it as tampering, keep the file as evidence, and restore it from a backup",
        SealedFault.FieldTampered => "this sealed field was changed after it was sealed, or was moved here from "
            + "another row, column or tenant. Treat it as tampering, and restore the row from a backup",
        _ => "this sealed object does not open",
    };
}
