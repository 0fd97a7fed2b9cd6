// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store;

namespace Hermetic.Server.Features.Receiving;

/// <summary>A part of a fax that a stop of ours left behind.</summary>
/// <param name="Fax">Its record.</param>
/// <param name="Pages">Its pages, in order.</param>
internal sealed record CutFax(FaxRecord Fax, IReadOnlyList<PageRecord> Pages);

/// <summary>
/// The rule by which a fax that comes whole stands for the part of it that our own restart left: the same sender's
/// number, the same line, begun within <see cref="Window"/> after the part, and every page of the part is, in order, a
/// page of the whole.
/// </summary>
/// <remarks>
/// Whatever only resembles it stays a fax of its own, because two faxes in the inbox harm nobody and a hidden one may.
/// The last page of a part that was cut in its middle has to be the top of the whole one's page, pel for pel. The pages
/// are compared as they come, so that none has to be kept in memory until the call ends.
/// </remarks>
internal sealed class ResentFax
{
    /// <summary>Our limit: a sender that was cut tries again within minutes or hours, and a form that is filled in the
    /// same way on another day is another fax.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    private readonly List<CutFax> _alike;
    private int _pages;

    /// <param name="line">The line that was dialled.</param>
    /// <param name="remoteTag">The tag of the sender's number.</param>
    /// <param name="begunAt">When the call came.</param>
    /// <param name="parts">What there is from this sender.</param>
    public ResentFax(Guid line, byte[] remoteTag, DateTimeOffset begunAt, IEnumerable<CutFax> parts) =>
        _alike = [.. parts.Where(part => IsLeftByUs(part.Fax) && part.Pages.Count == part.Fax.PagesStored
            && part.Fax.LineId == line && part.Fax.RemoteTag is { } tag && tag.AsSpan().SequenceEqual(remoteTag)
            && part.Fax.BegunAt < begunAt && begunAt - part.Fax.BegunAt <= Window)];

    /// <summary>The parts that this fax, as far as it came, holds whole.</summary>
    public IEnumerable<FaxRecord> Held =>
        _alike.Where(part => part.Pages.Count <= _pages).Select(part => part.Fax);

    /// <summary>True for a part that this server's own stop left; no other end says that the sender will try again for
    /// our sake.</summary>
    public static bool IsLeftByUs(FaxRecord fax) => fax is
    {
        Direction: FaxDirection.Inbound,
        State: FaxState.Partial,
        ReasonCode: FaxEndCode.ServerStopped,
        PagesStored: > 0,
    };

    /// <summary>The next page of this fax came: parts that it does not fit are parts of something else.</summary>
    /// <param name="tag">Its tag.</param>
    /// <param name="tagOfTop">The tag of so many of its first rows; null if it has not so many.</param>
    public void Next(byte[] tag, Func<int, byte[]?> tagOfTop)
    {
        _pages++;
        _alike.RemoveAll(part => part.Pages.Count >= _pages && !Fits(part, tag, tagOfTop));
    }

    private bool Fits(CutFax part, byte[] tag, Func<int, byte[]?> tagOfTop)
    {
        PageRecord page = part.Pages[_pages - 1];
        bool last = _pages == part.Pages.Count;
        return page.Number == _pages && page.ContentTag is { } known
            && (known.AsSpan().SequenceEqual(tag)
                || (last && page.State == PageState.Stored && known.AsSpan().SequenceEqual(tagOfTop(page.Rows))));
    }
}
