// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Numerics;
using System.Text;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Telephony;
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
        Assert.Empty(Found(folder.Path, Canaries()));
        await installation.DisposeAsync();
        Assert.Empty(Found(folder.Path, Canaries()));
        await using Installation again = await Installation.OpenAsync(folder.Settings, TimeProvider.System, default);
        Assert.Empty(Found(folder.Path, Canaries()));
    }

    /// <summary>The search itself finds each canary, in each form, where nothing seals.</summary>
    [Fact]
    public void P1_SameSearch_WithoutSealing_FindsEveryCanary()
    {
        using TestFolder folder = new();
        foreach ((string name, byte[] canary) in Canaries())
        {
            foreach ((string form, byte[] bytes) in Forms(canary))
            {
                string file = Path.Combine(folder.Path, $"{name}-{form}");
                File.WriteAllBytes(file, [.. new byte[13], .. bytes, .. new byte[7]]);
                Assert.Contains(Found(folder.Path, Canaries()),
                    found => found.EndsWith(file, StringComparison.Ordinal));
                File.Delete(file);
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

    private static List<(string Name, byte[] Canary)> Canaries()
    {
        byte[] tiff = Arrivals.TiffOf(Arrivals.Page(1));
        return
        [
            ("caller", Encoding.ASCII.GetBytes(Arrivals.Caller)),
            ("station", "STATION 555 0177"u8.ToArray()),
            ("tenant", Encoding.ASCII.GetBytes(TestFolder.TenantName)),
            ("number", Encoding.ASCII.GetBytes(TestFolder.Number)),
            ("clerk", "clerk-canary"u8.ToArray()),
            ("reason", "reason-canary"u8.ToArray()),
            // From the middle of the coded page, and a row of it as pels.
            ("image", tiff[200..232]),
            ("pels", BlackestRow(Arrivals.Page(1))),
        ];
    }

    // A row of paper alone is zeros, as half of any file is.
    private static byte[] BlackestRow(PageBitmap page) => Enumerable.Range(0, page.Rows)
        .Select(row => page.Row(row).ToArray())
        .MaxBy(row => row.Sum(octet => BitOperations.PopCount(octet)))!;

    private static IEnumerable<(string Form, byte[] Bytes)> Forms(byte[] canary)
    {
        yield return ("raw", canary);
        yield return ("base64", Encoding.ASCII.GetBytes(Convert.ToBase64String(canary)));
        yield return ("hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(canary)));
        yield return ("zlib", Zlib(canary));
        if (canary.All(octet => octet is >= 0x20 and < 0x7F))
        {
            yield return ("utf16", Encoding.Unicode.GetBytes(Encoding.ASCII.GetString(canary)));
        }
    }

    // As raw bytes, in the text forms, and inside whatever can be inflated from any place of a file.
    private static List<string> Found(string folder, List<(string Name, byte[] Canary)> canaries)
    {
        List<string> found = [];
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("hermetic.json", StringComparison.Ordinal)))
        {
            byte[] bytes = Read(file);
            foreach ((string name, byte[] canary) in canaries)
            {
                if (Forms(canary).Any(form => form.Form != "zlib" && bytes.AsSpan().IndexOf(form.Bytes) >= 0)
                    || Inflated(bytes).Any(plain => plain.AsSpan().IndexOf(canary) >= 0))
                {
                    found.Add($"{name}: {file}");
                }
            }
        }

        return found;
    }

    private static byte[] Read(string file)
    {
        // Lock files are held by the server, and empty.
        if (new FileInfo(file).Length == 0)
        {
            return [];
        }

        // The server has it open.
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using MemoryStream memory = new();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    // RFC 1950 §2.2: a zlib stream begins with CMF 0x78 and an FLG that makes both a multiple of 31.
    private static IEnumerable<byte[]> Inflated(byte[] bytes)
    {
        for (int at = 0; at < bytes.Length - 2; at++)
        {
            if (bytes[at] == 0x78 && ((bytes[at] << 8) | bytes[at + 1]) % 31 == 0)
            {
                byte[]? plain = TryInflate(bytes, at);
                if (plain is not null)
                {
                    yield return plain;
                }
            }
        }
    }

    private static byte[]? TryInflate(byte[] bytes, int at)
    {
        using ZLibStream stream = new(new MemoryStream(bytes, at, bytes.Length - at), CompressionMode.Decompress);
        using MemoryStream plain = new();
        byte[] buffer = new byte[4096];
        try
        {
            for (int read; plain.Length < 1 << 20 && (read = stream.Read(buffer)) > 0;)
            {
                plain.Write(buffer, 0, read);
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            // What came before the fault counts all the same.
        }

        return plain.Length > 0 ? plain.ToArray() : null;
    }

    private static byte[] Zlib(byte[] bytes)
    {
        using MemoryStream memory = new();
        using (ZLibStream stream = new(memory, CompressionLevel.Optimal))
        {
            stream.Write(bytes);
        }

        return memory.ToArray();
    }
}
