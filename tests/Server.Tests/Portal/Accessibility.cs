// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Microsoft.Playwright;

namespace Hermetic.Server.Tests.Portal;

/// <summary>axe-core's judgement of a page (WCAG 2.0 to 2.2, A and AA).</summary>
internal static class Accessibility
{
    private const string Script = "artifacts/tools/axe-core/node_modules/axe-core/axe.min.js";

    private static readonly Lazy<string> Source = new(() => File.ReadAllText(Find()));

    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        // By the debugger's door: the page's own policy would not let it in.
        await page.EvaluateAsync(Source.Value);
        JsonElement found = (await page.EvaluateAsync("""
            async () => (await axe.run(document, {
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            })).violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html} ${node.failureSummary}`))
            """))!.Value;
        return [.. found.EnumerateArray().Select(one => one.GetString()!)];
    }

    /// <summary>Keeps a picture of the page, and fails if axe-core finds a violation.</summary>
    public static async Task JudgeAsync(IPage page, string name)
    {
        await PortalDesk.LookAsync(page, name);
        IReadOnlyList<string> found = await ViolationsAsync(page);
        Assert.True(found.Count == 0, $"{name}:\n{string.Join('\n', found)}");
    }

    private static string Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string file = Path.Combine(folder, Script);
            if (File.Exists(file))
            {
                return file;
            }
        }

        throw new FileNotFoundException("axe-core is not there: ./test installs it from the npm registry", Script);
    }
}
