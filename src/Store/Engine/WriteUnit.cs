// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;

namespace Hermetic.Store.Engine;

/// <summary>One operation that is written whole or not at all, and somebody who waits until it is durable.</summary>
internal abstract class WriteUnit
{
    /// <summary>Does it within the transaction that is open. May be run again after a rollback.</summary>
    public abstract Task RunAsync(StoreContext context, CancellationToken cancellation);

    /// <summary>Tells the waiting caller that what the last run did is durable.</summary>
    public abstract void Succeed();

    /// <summary>Tells the waiting caller that it is not known to be durable.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>A unit whose caller waits for a <typeparamref name="T"/>.</summary>
internal sealed class WriteUnit<T>(Func<StoreContext, CancellationToken, Task<T>> operation) : WriteUnit
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Done => _done.Task;

    public override async Task RunAsync(StoreContext context, CancellationToken cancellation)
    {
        _result = await operation(context, cancellation).ConfigureAwait(false);
        await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
        context.ChangeTracker.Clear();
    }

    public override void Succeed() => _done.SetResult(_result!);

    public override void Fail(Exception exception) => _done.SetException(exception);
}
