// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Http;
using Hermetic.Server.Portal;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Tests.Portal;

/// <summary>The words of each language against each other, and against what frames and scripts say.</summary>
public sealed class WordTests
{
    // Unicode CLDR: all plural categories that a language may have.
    private static readonly string[] Categories = ["zero", "one", "two", "few", "many", "other"];

    private static readonly Languages Ours = Languages.Ours();
    private static readonly Language English = Ours.All[0];

    [Fact]
    public void EveryKeyThatIsSaid_HasWords_AndEveryKeyWithWordsIsSaid()
    {
        string[] said = [.. PortalSource.OfScripts().Concat(PortalSource.OfFrames()).Select(one => one.Key).Distinct()
            .Order(StringComparer.Ordinal)];
        Assert.Equal(English.Keys.Order(StringComparer.Ordinal), said);
    }

    [Fact]
    public void Scripts_WriteKeysOut() => Assert.Empty(PortalSource.OfScriptsUnclear());

    [Fact]
    public void Words_GetTheValuesThatTheyWant()
    {
        foreach (Saying one in PortalSource.OfScripts().Concat(PortalSource.OfFrames()))
        {
            IReadOnlyDictionary<string, string> forms = English.FormsOf(one.Key);
            Assert.True(PlacesOf(forms).SetEquals(one.Values),
                $"{one.At} gives {one.Key} {string.Join(", ", one.Values)}");
            Assert.True(forms.Count == 1 || one.Values.Contains("count"), $"{one.At}: {one.Key} goes by no count");
        }
    }

    [Fact]
    public void Frames_SayNothingThatGoesByACount() =>
        Assert.All(PortalSource.OfFrames(), one => Assert.NotEmpty(English.Say(one.Key)));

    [Fact]
    public void Languages_HaveTheSameKeysAndPlaces()
    {
        foreach (Language language in Ours.All.Append(PseudoLanguage.Of(English)))
        {
            Assert.Equal(English.Keys.Order(), language.Keys.Order());
            foreach (string key in English.Keys)
            {
                IReadOnlyDictionary<string, string> english = English.FormsOf(key), forms = language.FormsOf(key);
                string at = $"{language.Tag}: {key}";
                Assert.True(english.Count > 1 || forms.Count == 1, $"{at} has forms, and nobody gives it a count");
                Assert.True(forms.Keys.All(Categories.Contains), $"{at} has a form that CLDR does not know");
                Assert.True(PlacesOf(forms).SetEquals(PlacesOf(english)), $"{at} has other places for values");
                Assert.All(forms.Values, words => Assert.False(string.IsNullOrWhiteSpace(words), at));
            }
        }
    }

    [Fact]
    public void Causes_AreSaidInThePortalAsTheApiSaysThem()
    {
        foreach (RetryRule rule in RetryRules.All)
        {
            string word = EnumWord.Of(rule.Cause);
            Assert.Equal(rule.Words, English.Say($"cause.{word}"));
            Assert.Equal(!rule.IsFinal, English.Keys.Contains($"finding.{word}"));
            if (!rule.IsFinal)
            {
                Assert.Equal(RetryRules.Finding(rule.Cause), English.Say($"finding.{word}"));
            }
        }
    }

    [Theory]
    [InlineData("", "en")]
    [InlineData("de, fr;q=0.5", "en")]
    [InlineData("en-XA", "en-XA")]
    [InlineData("de-CH, en-xa-x-long;q=0.7, en;q=0.9", "en")]
    [InlineData("de-CH, en-xa-x-long;q=0.9, en;q=0.7", "en-XA")]
    [InlineData("en-XA;q=0, *", "en")]
    [InlineData("en;q=2;;,{", "en")]
    public void Language_IsTheOneThatTheBrowserAsksFor(string wanted, string expected)
    {
        DefaultHttpContext http = new();
        http.Request.Headers.AcceptLanguage = wanted;
        Assert.Equal(expected, new Languages([English, PseudoLanguage.Of(English)]).Of(http.Request).Tag);
    }

    [Theory]
    [InlineData("""{ "a": 1 }""")]
    [InlineData("""{ "a": { "one": "x" } }""")]
    [InlineData("""{ "a": { "other": 1 } }""")]
    [InlineData("""{ "a": "x", "a": "y" }""")]
    [InlineData("""[ "a" ]""")]
    public void File_ThatIsNoLanguage_IsRefused(string json)
    {
        using MemoryStream file = new(Encoding.UTF8.GetBytes(json));
        Assert.ThrowsAny<JsonException>(() => Language.Read("de", file));
    }

    private static HashSet<string> PlacesOf(IReadOnlyDictionary<string, string> forms) => [.. forms.Values
        .SelectMany(words => Language.Places().Matches(words).Select((Match place) => place.Groups[1].Value))];
}
