// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Http;
using Hermetic.Store;

namespace Hermetic.Server.Features.Handling;

/// <summary>What somebody wants to change of how faxes are handled. It holds labels and is not logged.</summary>
internal sealed record HandlingWish
{
    /// <summary>Where they go; null leaves each where it is.</summary>
    public FaxHandling? State { get; private init; }

    /// <summary>Who takes care of them from now on; null for nobody, if <see cref="Assigns"/>.</summary>
    public Guid? Assignee { get; private init; }

    /// <summary>Whether <see cref="Assignee"/> is to be changed.</summary>
    public bool Assigns { get; private init; }

    /// <summary>All labels from now on; null leaves them.</summary>
    public IReadOnlyList<string>? Labels { get; private init; }

    /// <summary>Labels that are added to those that each has.</summary>
    public IReadOnlyList<string> Added { get; private init; } = [];

    /// <summary>Labels that are taken away.</summary>
    public IReadOnlyList<string> Removed { get; private init; } = [];

    /// <summary>True if labels change.</summary>
    public bool IsOfLabels => Labels is not null || Added.Count > 0 || Removed.Count > 0;

    /// <summary>What it is, for the ledger: ids and words of ours alone.</summary>
    public string Words => "handling.change" + (State is { } state ? $" state={EnumWord.Of(state)}" : "")
        + (Assigns ? $" assignee={Assignee?.ToString() ?? "nobody"}" : "") + (IsOfLabels ? " tags" : "");

    /// <summary>As a change of one fax asks for it; what is wrong with it is noted.</summary>
    public static HandlingWish Of(HandlingBody body, Dictionary<string, string[]> errors)
    {
        HandlingWish wish = Of(body.State, body.Assignee, body.Unassign, errors) with
        {
            Labels = LabelsOf("tags", body.Tags, errors),
        };
        return Complete(wish, errors);
    }

    /// <summary>As a change of many asks for it.</summary>
    public static HandlingWish Of(ManyHandlingBody body, Dictionary<string, string[]> errors)
    {
        HandlingWish wish = Of(body.State, body.Assignee, body.Unassign, errors) with
        {
            Added = LabelsOf("addTags", body.AddTags, errors) ?? [],
            Removed = LabelsOf("removeTags", body.RemoveTags, errors) ?? [],
        };
        return Complete(wish, errors);
    }

    /// <summary>The labels of a fax that has these; null if they would be too many.</summary>
    public IReadOnlyList<string>? After(IReadOnlyList<string> before)
    {
        HashSet<string> removed = [.. Removed.Select(LabelText.KeyOf)];
        return LabelText.Of([.. before.Where(label => !removed.Contains(LabelText.KeyOf(label))), .. Added]);
    }

    /// <inheritdoc/>
    public override string ToString() => "a change of how faxes are handled";

    private static HandlingWish Of(
        string? state, Guid? assignee, bool? unassign, Dictionary<string, string[]> errors)
    {
        FaxHandling? to = state switch
        {
            null => null,
            "new" => FaxHandling.New,
            "open" => FaxHandling.Open,
            "done" => FaxHandling.Done,
            _ => FaxHandling.None,
        };
        if (to == FaxHandling.None)
        {
            errors["state"] = ["takes one of: new, open, done"];
        }

        if (assignee is not null && unassign == true)
        {
            errors["unassign"] = ["does not go with assignee"];
        }

        return new HandlingWish { State = to, Assignee = assignee, Assigns = assignee is not null || unassign == true };
    }

    private static HandlingWish Complete(HandlingWish wish, Dictionary<string, string[]> errors)
    {
        if (errors.Count == 0 && wish is { State: null, Assigns: false, IsOfLabels: false })
        {
            errors["state"] = ["or an assignee or tags: one of them is needed"];
        }

        return wish;
    }

    private static IReadOnlyList<string>? LabelsOf(
        string field, IReadOnlyList<string>? given, Dictionary<string, string[]> errors)
    {
        if (given is null)
        {
            return null;
        }

        IReadOnlyList<string>? labels = LabelText.Of(given);
        if (labels is null)
        {
            errors[field] = [LabelText.Takes];
        }

        return labels;
    }
}
