// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Numerics;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.TestKit.Canaries;
using Hermetic.TestKit.Pages;

namespace Hermetic.Server.Tests.Receiving;

/// <summary>P1: what is unique in a fax is in no file of the data folder, in whatever form; while the server runs, and
/// after it was left as a crash leaves it.</summary>
public sealed class CanaryTests
{
    [Fact]
    public async Task P1_FaxReceivedAndRead_LeavesNothingReadable()
    {
        using TestFolder folder = new();
        Installation installation = await ReceiveAsync(folder);
        Assert.Empty(Found(folder));
        await installation.DisposeAsync();
        Assert.Empty(Found(folder));
        await using Installation again = await Installation.OpenAsync(folder.Settings, TimeProvider.System, default);
        Assert.Empty(Found(folder));
    }

    /// <summary>The search itself finds each mark, in each form, where nothing seals.</summary>
    [Fact]
    public void P1_SameSearch_WithoutSealing_FindsEveryMark()
    {
        using TestFolder folder = new();
        Directory.CreateDirectory(folder.Data);
        foreach (CanaryMark mark in Marks())
        {
            foreach (CanaryForm form in mark.Forms.Append(new("zlib, raw", Zlib(mark.Octets))))
            {
                string file = Path.Combine(folder.Data, "unsealed");
                File.WriteAllBytes(file, [.. new byte[13], .. form.Octets, .. new byte[7]]);
                Assert.Contains(Found(folder), found => found == new CanaryFinding(mark.Name, form.Name, file));
            }
        }
    }

    private static async Task<Installation> ReceiveAsync(TestFolder folder)
    {
        Installation installation = await Installation.OpenAsync(folder.Settings, TimeProvider.System, default);
        NumberRoute route = await Arrivals.RouteAsync(installation);
        Arrivals call = new(installation.ForLine(null), route);
        await call.ArriveAsync(0, Arrivals.Page(1));
        await call.ArriveAsync(1, Arrivals.Page(2));
        await call.EndAsync(CallOutcome.Completed, 2);
        FaxRecord fax = Assert.Single(await installation.Store.Faxes.ListAsync(new FaxList(route.Tenant), default));
        await installation.Reader.OpenPageAsync(new EntryActor("clerk-canary", "front desk", "", ""),
            new EntryReason("treatment", true, "reason-canary"), route.Tenant, fax.FaxId, 1, default);
        return installation;
    }

    private static List<CanaryMark> Marks()
    {
        byte[] tiff = Arrivals.TiffOf(Arrivals.Page(1));
        return
        [
            CanaryMark.Of("caller", Arrivals.Caller),
            CanaryMark.Of("station", "STATION 555 0177"),
            CanaryMark.Of("tenant", TestFolder.TenantName),
            CanaryMark.Of("number", TestFolder.Number),
            CanaryMark.Of("clerk", "clerk-canary"),
            CanaryMark.Of("reason", "reason-canary"),
            // From the middle of the coded page, and a row of it as pels.
            new("image", tiff[200..232]),
            new("pels", BlackestRow(Arrivals.Page(1))),
        ];
    }

    // A row of paper alone is zeros, as half of any file is.
    private static byte[] BlackestRow(PageBitmap page) => Enumerable.Range(0, page.Rows)
        .Select(row => page.Row(row).ToArray())
        .MaxBy(row => row.Sum(octet => BitOperations.PopCount(octet)))!;

    private static IReadOnlyList<CanaryFinding> Found(TestFolder folder) =>
        CanarySearch.FindIn(folder.Path, Marks(), folder.SettingsFile);

    private static byte[] Zlib(byte[] octets)
    {
        using MemoryStream memory = new();
        using (ZLibStream stream = new(memory, CompressionLevel.Optimal))
        {
            stream.Write(octets);
        }

        return memory.ToArray();
    }
}
