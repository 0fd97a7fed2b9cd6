// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Model;

// As Rows.cs: what each column is stands in docs/formats/store.md.

/// <summary>That a fax has a label, by the label's tag.</summary>
internal sealed class FaxLabelRow
{
    public Guid TenantId { get; set; }

    public Guid FaxId { get; set; }

    public byte[] LabelTag { get; set; } = [];

    /// <summary>The fax's own, once more: faxes of a label are listed in its order.</summary>
    public DateTimeOffset BegunAt { get; set; }
}

/// <summary>A note on a fax.</summary>
internal sealed class FaxNoteRow
{
    public Guid TenantId { get; set; }

    public Guid FaxId { get; set; }

    public int Number { get; set; }

    public Guid AccountId { get; set; }

    public DateTimeOffset WrittenAt { get; set; }

    public DateTimeOffset? StruckAt { get; set; }

    public uint KeyEpoch { get; set; }

    public byte[] SealedText { get; set; } = [];
}

/// <summary>That a fax was split off another.</summary>
internal sealed class FaxPartRow
{
    public Guid TenantId { get; set; }

    public Guid FaxId { get; set; }

    /// <summary>The fax that it was split off.</summary>
    public Guid OriginId { get; set; }

    /// <summary>The change that split it off, together with others.</summary>
    public Guid ChangeId { get; set; }

    public DateTimeOffset SplitAt { get; set; }
}

/// <summary>How a fax was handled before a change, for as long as that can be taken back.</summary>
internal sealed class HandlingUndoRow
{
    public Guid TenantId { get; set; }

    public Guid FaxId { get; set; }

    /// <summary>The version that the change made.</summary>
    public int Version { get; set; }

    public Guid ChangeId { get; set; }

    public Guid AccountId { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    public FaxHandling? Handling { get; set; }

    public Guid? AssigneeId { get; set; }

    public byte[]? SealedLabels { get; set; }
}
