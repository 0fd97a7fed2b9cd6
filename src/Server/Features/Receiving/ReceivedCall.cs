// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using Hermetic.Documents;
using Hermetic.Protocol.T30;
using Hermetic.Store;
using Hermetic.Telephony;

namespace Hermetic.Server.Features.Receiving;

/// <summary>One call: takes rows on the line's thread, hands whole pages to its own worker, and has each page confirmed
/// when <see cref="InboundFax"/> kept it.</summary>
/// <remarks>
/// Failure: whatever goes wrong with keeping a page refuses it (no MCF; T.30 ends the call) and every later one of this
/// call. What came of a page that nobody confirmed (damaged beyond RTN, or cut) is kept too, at the end, if it is the
/// next of its fax: half a page may hold a prescription.
/// </remarks>
internal sealed class ReceivedCall : IPageSink
{
    private readonly InboundFax _fax;
    private readonly Action<PageVerdict> _confirm;
    private readonly ReceivingContext _context;
    private readonly Action<Exception> _onFault;
    private readonly Channel<Func<Task>> _work = Channel.CreateUnbounded<Func<Task>>(new() { SingleReader = true });
    private EncodedPageBuilder? _page;
    private int _index;
    private int _rows;

    // Worker's own: the newest page that was not to be confirmed.
    private ArrivedPage? _unconfirmed;
    private bool _failed;

    /// <param name="context">What the line role has.</param>
    /// <param name="fax">Where the pages go.</param>
    /// <param name="confirm">The call's own ConfirmPage.</param>
    /// <param name="onFault">Told why a page was refused; the exception holds no PHI.</param>
    public ReceivedCall(
        ReceivingContext context, InboundFax fax, Action<PageVerdict> confirm, Action<Exception> onFault)
    {
        (_context, _fax, _confirm, _onFault) = (context, fax, confirm, onFault);
        Completed = Task.Run(RunAsync);
    }

    /// <summary>Ends when everything of the call is written.</summary>
    public Task Completed { get; }

    /// <summary>Pages that are kept and recorded.</summary>
    public int Pages => _fax.Pages;

    /// <inheritdoc/>
    public void BeginPage(in ReceivedPageInfo page)
    {
        _page = new(page.Format);
        _index = page.Index;
        _rows = 0;
    }

    /// <inheritdoc/>
    public void WriteRow(ReadOnlySpan<byte> row)
    {
        _page!.WriteRow(row);
        _rows++;
    }

    /// <inheritdoc/>
    public void EndPage(in PageQuality quality)
    {
        ArrivedPage arrived = new(_index + 1, _page!.Finish(), quality);
        _page = null;
        Post(() => KeepAsync(arrived));
    }

    /// <inheritdoc/>
    public void AbandonPage(in PageQuality quality)
    {
        if (_page is null || _rows == 0)
        {
            return;
        }

        ArrivedPage arrived = new(_index + 1, _page.Finish(), quality);
        _page = null;
        Post(() =>
        {
            _unconfirmed = arrived;
            return Task.CompletedTask;
        });
    }

    /// <summary>Every page is confirmed, and nothing of the fax is to come: it is told of now. The caller's goodbye
    /// takes a second and more.</summary>
    public void Receive(CallReport report) => Post(() => EndFaxAsync(report));

    /// <summary>The call is over.</summary>
    public void End(CallReport report)
    {
        Post(() => EndAsync(report));
        _work.Writer.TryComplete();
    }

    private async Task KeepAsync(ArrivedPage arrived)
    {
        if (_failed || arrived.Page.Rows == 0)
        {
            _confirm(PageVerdict.Refused);
            return;
        }

        if (arrived.IsRejected)
        {
            // T.30 answers RTN whatever we say, and the sender may send the page again.
            _unconfirmed = arrived;
            _confirm(PageVerdict.Kept);
            return;
        }

        bool kept = await _fax.KeepAsync(arrived, CancellationToken.None).ConfigureAwait(false);
        _unconfirmed = null;
        _failed = !kept;
        _confirm(kept ? PageVerdict.Kept : PageVerdict.Refused);
        _context.Reached(ReceivingStep.PageConfirmed);
    }

    private async Task EndAsync(CallReport report)
    {
        try
        {
            if (_unconfirmed is { } rest && rest.Number == _fax.Pages + 1 && rest.Page.Rows > 0 && !_failed)
            {
                await _fax.KeepAsync(rest, CancellationToken.None).ConfigureAwait(false);
            }
        }
        finally
        {
            await EndFaxAsync(report).ConfigureAwait(false);
        }
    }

    private async Task EndFaxAsync(CallReport report)
    {
        try
        {
            await _fax.EndAsync(report, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            _context.Owe(cancellation => _fax.EndAsync(report, cancellation));
            throw;
        }
    }

    private void Post(Func<Task> work) => _work.Writer.TryWrite(work);

    private async Task RunAsync()
    {
        await foreach (Func<Task> work in _work.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await work().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever it was, the page is not known to be kept: it must not be confirmed.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _failed = true;
                _confirm(PageVerdict.Refused);
                _onFault(failure);
            }
        }
    }
}
