// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;

namespace Hermetic.Store.Engine;

/// <summary>One operation that is written whole or not at all, and somebody who waits until it is durable.</summary>
internal abstract class WriteUnit
{
    /// <summary>Adds its shortcut's statements, if it has one; they will run before <see cref="RunAsync"/>.</summary>
    public abstract void Ask(Script script);

    /// <summary>Does it within the transaction that is open, or takes what the shortcut did. May be run again after a
    /// rollback.</summary>
    /// <param name="context">The transaction's context.</param>
    /// <param name="answers">Those of the whole script.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ShortcutSpoiledException">The transaction must be taken back.</exception>
    public abstract Task RunAsync(StoreContext context, Answer[] answers, CancellationToken cancellation);

    /// <summary>Tells the waiting caller that what the last run did is durable.</summary>
    public abstract void Succeed();

    /// <summary>Tells the waiting caller that it is not known to be durable.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>A unit whose caller waits for a <typeparamref name="T"/>.</summary>
/// <param name="operation">The operation; with a shortcut, what is left of it when that wrote nothing or was taken
/// back.</param>
/// <param name="shortcut">Its usual course.</param>
internal sealed class WriteUnit<T>(
    Func<StoreContext, CancellationToken, Task<T>> operation, Shortcut<T>? shortcut) : WriteUnit
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private (int Start, int Count) _asked;
    private bool _isSpoiled;

    public Task<T> Done => _done.Task;

    public override void Ask(Script script)
    {
        int start = script.Count;
        if (!_isSpoiled)
        {
            shortcut?.Ask(script);
        }
        _asked = (start, script.Count - start);
    }

    public override async Task RunAsync(StoreContext context, Answer[] answers, CancellationToken cancellation)
    {
        if (_asked.Count > 0)
        {
            (ShortcutEnd end, _result) = shortcut!.Take(answers.AsMemory(_asked.Start, _asked.Count));
            if (end == ShortcutEnd.Done)
            {
                return;
            }
            _isSpoiled = end == ShortcutEnd.Spoiled;
            if (_isSpoiled)
            {
                throw new ShortcutSpoiledException();
            }
        }
        _result = await operation(context, cancellation).ConfigureAwait(false);
        await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
        context.ChangeTracker.Clear();
    }

    public override void Succeed() => _done.SetResult(_result!);

    public override void Fail(Exception exception) => _done.SetException(exception);
}
