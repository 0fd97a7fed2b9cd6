// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using Hermetic.Durable;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tiles;
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Log;

/// <summary>The append-only log: an append returns when the entry is durable, and within the integration interval a
/// signed checkpoint covers it. How it survives crashes: LogCore.cs.</summary>
/// <remarks>Many may append at once: whatever waits while one flush is under way goes together into the next. After a
/// failed write or flush every append throws <see cref="LedgerRefusedException"/> until the log is opened again:
/// whoever discloses something must then not disclose it. It is opened again by itself, as a start would open it
/// (<see cref="LedgerSettings.ReopenInterval"/>), once what failed is mended. An append that was refused may turn out
/// to have been written, as after a crash.</remarks>
public sealed class LedgerLog : IAsyncDisposable
{
    /// <summary>Bytes of an entry, at most (tlog-tiles §Log entries).</summary>
    public const int EntryBytesMax = EntryBundle.EntryBytesMax;

    private readonly Func<LogCore> _open;
    private readonly IDurableFiles _files;
    private readonly LedgerSettings _settings;
    private readonly TimeProvider _time;

    // Held by a commit, and by the change to a new core: the old one is idle then.
    private readonly Lock _committingGate = new();
    private readonly Channel<Waiting> _queue;
    private readonly CancellationTokenSource _closing = new();
    private readonly PeriodicTimer _ticks;
    private readonly Task _committing;
    private readonly Task _integrating;
    private TaskCompletionSource _changed = NewSignal();
    private volatile LogCore _core;
    private volatile string? _stillRefused;
    private long? _failedAt;

    private LedgerLog(Func<LogCore> open, IDurableFiles files, LedgerSettings settings, TimeProvider time)
    {
        (_open, _files, _settings, _time) = (open, files, settings, time);
        _core = open();
        _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(settings.QueueMax) { SingleReader = true });
        _ticks = new PeriodicTimer(settings.IntegrationInterval, time);
        _committing = Task.Run(CommitAsync);
        _integrating = Task.Run(IntegrateAsync);
    }

    /// <summary>The newest checkpoint: durable, and what `/checkpoint` serves.</summary>
    public SignedCheckpoint Latest => _core.Latest;

    /// <summary>The newest checkpoint that witnesses cosigned, perhaps older than <see cref="Latest"/>; null while
    /// there is none.</summary>
    public SignedCheckpoint? Cosigned => _core.Cosigned;

    /// <summary>Why appends are refused, and why it can't be opened again so far; null while they are taken.</summary>
    public string? Refusal => _core.Refusal is not { } refusal ? null
        : _stillRefused is { } still ? $"{refusal.Message}. It was tried: {still}" : refusal.Message;

    /// <summary>The tiles, for serving. Serve only what <see cref="Latest"/> covers.</summary>
    public ITileSource Tiles => new TileFolder(_files);

    /// <summary>Starts a new log in a folder that holds none. Apart from <see cref="Open"/>, so that a folder gone
    /// missing never turns into a second log of the same name.</summary>
    /// <exception cref="DurableException"><see cref="DurableFault.Exists"/>: there is one.</exception>
    public static void Create(IDurableFiles files, NoteSigner signer) => LogCore.Create(files, signer);

    /// <summary>Opens the log of a folder, and puts into the tree what a crash left in the journal.</summary>
    /// <param name="files">The log's own folder.</param>
    /// <param name="signer">Its key; the key's name is its origin.</param>
    /// <param name="time">Drives the integration.</param>
    /// <param name="random">That many random bytes.</param>
    /// <param name="settings">Limits.</param>
    /// <exception cref="DurableException"><see cref="DurableFault.Missing"/>: there is no log here;
    /// <see cref="DurableFault.Locked"/>: another process has it open.</exception>
    /// <exception cref="LedgerDamagedException">What lies there is not what a crash leaves behind.</exception>
    public static LedgerLog Open(IDurableFiles files, NoteSigner signer, TimeProvider time, Func<int, byte[]> random,
        LedgerSettings? settings = null)
    {
        settings ??= new LedgerSettings();
        return new LedgerLog(() => LogCore.Open(files, signer, settings, random), files, settings, time);
    }

    /// <summary>Appends an entry; its index, once it is durable.</summary>
    /// <param name="entry">At most 65,535 bytes; must not change until this returns.</param>
    /// <param name="cancellation">Ends the waiting. The entry may be appended all the same.</param>
    /// <exception cref="LedgerRefusedException">It is not known to be durable.</exception>
    public async Task<long> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellation)
    {
        if (entry.Length > EntryBytesMax)
        {
            throw new ArgumentException($"an entry has at most {EntryBytesMax} bytes", nameof(entry));
        }
        Waiting waiting = new(entry, new(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await _queue.Writer.WriteAsync(waiting, cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new LedgerRefusedException("it is closed");
        }
        return await waiting.Index.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Waits until a checkpoint covers the entry.</summary>
    /// <exception cref="LedgerRefusedException">The log failed before.</exception>
    public async Task<SignedCheckpoint> IntegratedAsync(long index, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed = Volatile.Read(ref _changed).Task;
            SignedCheckpoint latest = Latest;
            if (latest.Checkpoint.Size > index)
            {
                return latest;
            }
            if (_core.Refusal is { } refusal || _closing.IsCancellationRequested)
            {
                throw new LedgerRefusedException(Refusal ?? "it is closed");
            }
            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A proof that the entry is in the tree; null if it is not in it yet.</summary>
    /// <param name="index">Of the entry.</param>
    /// <param name="extra">Carried along; nobody signs it. With the entry itself the proof needs nothing else.</param>
    /// <param name="under">A checkpoint of this log; null for the newest.</param>
    public TlogProof? Prove(long index, byte[]? extra = null, SignedCheckpoint? under = null)
    {
        SignedCheckpoint head = under ?? Latest;
        long size = head.Checkpoint.Size;
        return index < 0 || index >= size ? null
            : new TlogProof(index, TreeProof.Inclusion(new TileNodes(Tiles, size), index, size), head.Note, extra);
    }

    /// <summary>A proof that the newest checkpoint continues the tree of an older size, for a witness.</summary>
    public IReadOnlyList<TreeHash> ProveConsistency(long oldSize, SignedCheckpoint with) => TreeProof.Consistency(
        new TileNodes(Tiles, with.Checkpoint.Size), oldSize, with.Checkpoint.Size);

    /// <summary>The entry, if it is in the tree; null if not yet.</summary>
    public byte[]? Read(long index)
    {
        long size = Latest.Checkpoint.Size;
        TileId? tile = index < 0 ? null : TileLayout.At(size, TileId.EntriesLevel, index / TileId.FullWidth);
        int place = (int)(index % TileId.FullWidth);
        if (tile is not { } bundle || place >= bundle.Width)
        {
            return null;
        }
        byte[] bytes = Tiles.Read(bundle) ?? throw new TileException(bundle, "is missing");
        return EntryBundle.TryParse(bytes, bundle.Width, out List<ReadOnlyMemory<byte>> entries, out string reason)
            ? entries[place].ToArray()
            : throw new TileException(bundle, reason);
    }

    /// <summary>Keeps a witness's answer, as far as it fits; the checkpoint that it is about as it is then.</summary>
    /// <param name="answer">The body that the witness answered.</param>
    /// <param name="witnesses">Whom we know; lines of others are left out.</param>
    /// <param name="about">The checkpoint that it was asked about; null for the newest.</param>
    public SignedCheckpoint AddCosignatures(ReadOnlySpan<byte> answer, IReadOnlyCollection<VerifierKey> witnesses,
        SignedCheckpoint? about = null) => _core.AddCosignatures(answer, witnesses, about);

    /// <summary>Commits what waits, integrates it, and gives the folder back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete())
        {
            return; // closed before
        }
        await _committing.ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
        _ticks.Dispose();
        await _integrating.ConfigureAwait(false);
        TryIntegrate();
        Announce();
        _core.Dispose();
        _closing.Dispose();
    }

    private async Task CommitAsync()
    {
        List<Waiting> batch = [];
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            long bytes = 0;
            while (bytes <= _settings.BatchBytesMax - EntryBytesMax && _queue.Reader.TryRead(out Waiting? next))
            {
                batch.Add(next);
                bytes += next.Entry.Length;
            }
            Commit(batch);
            batch.Clear();
        }
    }

    private void Commit(List<Waiting> batch)
    {
        try
        {
            long first;
            lock (_committingGate)
            {
                first = _core.Commit([.. batch.Select(waiting => waiting.Entry)]);
            }
            for (int i = 0; i < batch.Count; i++)
            {
                batch[i].Index.SetResult(first + i);
            }
        }
        catch (Exception e)
        {
            // Whatever it was, these entries are not known to be durable, and the writers must hear of it.
            LedgerRefusedException refusal = e as LedgerRefusedException ?? new(e.Message, e);
            batch.ForEach(waiting => waiting.Index.SetException(refusal));
            Announce();
        }
    }

    private async Task IntegrateAsync()
    {
        try
        {
            while (await _ticks.WaitForNextTickAsync(_closing.Token).ConfigureAwait(false))
            {
                if (_core.Refusal is null ? TryIntegrate() : TryReopen())
                {
                    Announce();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Closing: DisposeAsync integrates what is left.
        }
    }

    /// <summary>A failure is kept in the core, which refuses appends from then on; the entries stay in the
    /// journal.</summary>
    private bool TryIntegrate()
    {
        try
        {
            _core.Integrate();
            return true;
        }
        catch (Exception) when (_core.Refusal is not null)
        {
            return true;
        }
    }

    /// <summary>Opens the log as a start would, once in a while. True if it takes appends again.</summary>
    private bool TryReopen()
    {
        _failedAt ??= _time.GetTimestamp();
        if (_time.GetElapsedTime(_failedAt.Value) < _settings.ReopenInterval)
        {
            return false;
        }
        try
        {
            SignedCheckpoint before = Latest;
            lock (_committingGate)
            {
                _core.Dispose();
                LogCore fresh = _open();
                if (!fresh.Continues(before))
                {
                    fresh.Dispose();
                    throw new LedgerDamagedException(LogCore.CheckpointPath,
                        $"it does not continue the tree of {before.Checkpoint.Size} that was signed before");
                }
                _core = fresh;
            }
            (_failedAt, _stillRefused) = (null, null);
            return true;
        }
        catch (Exception failure)
        {
            // Whatever it was, nothing is appended; it says so, and is tried again.
            (_failedAt, _stillRefused) = (_time.GetTimestamp(), failure.Message);
            return false;
        }
    }

    private void Announce() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Waiting(ReadOnlyMemory<byte> Entry, TaskCompletionSource<long> Index);
}
