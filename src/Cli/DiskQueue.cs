// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;

namespace Hermetic.Cli;

/// <summary>Does what waits for the disk, one thing after the other, away from the line's thread.</summary>
internal sealed class DiskQueue : IAsyncDisposable
{
    private readonly Channel<Action> _work = Channel.CreateUnbounded<Action>(new() { SingleReader = true });
    private readonly Task _loop;
    private readonly Action<Exception> _onFault;

    public DiskQueue(Action<Exception> onFault)
    {
        _onFault = onFault;
        _loop = Task.Run(RunAsync);
    }

    public void Post(Action work) => _work.Writer.TryWrite(work);

    /// <summary>Finishes what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        await foreach (Action work in _work.Reader.ReadAllAsync())
        {
            try
            {
                work();
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                _onFault(fault);
            }
        }
    }
}
