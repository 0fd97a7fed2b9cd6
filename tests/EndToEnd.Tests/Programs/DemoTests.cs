// SPDX-License-Identifier: Apache-2.0
using Hermetic.TestKit.Peers.LibTiff;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>`demo`: the first thing that anybody runs.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task Demo_Headless_ShowsBothTranscripts_AndItsPagesAreThere()
    {
        using TestFolder folder = new();
        (int exit, HermeticProgram demo) = await HermeticProgram.RunAsync(folder.Path, "demo", "--headless", "--out",
            folder["pages"]);
        await using (demo)
        {
            Assert.True(exit == 0, demo.Process.Describe($"ended with {exit}"));
            foreach (string part in new[] { "sender   | ", "receiver | ", "→ DCS", "← MCF", "Every pel arrived" })
            {
                Assert.Contains(demo.Process.Output, line => line.Contains(part, StringComparison.Ordinal));
            }

            string tiff = Assert.Single(Directory.GetFiles(folder["pages"], "fax-*.tif"));
            Assert.Contains($"  {tiff}", demo.Process.Output);
            Assert.Equal(2, LibTiffFile.Read(tiff).Count);
            Assert.Single(Directory.GetFiles(folder["pages"], "fax-*.pdf"));
        }
    }
}
