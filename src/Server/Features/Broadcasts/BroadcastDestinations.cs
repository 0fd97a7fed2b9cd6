// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Sending;

namespace Hermetic.Server.Features.Broadcasts;

/// <summary>Where a broadcast goes: numbers, entries and groups of the address book, each number once.</summary>
internal static class BroadcastDestinations
{
    private const int GroupsMax = 50; // our limit: each costs a look-up

    /// <summary>The numbers; what is wrong with what was asked for is noted.</summary>
    public static async Task<IReadOnlyList<string>> ResolveAsync(
        AddressBook.AddressBook book, Guid tenant, NewBroadcastBody body, Dictionary<string, string[]> errors,
        CancellationToken cancellation)
    {
        (IReadOnlyList<string> given, IReadOnlyList<Guid> entries, IReadOnlyList<string> groups) =
            (body.Numbers ?? [], body.AddressBookIds ?? [], body.Groups ?? []);
        if (given.Count + entries.Count > SubmitBroadcast.NumbersMax || groups.Count > GroupsMax)
        {
            errors["numbers"] = [$"takes {TooMany}, of at most {GroupsMax} groups"];
            return [];
        }

        List<string> numbers = [.. given.Select(number => DialledNumber.Normalize(number))];
        if (numbers.Any(number => number.Length == 0))
        {
            errors["numbers"] = ["takes numbers that can be dialled"];
        }

        foreach (Guid entry in entries)
        {
            if (await book.FindNumberAsync(tenant, entry, cancellation).ConfigureAwait(false) is { } number)
            {
                numbers.Add(number);
            }
            else
            {
                errors["addressBookIds"] = ["takes ids of entries of the address book"];
            }
        }

        foreach (string group in groups)
        {
            // One more than may be tells that there are too many.
            IReadOnlyList<string> members = await book.NumbersOfAsync(
                tenant, group, SubmitBroadcast.NumbersMax, cancellation).ConfigureAwait(false);
            numbers.AddRange(members);
            if (members.Count == 0)
            {
                errors["groups"] = ["takes groups of the address book that somebody is in"];
            }
        }

        IReadOnlyList<string> once = [.. numbers.Distinct()];
        if (once.Count is 0 or > SubmitBroadcast.NumbersMax)
        {
            errors.TryAdd("numbers", [$"takes {TooMany}"]);
        }

        return once;
    }

    private static string TooMany => $"1 to {SubmitBroadcast.NumbersMax} destinations in all";
}
