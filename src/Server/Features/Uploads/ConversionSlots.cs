// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Uploads;

/// <summary>So many documents are made into pages at once, in the whole process; the others wait.</summary>
internal sealed class ConversionSlots : IDisposable
{
    /// <summary>Our limit: a conversion takes a core, and the line must not wait for one.</summary>
    private const int ConversionsMax = 2;

    private readonly SemaphoreSlim _slots = new(ConversionsMax);

    public Task TakeAsync(CancellationToken cancellation) => _slots.WaitAsync(cancellation);

    public void Return() => _slots.Release();

    public void Dispose() => _slots.Dispose();
}
