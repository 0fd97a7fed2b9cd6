// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Tiff;
using Hermetic.Durable;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Durable;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.LibTiff;

namespace Hermetic.Documents.Tests.Tiff;

public class FaxTiffWriterTests
{
    [Theory]
    [InlineData(FaxResolution.Standard, 204, 98)]
    [InlineData(FaxResolution.Fine, 204, 196)]
    [InlineData(FaxResolution.Superfine, 204, 391)]
    [InlineData(FaxResolution.Dpi300, 300, 300)]
    public void Pages_ReadByLibTiff_ArePelForPel(FaxResolution resolution, int horizontal, int vertical)
    {
        PageFormat format = new(resolution, PageWidth.A4);
        PageBitmap[] pages =
            [SyntheticPage.Text(format, 1), SyntheticPage.Form(format, 2), SyntheticPage.DitheredGrey(format, 3)];
        using TestFolder folder = new();
        Write(folder, pages);
        IReadOnlyList<LibTiffFilePage> read = LibTiffFile.Read(Path.Combine(folder.Path, "fax.tif"));
        Assert.Equal(pages.Length, read.Count);
        for (int i = 0; i < pages.Length; i++)
        {
            Assert.Equal((format.WidthPels, pages[i].Rows, 4, 0), (read[i].Width, read[i].Height, read[i].Compression,
                read[i].Photometric));
            Assert.Equal((horizontal, vertical), ((int)read[i].HorizontalDpi, (int)read[i].VerticalDpi));
            Assert.True(Pages.Same(pages[i], [.. read[i].Rows]));
        }
    }

    [Fact]
    public async Task Pages_ReadByUs_KeepTheirRaster_WithoutTheSandbox()
    {
        PageBitmap[] pages =
        [
            SyntheticPage.Text(new(FaxResolution.Standard, PageWidth.A4), 1),
            SyntheticPage.Form(new(FaxResolution.Fine, PageWidth.B4), 2),
            SyntheticPage.Text(new(FaxResolution.Dpi400, PageWidth.A4), 3),
        ];
        using TestFolder folder = new();
        Write(folder, pages);
        DocumentOptions options = new() { Sandbox = new(TimeProvider.System, "/nonexistent/bwrap") };
        DocumentOutcome outcome = await FaxDocument.OpenAsync([Path.Combine(folder.Path, "fax.tif")], options);
        Assert.Null(outcome.Refusal);
        for (int i = 0; i < pages.Length; i++)
        {
            Assert.Equal(pages[i].Format, outcome.Document!.FormatOf(i));
            Assert.True(Pages.Same(pages[i], Pages.Rows(outcome.Document.Pages[i])));
        }
    }

    [Fact]
    public void PageThatComesAgain_ReplacesTheLast()
    {
        PageBitmap first = SyntheticPage.Text(Pages.Fine, 1);
        PageBitmap damaged = SyntheticPage.Form(Pages.Fine, 2);
        PageBitmap again = SyntheticPage.Text(Pages.Fine, 3);
        using TestFolder folder = new();
        using (IDurableFile file = new DiskFiles(folder.Path).Open("fax.tif", DurableOpen.CreateNew))
        {
            FaxTiffWriter writer = new(file);
            writer.Put(0, Pages.Encode(first));
            writer.Put(1, Pages.Encode(damaged), new PageQuality(2000, 30, 4, 0));
            writer.Put(1, Pages.Encode(again));
            Assert.Equal(2, writer.Pages);
            Assert.Throws<ArgumentOutOfRangeException>(() => writer.Put(3, Pages.Encode(first)));
            Assert.Throws<ArgumentOutOfRangeException>(() => writer.Put(0, Pages.Encode(first)));
        }

        IReadOnlyList<LibTiffFilePage> read = LibTiffFile.Read(Path.Combine(folder.Path, "fax.tif"));
        Assert.Equal(2, read.Count);
        Assert.True(Pages.Same(first, [.. read[0].Rows]) && Pages.Same(again, [.. read[1].Rows]));
    }

    [Fact]
    public void P2_PowerCut_AtAnyOperation_LosesNoPageThatWasPut()
    {
        EncodedPage[] pages = [.. Enumerable.Range(0, 3).Select(Small)];
        for (int cut = 1; cut < 24; cut++)
        {
            for (int seed = 0; seed < 10; seed++)
            {
                SimulatedFiles disk = new(seed);
                disk.CutAt(cut);
                int confirmed = PutUntilCut(disk, pages);
                disk.Restart(seed);
                int readable = Readable(disk, pages);
                Assert.True(readable >= confirmed, $"cut {cut}, seed {seed}: {confirmed} put, {readable} read");
            }
        }
    }

    [Fact]
    public void FullDisk_IsSaid_AndThePagesBeforeStay()
    {
        EncodedPage[] pages = [.. Enumerable.Range(0, 3).Select(Small)];
        for (int operation = 3; operation < 14; operation++)
        {
            SimulatedFiles disk = new(operation);
            disk.FailAt(operation, DurableFault.NoSpace, stays: true);
            int confirmed = PutUntilCut(disk, pages);
            disk.Heal();
            Assert.InRange(confirmed, 0, 2);
            Assert.True(Readable(disk, pages) >= confirmed);
        }
    }

    private static EncodedPage Small(int seed)
    {
        Random random = new(seed);
        EncodedPageBuilder builder = new(Pages.Fine);
        byte[] row = new byte[Pages.Fine.RowBytes];
        for (int y = 0; y < 20; y++)
        {
            random.NextBytes(row);
            builder.WriteRow(row);
        }

        return builder.Finish();
    }

    private static int PutUntilCut(SimulatedFiles disk, EncodedPage[] pages)
    {
        int confirmed = 0;
        try
        {
            using IDurableFile file = disk.Open("fax.tif", DurableOpen.CreateNew);
            FaxTiffWriter writer = new(file);
            disk.FlushFolder("");
            foreach (EncodedPage page in pages)
            {
                writer.Put(confirmed, page);
                confirmed++;
            }
        }
        catch (Exception failure) when (failure is PowerCutException or DurableException)
        {
            // What was put before counts.
        }

        return confirmed;
    }

    // How many pages, from the first, are read back as they were put.
    private static int Readable(SimulatedFiles disk, EncodedPage[] pages)
    {
        byte[]? file = disk.Exists("fax.tif") ? disk.ReadAll("fax.tif", 10_000_000) : null;
        if (file is null)
        {
            return 0;
        }

        // A link that was torn in mid-write ends the list: what lies before it counts.
        (IReadOnlyList<TiffPage> read, _) = TiffReader.Read(file, RenderLimits.Default);
        int same = 0;
        while (same < Math.Min(read.Count, pages.Length))
        {
            RowCollector rows = new(Pages.Fine.RowBytes);
            if (TiffBits.Decode(file, read[same], rows, out _) is not null
                || !rows.Bits.SequenceEqual(Pages.Rows(pages[same]).SelectMany(row => row).ToArray()))
            {
                break;
            }

            same++;
        }

        return same;
    }

    private static void Write(TestFolder folder, PageBitmap[] pages)
    {
        using IDurableFile file = new DiskFiles(folder.Path).Open("fax.tif", DurableOpen.CreateNew);
        FaxTiffWriter writer = new(file);
        for (int i = 0; i < pages.Length; i++)
        {
            writer.Put(i, Pages.Encode(pages[i]));
        }
    }
}
