// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Receiving;
using Hermetic.Store;

namespace Hermetic.Server.Tests.Receiving;

/// <summary>The rule alone: which fax stands for which part.</summary>
public sealed class ResentFaxTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Line = new(1, 2, 3, [4, 4, 4, 4, 4, 4, 4, 4]);
    private static readonly byte[] Sender = Tag(77);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whole_WithEveryPageOfThePart_StandsForIt(int pages)
    {
        CutFax part = Part(pages);
        Assert.Equal([part.Fax], Held([part], 1, 2, 3));
    }

    [Fact]
    public void Whole_WithAnotherOrder_AnotherPage_OrTooFew_StandsAlone()
    {
        Assert.Empty(Held([Part(2)], 2, 1, 3));
        Assert.Empty(Held([Part(2)], 1, 3, 2));
        Assert.Empty(Held([Part(2)], 1));
        Assert.Empty(Held([Part(2)], 9, 1, 2));
    }

    [Fact]
    public void Part_FromAnother_ToAnother_OrTooOld_StaysApart()
    {
        CutFax part = Part(2);
        Assert.Empty(Held([part with { Fax = part.Fax with { LineId = Guid.Empty } }], 1, 2));
        Assert.Empty(Held([part with { Fax = part.Fax with { RemoteTag = Tag(78) } }], 1, 2));
        Assert.Empty(Held([part with { Fax = part.Fax with { RemoteTag = null } }], 1, 2));
        Assert.Empty(Held([At(part, Noon - ResentFax.Window - TimeSpan.FromMilliseconds(1))], 1, 2));
        Assert.Empty(Held([At(part, Noon)], 1, 2));
        Assert.Single(Held([At(part, Noon - ResentFax.Window)], 1, 2));
    }

    [Fact]
    public void Part_ThatWeDidNotLeave_StaysApart()
    {
        CutFax part = Part(2);
        Assert.Empty(Held([part with { Fax = part.Fax with { ReasonCode = FaxEndCode.NoFax } }], 1, 2));
        Assert.Empty(Held([part with { Fax = part.Fax with { State = FaxState.Received } }], 1, 2));
        Assert.Empty(Held([part with { Fax = part.Fax with { State = FaxState.Superseded } }], 1, 2));
        Assert.Empty(Held([part with { Fax = part.Fax with { PagesStored = 0 }, Pages = [] }], 1, 2));
        Assert.Empty(Held([part with { Fax = part.Fax with { PagesStored = 3 } }], 1, 2, 3));
    }

    [Fact]
    public void Part_WithoutATag_StaysApart()
    {
        CutFax part = Part(2);
        Assert.Empty(Held([part with { Pages = [part.Pages[0], part.Pages[1] with { ContentTag = null }] }], 1, 2));
    }

    [Fact]
    public void LastPage_CutInItsMiddle_IsTheTopOfTheWholeOne()
    {
        CutFax part = Part(2);
        CutFax cut = part with { Pages = [part.Pages[0], part.Pages[1] with { Rows = 50, ContentTag = Tag(250) }] };
        CutFax other = part with { Pages = [part.Pages[0], part.Pages[1] with { Rows = 50, ContentTag = Tag(251) }] };
        CutFax first = part with { Pages = [part.Pages[0] with { Rows = 50, ContentTag = Tag(150) }, part.Pages[1]] };
        CutFax confirmed = cut with { Pages = [cut.Pages[0], cut.Pages[1] with { State = PageState.Confirmed }] };
        Assert.Single(Held([cut], 1, 2, 3));
        Assert.Empty(Held([other], 1, 2, 3));
        Assert.Empty(Held([first], 1, 2, 3));
        Assert.Empty(Held([confirmed], 1, 2, 3));
    }

    [Fact]
    public void Parts_OfSeveralTries_AreAllHeld()
    {
        CutFax[] parts = [Part(1), Part(3), Part(2)];
        Assert.Equal(3, Held(parts, 1, 2, 3).Count);
    }

    private static List<FaxRecord> Held(CutFax[] parts, params int[] pages)
    {
        ResentFax fax = new(Line, Sender, Noon, parts);
        foreach (int page in pages)
        {
            fax.Next(Tag(page), rows => rows <= 100 ? Tag((page * 100) + rows) : null);
        }

        return [.. fax.Held];
    }

    private static byte[] Tag(int of) => [.. Enumerable.Repeat((byte)of, 32)];

    private static CutFax At(CutFax part, DateTimeOffset begunAt) =>
        part with { Fax = part.Fax with { BegunAt = begunAt } };

    private static CutFax Part(int pages) => new(
        new FaxRecord(Guid.Empty, Guid.NewGuid(), Line, null, FaxDirection.Inbound, FaxState.Partial, 3,
            FaxEndCode.ServerStopped, 1, pages, 0, Noon.AddHours(-1), Noon.AddHours(-1), null, 1, Tag(1), Sender, null,
            null, null, null, null),
        [.. Enumerable.Range(1, pages).Select(page => new PageRecord(
            Guid.Empty, Guid.Empty, page, PageState.Stored, Guid.NewGuid(), 100, 100, 1728, 204, 98, 0, 1, Tag(0),
            Noon, Tag(page)))]);
}
