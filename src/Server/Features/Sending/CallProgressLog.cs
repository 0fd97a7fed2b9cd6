// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using Hermetic.Protocol.T30;
using Hermetic.Store;

namespace Hermetic.Server.Features.Sending;

/// <summary>Writes a call's progress down, page by page, while the call goes on.</summary>
/// <remarks>
/// The line's thread never waits for a disk. Records are written in order by a worker of the call's own. When the far
/// end is asked to confirm a page (MPS, EOP, PPS) the record of its beginning is durable, or the call ends unconfirmed.
/// Since that record comes behind the confirmation of the page before it, at most one page is ever unknown after a
/// crash (<see cref="CrashRule"/>).
/// </remarks>
internal sealed class CallProgressLog : IT30Observer
{
    private readonly SendingContext _context;
    private readonly SendingRecord _lease;
    private readonly NewAttempt _attempt;
    private readonly Func<int, byte[]?> _accountOf;
    private readonly Action _hangUp;
    private readonly Channel<Func<Task<bool>>> _work =
        Channel.CreateUnbounded<Func<Task<bool>>>(new() { SingleReader = true });

    // Line's thread: the page that is under way, whether all of it is coded, and whether it was asked for.
    private int _page;
    private bool _coded;
    private bool _asked;
    private int _answered;

    // Locked; added to by the line's thread, taken from by the worker, read by others once both have ended.
    private readonly List<PageSent> _unwritten = [];

    // Worker's; read by the line's thread.
    private volatile int _durablyBegun;
    private volatile bool _failed;
    private int _pending;

    /// <param name="context">Where it is written.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="attempt">The try.</param>
    /// <param name="accountOf">What went on the line of a page of this call, from 0, sealed; asked on the line's
    /// thread once the page is confirmed.</param>
    /// <param name="hangUp">Ends the call: nothing more can be written of it.</param>
    public CallProgressLog(SendingContext context, SendingRecord lease, NewAttempt attempt,
        Func<int, byte[]?> accountOf, Action hangUp)
    {
        (_context, _lease, _attempt, _accountOf, _hangUp) = (context, lease, attempt, accountOf, hangUp);
        _answered = _durablyBegun = attempt.PagesBefore;
        Written = Task.Run(RunAsync);
    }

    /// <summary>Ends when all is written, after <see cref="Complete"/>.</summary>
    public Task Written { get; }

    /// <summary>Pages that the far end confirmed, those of earlier tries included.</summary>
    public int PagesConfirmed => _answered;

    /// <summary>Sealed accounts of confirmed pages that could not be written during the call; once
    /// <see cref="Written"/> has ended.</summary>
    public IReadOnlyList<PageSent> Unwritten => _unwritten;

    /// <summary>A page whose rows all went out and that was neither confirmed nor rejected.</summary>
    public int? PageInDoubt => _asked && _page > _answered ? _page : null;

    /// <summary>True if nothing waits to be written; for a line that has no time of its own.</summary>
    internal bool IsIdle => Volatile.Read(ref _pending) == 0;

    /// <inheritdoc/>
    public void OnPage(TimeSpan now, int index, bool sent, T30PageEvent what)
    {
        int page = _attempt.PagesBefore + index + 1;
        switch (what)
        {
            case T30PageEvent.Started:
                (_page, _coded, _asked) = (page, false, false);
                Post(() => BeganAsync(page));
                break;
            case T30PageEvent.Ended:
                _coded = true;
                break;
            case T30PageEvent.Confirmed:
                (_answered, _page) = (page, 0);
                byte[]? account = _accountOf(index);
                Keep(page, account);
                Post(() => ConfirmedAsync(page, account));
                break;
            case T30PageEvent.Rejected:
                (_page, _asked) = (0, false);
                break;
        }
    }

    /// <inheritdoc/>
    public void OnFrame(TimeSpan now, bool sent, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid)
    {
        // Between a page's beginning and its end only commands behind it go out at 300 bit/s.
        if (sent && modulation == FaxModulation.V21 && _page > 0)
        {
            _asked |= _coded;
            if (_durablyBegun < _page)
            {
                _hangUp();
            }
        }
    }

    /// <summary>The call is over: nothing more comes.</summary>
    public void Complete() => _work.Writer.TryComplete();

    private async Task<bool> BeganAsync(int page)
    {
        bool written = page <= _durablyBegun || await _context.Store.Attempts
            .BeganPageAsync(_lease, _attempt.Number, page, CancellationToken.None).ConfigureAwait(false);
        if (written)
        {
            _durablyBegun = Math.Max(_durablyBegun, page);
            _context.Reached(SendingStep.PageBegun);
        }

        return written;
    }

    private async Task<bool> ConfirmedAsync(int page, byte[]? account)
    {
        _context.Reached(SendingStep.PageAnswered);
        bool written = await _context.Store.Attempts
            .ConfirmPageAsync(_lease, _attempt.Number, page, account, CancellationToken.None).ConfigureAwait(false);
        if (written)
        {
            lock (_unwritten)
            {
                _unwritten.RemoveAll(one => one.Number == page);
            }

            _context.Reached(SendingStep.PageConfirmed);
        }

        return written;
    }

    private void Keep(int page, byte[]? account)
    {
        if (account is not null)
        {
            lock (_unwritten)
            {
                _unwritten.Add(new PageSent(page, account));
            }
        }
    }

    private void Post(Func<Task<bool>> work)
    {
        Interlocked.Increment(ref _pending);
        _work.Writer.TryWrite(work);
    }

    private async Task RunAsync()
    {
        await foreach (Func<Task<bool>> work in _work.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                // In order, and nothing behind a failure: what was confirmed after it is known at the call's end.
                _failed = _failed || !await work().ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException or InvalidOperationException)
            {
                _failed = true;
                _context.OnFault(_lease.FaxId, failure);
            }

            Interlocked.Decrement(ref _pending);
            if (_failed)
            {
                _hangUp();
            }
        }
    }
}
