// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Server.Portal;

namespace Hermetic.Server.Tests.Portal;

/// <summary>A page's modules as one script. That it does what they do, the tests in chromium see.</summary>
public sealed class ScriptBundleTests
{
    private static readonly Languages Ours = Languages.Ours();

    [Fact]
    public void Bundle_HasEachModuleOnce_BehindWhatItNeeds()
    {
        Dictionary<string, string> modules = new()
        {
            ["page.js"] =
                "import { a, b as c } from \"./one-a.js\";\nimport { d } from \"./two.js\";\nawait a(c, d);\n",
            ["frame.js"] = "import \"./two.js\";\nd();\n",
            ["one-a.js"] = "import { d } from \"./two.js\";\nexport const a = d;\nexport class b {}\n",
            ["two.js"] = "export async function d() {}\nlet kept = 1;\n",
        };

        Assert.Equal(["two.js", "frame.js", "one-a.js", "page.js"],
            ScriptBundle.NeededBy(["frame.js", "page.js"], name => modules[name]));
        Assert.Equal(
            """
            // two.js
            const $two = (() => {
            async function d() {}
            let kept = 1;
            return { d };
            })();
            // frame.js
            (async () => {

            d();
            })();
            // one-a.js
            const $one_a = (() => {
            const { d } = $two;
            const a = d;
            class b {}
            return { a, b };
            })();
            // page.js
            (async () => {
            const { a, b: c } = $one_a;
            const { d } = $two;
            await a(c, d);
            })();

            """,
            ScriptBundle.Of(["frame.js", "page.js"], name => modules[name]));
    }

    [Theory]
    [InlineData("import { no } from \"./b.js\";\n", "", "does not export no")]
    [InlineData("import * as b from \"./b.js\";\n", "", "import * as b")]
    [InlineData("import { b } from './b.js';\n", "export const b = 1;\n", "import { b }")]
    [InlineData("import { b } from \"./b.js\";\n", "export let b = 1;\n", "export let b")]
    [InlineData("import { b } from \"./b.js\";\n", "export default b;\n", "export default b")]
    [InlineData("import { b } from \"./b.js\";\n", "import \"./a.js\";\nexport const b = 1;\n", "which needs it")]
    public void Modules_WrittenOtherwise_AreRefusedByName(string page, string other, string words)
    {
        FormatException refused = Assert.Throws<FormatException>(
            () => ScriptBundle.Of(["a.js"], name => name == "a.js" ? page : other));

        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.Contains(".js", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryPage_HasTheWordsThatItsOwnScriptSays()
    {
        PortalAssets assets = new(Ours);
        Assert.All(PortalPage.All, page =>
        {
            string script = Encoding.UTF8.GetString(assets.BytesOf(Ours.All[0], page.Bundle).Span);
            Assert.DoesNotContain("\nimport ", script, StringComparison.Ordinal);
            Assert.All(PortalAssets.Sayings().Matches(script).Select(saying => saying.Groups[1].Value),
                key => Assert.Contains($"\"{key}\":", script, StringComparison.Ordinal));
        });
    }
}
