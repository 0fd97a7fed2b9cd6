// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Hermetic.Documents.Tiff;
using Hermetic.Durable;
using Hermetic.TestKit.Durable;
using Hermetic.TestKit.Pages;

namespace Hermetic.Documents.Tests.Tiff;

public class HostileTiffTests
{
    private const int WidthValue = 8;

    [Fact]
    public void Hostile_11_DirectoriesInACircle_End()
    {
        byte[] file = Valid(pages: 2);
        uint first = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(4));
        uint second = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(LinkOf(file, (int)first)));
        int lastLink = LinkOf(file, (int)second);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(lastLink), first);
        Assert.Equal(RefusalCode.Malformed, Refused(file).Code);
    }

    [Fact]
    public void Hostile_11_EndlessDirectories_StopAtTheLimit()
    {
        // A chain of directories, 6 octets apart... each within the one before: 10,000 of them, none met twice.
        byte[] file = new byte[200_000];
        "II\x2a\0\x08\0\0\0"u8.CopyTo(file);
        for (int at = 8; at + 20 < file.Length; at += 18)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), 1);
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at + 2), (ushort)TiffTag.ImageWidth);
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at + 14), (uint)at + 18);
        }

        Assert.NotNull(TiffReader.Read(file, RenderLimits.Default).Refusal);
    }

    [Theory]
    [InlineData(TiffTag.ImageWidth, uint.MaxValue, RefusalCode.OverLimit)]
    [InlineData(TiffTag.ImageLength, uint.MaxValue, RefusalCode.OverLimit)]
    [InlineData(TiffTag.ImageLength, 59_999u, RefusalCode.Malformed)]
    [InlineData(TiffTag.ImageWidth, 0u, RefusalCode.Malformed)]
    [InlineData(TiffTag.ImageLength, 0u, RefusalCode.Malformed)]
    [InlineData(TiffTag.RowsPerStrip, 0u, RefusalCode.Malformed)]
    [InlineData(TiffTag.RowsPerStrip, 1u, RefusalCode.Malformed)]
    [InlineData(TiffTag.StripOffsets, uint.MaxValue, RefusalCode.Malformed)]
    [InlineData(TiffTag.StripByteCounts, uint.MaxValue, RefusalCode.Malformed)]
    [InlineData(TiffTag.StripByteCounts, 3u, RefusalCode.Malformed)]
    internal async Task Hostile_11_AbsurdField_IsRefusedWithItsPage(TiffTag tag, uint value, RefusalCode code)
    {
        byte[] file = Valid(pages: 1);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(EntryOf(file, tag) + WidthValue), value);
        Refusal refusal = await Pages.RefusedAsync(file);
        Assert.Equal((code, 1), (refusal.Code, refusal.Page));
    }

    [Fact]
    public async Task Hostile_11_TiffCutAnywhere_IsRefused()
    {
        byte[] file = Valid(pages: 1);
        for (int length = 8; length < file.Length - 1; length += 7)
        {
            DocumentOutcome outcome = await FaxDocument.OpenAsync([file.AsMemory(0, length)], new DocumentOptions());
            Assert.True(outcome.Document is null || length > EntryOf(file, TiffTag.Software), $"cut at {length}");
        }
    }

    [Fact]
    public void Hostile_11_AnyOctetChanged_NeverThrows_AndNeverPutsOutMoreThanClaimed()
    {
        byte[] valid = Valid(pages: 2);
        Random random = new(11);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] file = [.. valid];
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            (IReadOnlyList<TiffPage> pages, Refusal? refusal) = TiffReader.Read(file, RenderLimits.Default);
            foreach (TiffPage page in refusal is null ? pages.Where(page => page.IsPlainBilevel) : [])
            {
                RowCollector rows = new((page.Width + 7) / 8);
                TiffBits.Decode(file, page, rows, out _);
                Assert.True(rows.Rows <= page.Height);
            }
        }
    }

    [Fact]
    public async Task Hostile_11_UnusualPacking_ThatIsGarbage_IsRefused_InTheSandbox()
    {
        byte[] file = Valid(pages: 1);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(EntryOf(file, TiffTag.Compression) + WidthValue), 5);
        Refusal refusal = await Pages.RefusedAsync(file);
        Assert.Equal((RefusalCode.Malformed, 1), (refusal.Code, refusal.Page));
    }

    private static Refusal Refused(byte[] file)
    {
        (_, Refusal? refusal) = TiffReader.Read(file, RenderLimits.Default);
        return Assert.IsType<Refusal>(refusal);
    }

    private static byte[] Valid(int pages)
    {
        SimulatedFiles disk = new();
        using (IDurableFile file = disk.Open("fax.tif", DurableOpen.CreateNew))
        {
            FaxTiffWriter writer = new(file);
            for (int i = 0; i < pages; i++)
            {
                EncodedPageBuilder builder = new(Pages.Fine);
                byte[] row = new byte[Pages.Fine.RowBytes];
                for (int y = 0; y < 60; y++)
                {
                    row[y] ^= 0x3C;
                    builder.WriteRow(row);
                }

                writer.Put(i, builder.Finish());
            }
        }

        return disk.ReadAll("fax.tif", 10_000_000)!;
    }

    private static int EntryOf(byte[] file, TiffTag tag)
    {
        int directory = (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(4));
        int at = directory + 2;
        while (BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at)) != (ushort)tag)
        {
            at += 12;
        }

        return at;
    }

    private static int LinkOf(byte[] file, int directory) =>
        directory + 2 + (BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(directory)) * 12);
}
