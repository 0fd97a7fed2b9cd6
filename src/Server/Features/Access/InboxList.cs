// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Access;

/// <summary>Inboxes as they are stored and claimed: `all`, or ids of lines between spaces. Nothing is
/// no inbox.</summary>
internal static class InboxList
{
    public const string All = "all";

    // Our limit: a practice has some dozens of lines, and a change that waits for a second person is a sealed field.
    private const int InboxesMax = 64;

    /// <summary>The stored form of what somebody asks for; null if it is none.</summary>
    public static string? Parse(IReadOnlyList<string>? inboxes)
    {
        if (inboxes is null || inboxes.Count == 0)
        {
            return "";
        }

        if (inboxes is [All])
        {
            return All;
        }

        return inboxes.Count <= InboxesMax && inboxes.All(id => Guid.TryParse(id, out _))
            ? string.Join(' ', inboxes.Select(id => Guid.Parse(id).ToString()).Distinct().Order())
            : null;
    }

    public static IReadOnlyList<string> Of(string stored) =>
        stored.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
