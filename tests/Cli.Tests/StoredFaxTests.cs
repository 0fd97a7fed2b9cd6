// SPDX-License-Identifier: Apache-2.0
using Hermetic.Cli.Listen;
using Hermetic.Documents;
using Hermetic.Durable;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Durable;
using Hermetic.TestKit.Peers.LibTiff;

namespace Hermetic.Cli.Tests;

public sealed class StoredFaxTests
{
    // Opening, two pages, naming and the PDF are some thirty operations.
    private const int OperationsMax = 40;

    private static readonly PageFormat s_fine = new(FaxResolution.Fine, PageWidth.A4);

    public static TheoryData<DurableFault> Faults =>
        [DurableFault.NoSpace, DurableFault.InputOutput, DurableFault.Denied];

    [Theory]
    [MemberData(nameof(Faults))]
    public void P2_DiskFailsAnywhere_OnlyPagesThatLieOnItAreKept(DurableFault fault)
    {
        bool failed = false;
        for (int operation = 1; operation < OperationsMax; operation++)
        {
            SimulatedFiles disk = new(operation);
            StoredFax fax = new(new FaxFolder(disk, TimeProvider.System), pdf: true);
            disk.FailAt(disk.Operations + operation, fault, stays: true);
            EncodedPage[] pages = [Page(1), Page(2)];
            int kept = 0;
            foreach (EncodedPage page in pages)
            {
                kept += fax.Put(kept, page, default) ? 1 : 0;
            }

            StoredFiles stored = fax.Finish(complete: kept == pages.Length);
            disk.Heal();
            failed |= stored.Fault == fault;
            Assert.Equal(kept > 0, stored.Names.Any(name => name.EndsWith(".tif", StringComparison.Ordinal)));
            Assert.True(stored.Fault is not null || kept == pages.Length);
            Assert.True(stored.Fault is not null || stored.Names.Count == 2);
            if (kept > 0)
            {
                Assert.True(Readable(disk.ReadAll(stored.Names[0], 1 << 20)!, pages) >= kept);
            }
        }

        Assert.True(failed);
    }

    [Fact]
    public void Disk_ThatFailedOnce_IsNotWrittenOn()
    {
        SimulatedFiles disk = new(1);
        StoredFax fax = new(new FaxFolder(disk, TimeProvider.System), pdf: false);
        Assert.True(fax.Put(0, Page(1), default));
        disk.FailAt(disk.Operations + 1, DurableFault.InputOutput);
        Assert.False(fax.Put(1, Page(2), default));
        Assert.False(fax.Put(1, Page(2), default));
        StoredFiles stored = fax.Finish(complete: true);
        Assert.Equal(DurableFault.InputOutput, stored.Fault);
        Assert.EndsWith(".partial.tif", Assert.Single(stored.Names), StringComparison.Ordinal);
    }

    [Fact]
    public void Call_WithoutAPage_LeavesNoFile()
    {
        SimulatedFiles disk = new(1);
        StoredFax fax = new(new FaxFolder(disk, TimeProvider.System), pdf: true);
        StoredFiles stored = fax.Finish(complete: true);
        Assert.Empty(stored.Names);
        Assert.Null(stored.Fault);
        Assert.Empty(disk.Files);
    }

    [Fact]
    public void Call_ThatWasCut_KeepsItsPagesAsPartial()
    {
        SimulatedFiles disk = new(1);
        StoredFax fax = new(new FaxFolder(disk, TimeProvider.System), pdf: true);
        Assert.True(fax.Put(0, Page(1), default));
        Assert.All(fax.Finish(complete: false).Names,
            name => Assert.Contains(FaxFolder.PartialSuffix, name, StringComparison.Ordinal));
        Assert.Equal(2, disk.Files.Count);
    }

    [Fact]
    public void Names_OfOneInstant_DoNotCollide()
    {
        FaxFolder folder = new(new SimulatedFiles(1), TimeProvider.System);
        Assert.Equal(50, Enumerable.Range(0, 50).Select(_ => folder.NewName()).Distinct().Count());
    }

    private static EncodedPage Page(int seed)
    {
        Random random = new(seed);
        EncodedPageBuilder builder = new(s_fine);
        byte[] row = new byte[s_fine.RowBytes];
        for (int y = 0; y < 20; y++)
        {
            random.NextBytes(row);
            builder.WriteRow(row);
        }

        return builder.Finish();
    }

    // How many of the pages, from the first, libtiff reads as they were put. A link that was torn in mid-write ends the
    // list: what lies before it counts.
    private static int Readable(byte[] file, EncodedPage[] pages)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, file);
            return LibTiffFile.Read(path).Zip(pages).TakeWhile(pair => IsSame(pair.First.Rows, pair.Second)).Count();
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static bool IsSame(IReadOnlyList<byte[]> rows, EncodedPage page)
    {
        using IRowSource source = page.OpenRows();
        byte[] row = new byte[page.Format.RowBytes];
        return rows.Count == page.Rows && rows.All(read => source.TryReadRow(row) && row.AsSpan().SequenceEqual(read));
    }
}
