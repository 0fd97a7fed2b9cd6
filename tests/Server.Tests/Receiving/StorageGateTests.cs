// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Receiving;
using Hermetic.Store;
using Hermetic.Vault.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Hermetic.Server.Tests.Receiving;

public sealed class StorageGateTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly SemaphoreSlim _probed = new(0);
    private readonly StorageGate _gate;
    private Exception? _trouble = new BlobException(BlobFault.NoSpace, "write a probe");
    private string? _ledgerRefusal;

    public StorageGateTests() => _gate = new StorageGate(
        _ =>
        {
            _probed.Release();
            return _trouble is { } trouble ? Task.FromException(trouble) : Task.CompletedTask;
        },
        () => _ledgerRefusal, _time, NullLogger<StorageGate>.Instance);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Gate_AfterAFailedWrite_StaysShutUntilAProbeSucceeds()
    {
        Assert.Null(_gate.GoneBecause);
        _gate.Failed(new BlobException(BlobFault.NoSpace, "write a page"));
        Assert.Contains("no space is left", _gate.GoneBecause, StringComparison.Ordinal);
        for (int i = 0; i < 3; i++)
        {
            await ProbeAsync();
            Assert.NotNull(_gate.GoneBecause);
        }

        _trouble = null;
        await UntilOpenAsync();
        _trouble = new BlobException(BlobFault.Failed, "write a probe");
        _gate.Failed(new StoreUnavailableException(StoreFault.Stopped, "the database does not answer"));
        Assert.Contains("does not answer", _gate.GoneBecause, StringComparison.Ordinal);
        _trouble = null;
        await UntilOpenAsync();
    }

    [Fact]
    public void Gate_AFaultThatIsNotStorages_LeavesItOpen()
    {
        _gate.Failed(new InvalidOperationException("two calls with one identity"));
        _gate.Failed(new BlobException(BlobFault.Exists, "write a page"));
        _gate.Failed(new StoreConflictException("the record contradicts one that is there"));
        Assert.Null(_gate.GoneBecause);
    }

    [Fact]
    public void Gate_LedgerRefuses_IsShutForAsLong_AndSaysWhy()
    {
        _ledgerRefusal = "no space is left";
        Assert.Contains("no space is left", _gate.GoneBecause, StringComparison.Ordinal);
        _ledgerRefusal = null;
        Assert.Null(_gate.GoneBecause);
    }

    [Fact]
    public async Task Gate_WhatIsOwed_IsWrittenBeforeItOpens_AndOnce()
    {
        int written = 0;
        bool wasShut = false;
        _trouble = null;
        Exception? refused = new StoreUnavailableException(StoreFault.Full, "no space");
        _gate.Owe(_ =>
        {
            wasShut = _gate.GoneBecause is not null;
            written++;
            return refused is { } why ? Task.FromException(why) : Task.CompletedTask;
        });
        _gate.Owe(_ => Task.FromException(new InvalidOperationException("never to be written")));
        _gate.Failed(refused);
        await ProbeAsync();
        await ProbeAsync();
        Assert.NotNull(_gate.GoneBecause);
        refused = null;
        await UntilOpenAsync();
        int last = written;
        Assert.True(wasShut);
        _gate.Failed(new StoreUnavailableException(StoreFault.Full, "no space"));
        await UntilOpenAsync();
        Assert.Equal(last, written);
    }

    public ValueTask DisposeAsync()
    {
        _probed.Dispose();
        return _gate.DisposeAsync();
    }

    // The gate arms its timer on a thread of its own: the clock is moved until it has.
    private async Task ProbeAsync()
    {
        using CancellationTokenSource patience = new(s_patience);
        do
        {
            _time.Advance(StorageGate.ProbeInterval);
        }
        while (!await _probed.WaitAsync(TimeSpan.FromMilliseconds(20), patience.Token));
    }

    private async Task UntilOpenAsync()
    {
        using CancellationTokenSource patience = new(s_patience);
        while (_gate.GoneBecause is not null)
        {
            _time.Advance(StorageGate.ProbeInterval);
            await Task.Delay(10, patience.Token);
        }
    }
}
