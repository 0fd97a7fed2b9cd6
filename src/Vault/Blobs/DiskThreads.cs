// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Vault.Blobs;

/// <summary>Threads that wait for the disk, so that no other work of the process does. A file system joins flushes that
/// are under way together into one write of its journal: many at once cost little more than one.</summary>
internal sealed class DiskThreads : IDisposable
{
    /// <summary>Our choice: measured on ext4, eight flushes at once reach the most files a second, sixteen leave room
    /// for slower disks.</summary>
    private const int ThreadsMax = 16;

    private readonly object _gate = new();
    private readonly Queue<Action> _work = new();
    private readonly List<Thread> _threads = [];
    private int _idle;
    private bool _closed;

    /// <summary>Does it on one of the threads; as many as there are at once, the rest in turn.</summary>
    public Task RunAsync(Action action)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _work.Enqueue(() => Do(action, done));
            if (_work.Count > _idle && _threads.Count < ThreadsMax)
            {
                Thread thread = new(Work) { IsBackground = true, Name = "disk" };
                _threads.Add(thread);
                thread.Start();
            }

            Monitor.Pulse(_gate);
        }

        return done.Task;
    }

    /// <summary>Takes nothing more, does what waits, and ends the threads.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }

        _threads.ForEach(thread => thread.Join());
    }

    private static void Do(Action action, TaskCompletionSource done)
    {
        try
        {
            action();
            done.SetResult();
        }
        catch (Exception failure)
        {
            // Whatever it was, it is the caller's, and the thread goes on.
            done.SetException(failure);
        }
    }

    private void Work()
    {
        while (Next() is { } action)
        {
            action();
        }
    }

    private Action? Next()
    {
        lock (_gate)
        {
            while (_work.Count == 0 && !_closed)
            {
                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }

            return _work.TryDequeue(out Action? action) ? action : null;
        }
    }
}
