// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;

namespace Hermetic.Server.Portal;

/// <summary>A page's frame, which has its words of a language.</summary>
public abstract class WordedPage : ComponentBase
{
    /// <summary>The language.</summary>
    [Parameter, EditorRequired] public Language Language { get; set; } = null!;

    /// <summary>The words of a key.</summary>
    protected string Say(string key) => Language.Say(key);

    /// <summary>The same with elements at their places.</summary>
    protected RenderFragment Say(string key, params (string Name, RenderFragment Part)[] parts) => builder =>
    {
        string words = Language.Say(key);
        int from = 0;
        foreach (Match place in Language.Places().Matches(words))
        {
            builder.AddContent(0, words[from..place.Index]);
            builder.AddContent(1, parts.Single(part => part.Name == place.Groups[1].Value).Part);
            from = place.Index + place.Length;
        }

        builder.AddContent(2, words[from..]);
    };
}
