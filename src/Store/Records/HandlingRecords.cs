// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store;

/// <summary>How far people are with a received fax. Any may follow any. The numbers are stored: never
/// renumber.</summary>
public enum FaxHandling
{
    /// <summary>Nobody handles it: it goes out.</summary>
    None = 0,

    /// <summary>Nobody has opened it.</summary>
    New = 1,

    /// <summary>Somebody has opened it.</summary>
    Open = 2,

    /// <summary>There is nothing left to do.</summary>
    Done = 3,
}

/// <summary>How a fax is to be handled from now on, made of what somebody has seen.</summary>
/// <param name="FaxId">Which fax; a received one.</param>
/// <param name="Version">The version that was seen; the change makes the next one.</param>
/// <param name="State">Where it goes; null leaves it where it is by then.</param>
/// <param name="AssigneeId">The account that takes care of it; null for nobody.</param>
/// <param name="SealedLabels">Its labels, sealed to the fax's own key epoch; null for none.</param>
/// <param name="LabelTags">32 bytes each: those labels, each once.</param>
public sealed record HandlingChange(
    Guid FaxId, int Version, FaxHandling? State, Guid? AssigneeId, byte[]? SealedLabels,
    IReadOnlyList<byte[]> LabelTags);

/// <summary>Who changes how faxes are handled, so that it can be taken back.</summary>
/// <param name="TenantId">Whose faxes.</param>
/// <param name="ChangeId">Unique in the tenant; made by the caller.</param>
/// <param name="AccountId">Who changes it.</param>
/// <param name="At">When.</param>
/// <param name="UndoFor">For how long what was before is kept.</param>
public sealed record HandlingAct(Guid TenantId, Guid ChangeId, Guid AccountId, DateTimeOffset At, TimeSpan UndoFor);

/// <summary>How a fax was handled before a change.</summary>
/// <param name="ChangeId">The change.</param>
/// <param name="FaxId">Which fax.</param>
/// <param name="Version">The version that the change made.</param>
/// <param name="AccountId">Who made it.</param>
/// <param name="At">When.</param>
/// <param name="State">Where the fax was; null if the change did not move it.</param>
/// <param name="AssigneeId">Who took care of it.</param>
/// <param name="SealedLabels">Its labels, sealed.</param>
public sealed record HandlingUndo(
    Guid ChangeId, Guid FaxId, int Version, Guid AccountId, DateTimeOffset At, FaxHandling? State, Guid? AssigneeId,
    byte[]? SealedLabels);

/// <summary>A note on a fax, as it is stored. Notes are struck out, and never taken away.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="FaxId">On which fax.</param>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="AccountId">Who wrote it.</param>
/// <param name="WrittenAt">When.</param>
/// <param name="KeyEpoch">The epoch whose key seals it: the fax's own.</param>
/// <param name="SealedText">What it says.</param>
/// <param name="StruckAt">When its author struck it out; null if it stands.</param>
public sealed record NoteRecord(
    Guid TenantId, Guid FaxId, int Number, Guid AccountId, DateTimeOffset WrittenAt, uint KeyEpoch, byte[] SealedText,
    DateTimeOffset? StruckAt = null);

/// <summary>What came of striking a note out.</summary>
public enum StrikeResult
{
    /// <summary>It is struck out now.</summary>
    Struck = 1,

    /// <summary>It was struck out before.</summary>
    AlreadyStruck = 2,

    /// <summary>Somebody else wrote it.</summary>
    NotTheAuthor = 3,

    /// <summary>There is no such note.</summary>
    Missing = 4,
}

/// <summary>What waits in an inbox: received faxes that are not done.</summary>
/// <param name="LineId">Which inbox.</param>
/// <param name="New">Nobody has opened them.</param>
/// <param name="Open">Somebody has.</param>
/// <param name="Mine">Of both, those that the asking account takes care of.</param>
public sealed record InboxCount(Guid? LineId, int New, int Open, int Mine);
