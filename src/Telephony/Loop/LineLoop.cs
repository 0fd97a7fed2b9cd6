// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Hermetic.Telephony.Loop;

/// <summary>Something with a file descriptor that the loop reads.</summary>
internal interface ILoopReader
{
    /// <summary>The descriptor; stays the same while it is added.</summary>
    int Descriptor { get; }

    /// <summary>There is something to read. <paramref name="calm"/>: few others wait, so more may be read at
    /// once.</summary>
    void OnReadable(TimeSpan now, Span<byte> buffer, bool calm);
}

/// <summary>
/// One thread that reads sockets, rings timers and runs all protocol work of the calls that live on it: a call is
/// never touched by two threads, and nothing on the way of a packet awaits, locks or allocates.
/// </summary>
/// <remarks>
/// The thread works in rounds of one tick (10 ms). In a round it takes all that came, and rings what is due; then it
/// rests until the next tick, so that the price of waking up is shared by all packets of the tick. What other threads
/// <see cref="Post"/> wakes it at once.
/// Failure: an exception out of a reader, timer or posted action is a fault of ours; it goes to
/// <see cref="Faulted"/>, and the loop goes on with the others.
/// </remarks>
internal sealed unsafe class LineLoop : IDisposable
{
    // Our limit: readable sockets told by one epoll_wait; what is more is told by the next.
    private const int EventsMax = 1024;

    // Our limit: below so many readable sockets a round, each may be drained at once.
    private const int CalmEventsMax = 32;
    private const int BufferBytes = 65536;

    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly double _speed;
    private readonly Thread _thread;
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly TimerWheel _wheel = new();
    private readonly int _epoll;
    private readonly int _restEpoll;
    private readonly int _wake;

    // Written and read on the loop's thread (and before it starts).
    private ILoopReader?[] _readers = new ILoopReader?[256];
    private int _wakePending;
    private TimeSpan _now;

    // Guards the wake-up descriptor's life: it must not be written to once closed.
    private readonly Lock _wakeLock = new();
    private bool _ended;
    private volatile bool _stopping;

    /// <param name="name">The thread's.</param>
    /// <param name="time">The clock.</param>
    /// <param name="speed">How much faster than the kernel's that clock runs: 1, but in tests that save time.</param>
    public LineLoop(string name, TimeProvider time, double speed = 1)
    {
        _time = time;
        _speed = speed;
        _origin = time.GetTimestamp();
        _epoll = Check(Libc.EpollCreate(Libc.EpollCloseOnExec));
        _restEpoll = Check(Libc.EpollCreate(Libc.EpollCloseOnExec));
        _wake = Check(Libc.EventDescriptor(0, Libc.EventNonBlockingCloseOnExec));
        Watch(_epoll, _wake);
        Watch(_restEpoll, _wake);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
    }

    /// <summary>An exception that nothing below caught. Raised on the loop's thread.</summary>
    public event Action<Exception>? Faulted;

    /// <summary>Called when a round's work is done, before the rest. Must not throw.</summary>
    public Action? RoundEnded { get; set; }

    /// <summary>Time since the loop was made: since the round began when asked on its thread, exact
    /// elsewhere.</summary>
    public TimeSpan Now => IsCurrent ? _now : _time.GetElapsedTime(_origin);

    /// <summary>True on the loop's own thread.</summary>
    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Runs <paramref name="action"/> on the loop's thread, soon. Any thread may ask. False once it
    /// stopped.</summary>
    public bool Post(Action action)
    {
        lock (_wakeLock)
        {
            if (_ended)
            {
                return false;
            }

            _posted.Enqueue(action);
            if (Interlocked.Exchange(ref _wakePending, 1) == 0)
            {
                ulong one = 1;
                _ = Libc.Write(_wake, (byte*)&one, sizeof(ulong));
            }

            return true;
        }
    }

    /// <summary>Runs <paramref name="work"/> on the loop's thread and hands its result back.</summary>
    public Task<T> InvokeAsync<T>(Func<T> work)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool posted = Post(() =>
        {
            try
            {
                done.SetResult(work());
            }
#pragma warning disable CA1031 // Whatever it was belongs to the one who asked.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                done.SetException(failure);
            }
        });
        return posted ? done.Task : Task.FromException<T>(new ObjectDisposedException(nameof(LineLoop)));
    }

    /// <summary>Sets or clears an alarm; loop's thread only.</summary>
    public void SetTimer(LoopTimer timer, TimeSpan? due) => _wheel.Set(timer, due);

    /// <summary>Reads <paramref name="reader"/> from now on; loop's thread only, or before it starts.</summary>
    public void Add(ILoopReader reader)
    {
        if (reader.Descriptor >= _readers.Length)
        {
            Array.Resize(ref _readers, Math.Max(_readers.Length * 2, reader.Descriptor + 1));
        }

        _readers[reader.Descriptor] = reader;
        Watch(_epoll, reader.Descriptor);
    }

    /// <summary>Reads <paramref name="reader"/> no more; to be called before its descriptor is closed.</summary>
    public void Remove(ILoopReader reader)
    {
        if (_readers[reader.Descriptor] == reader)
        {
            _readers[reader.Descriptor] = null;
            byte* unused = stackalloc byte[16];
            _ = Libc.EpollControl(_epoll, Libc.EpollCtlDel, reader.Descriptor, unused);
        }
    }

    /// <summary>Stops the thread and waits for it, unless called on it.</summary>
    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        Post(() => { });
        if (!IsCurrent && _thread.ThreadState != ThreadState.Unstarted)
        {
            _thread.Join();
        }
    }

    private void Run()
    {
        byte[] events = GC.AllocateUninitializedArray<byte>(EventsMax * Libc.EventBytes, pinned: true);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
        fixed (byte* first = events)
        {
            while (!_stopping)
            {
                int ready = Libc.EpollWait(_epoll, first, EventsMax, TimeoutMs());
                _now = _time.GetElapsedTime(_origin);
                for (int i = 0; i < ready; i++)
                {
                    Read(*(int*)(first + (i * Libc.EventBytes) + Libc.EventDataOffset), buffer, ready <= CalmEventsMax);
                }

                RunPosted();
                _wheel.Advance(_now, this);
                RoundEnded?.Invoke();
                if (ready != 0)
                {
                    Rest(first);
                }
            }
        }

        lock (_wakeLock)
        {
            _ended = true;
            _ = Libc.Close(_epoll);
            _ = Libc.Close(_restEpoll);
            _ = Libc.Close(_wake);
        }

        RunPosted();
    }

    private void Read(int descriptor, byte[] buffer, bool calm)
    {
        if (descriptor == _wake || _readers[descriptor] is not { } reader)
        {
            return;
        }

        try
        {
            reader.OnReadable(_now, buffer, calm);
        }
#pragma warning disable CA1031 // One call's fault must not take the others with it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fault(failure);
        }
    }

    private void RunPosted()
    {
        if (Volatile.Read(ref _wakePending) == 0)
        {
            return;
        }

        if (!_ended)
        {
            ulong count;
            _ = Libc.Read(_wake, (byte*)&count, sizeof(ulong));
        }

        Interlocked.Exchange(ref _wakePending, 0);
        while (_posted.TryDequeue(out Action? action))
        {
            Guard(action);
        }
    }

    private void Guard(Action work)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // One call's fault must not take the others with it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fault(failure);
        }
    }

    /// <summary>Tells of a fault that was caught.</summary>
    internal void Fault(Exception failure) => Faulted?.Invoke(failure);

    // Rests until the next tick begins, or a post comes.
    private void Rest(byte* events)
    {
        TimeSpan now = _time.GetElapsedTime(_origin);
        long rest = TimerWheel.Tick.Ticks - (now.Ticks % TimerWheel.Tick.Ticks);
        int milliseconds = (int)(rest / _speed / TimeSpan.TicksPerMillisecond);
        if (milliseconds > 0)
        {
            _ = Libc.EpollWait(_restEpoll, events, 1, milliseconds);
        }
    }

    private int TimeoutMs()
    {
        if (_wheel.NextDue() is not { } due)
        {
            return -1;
        }

        TimeSpan wait = due - _time.GetElapsedTime(_origin);
        return wait <= TimeSpan.Zero ? 0 : (int)Math.Min(Math.Ceiling(wait.TotalMilliseconds / _speed), 60_000);
    }

    private static void Watch(int epoll, int descriptor)
    {
        byte* description = stackalloc byte[16];
        *(uint*)description = Libc.EpollIn;
        *(ulong*)(description + Libc.EventDataOffset) = (uint)descriptor;
        Check(Libc.EpollControl(epoll, Libc.EpollCtlAdd, descriptor, description));
    }

    private static int Check(int result) => result >= 0 ? result : throw new IOException(string.Create(
        CultureInfo.InvariantCulture,
        $"a system call of the loop failed: errno {Marshal.GetLastPInvokeError()}"));
}
