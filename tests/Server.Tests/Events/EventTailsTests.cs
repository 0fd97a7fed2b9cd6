// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Events;
using Microsoft.Extensions.Time.Testing;

namespace Hermetic.Server.Tests.Events;

/// <summary>The ends of outboxes, with many who follow.</summary>
public class EventTailsTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly Outboxes _outboxes = new();

    [Fact]
    public async Task Tails_OfManyFollowers_AreOneLookForAllAndOneReadOfAnEvent()
    {
        EventTails tails = new(_outboxes, _time, Interval);
        Guid[] practices = [.. Enumerable.Range(0, 3).Select(_ => Guid.NewGuid())];
        EventTails.Following[] all = [.. Enumerable.Range(0, 60).Select(i => tails.Follow(practices[i % 3]))];
        await LookAsync();
        _outboxes.Tell(practices[0]);
        await LookAsync();

        Assert.Equal(practices.Order(), _outboxes.LastAsked.Order());
        Assert.Equal(1, _outboxes.Lists);
        Assert.All(all.Where((_, i) => i % 3 == 0), one => Assert.Equal([1], Sequences(one.Behind(0))));
        Assert.All(all.Where((_, i) => i % 3 != 0), one => Assert.Empty(one.Behind(0).Told));
        Array.ForEach(all, one => one.Dispose());
    }

    [Fact]
    public async Task Tails_ThatNobodyFollows_AreNotLookedAt()
    {
        EventTails tails = new(_outboxes, _time, Interval);
        using (tails.Follow(Guid.NewGuid()))
        {
            await LookAsync();
        }

        int looks = _outboxes.Looks;
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(Interval);
        }

        Assert.Equal(looks, _outboxes.Looks);
        Guid other = Guid.NewGuid();
        using EventTails.Following again = tails.Follow(other);
        await _outboxes.LookedAsync(looks + 1);
        Assert.Equal([other], _outboxes.LastAsked);
    }

    [Fact]
    public async Task Tail_BehindWhatIsKept_SaysThatThereIsAGap()
    {
        EventTails tails = new(_outboxes, _time, Interval);
        Guid practice = Guid.NewGuid();
        for (int i = 0; i < 5; i++)
        {
            _outboxes.Tell(practice);
        }

        using EventTails.Following one = tails.Follow(practice);
        Assert.False(one.Behind(2).IsGap);
        await LookAsync();
        Assert.True(one.Behind(2).IsGap);
        Assert.Equal((false, 0, 5L),
            (one.Behind(5).IsGap, one.Behind(5).Told.Count, one.Behind(5).UpTo));

        for (int i = 0; i < EventTails.KeptMax + 1; i++)
        {
            _outboxes.Tell(practice);
        }

        await LookAsync();
        Assert.True(one.Behind(5).IsGap);
        TailRead read = one.Behind(6);
        Assert.False(read.IsGap);
        Assert.Equal(Enumerable.Range(7, EventTails.KeptMax).Select(i => (long)i), Sequences(read));
    }

    [Fact]
    public async Task Tail_WhoseStoreFails_EndsWithItsFailureAndBeginsAnew()
    {
        EventTails tails = new(_outboxes, _time, Interval);
        Guid practice = Guid.NewGuid();
        EventTails.Following one = tails.Follow(practice);
        await LookAsync();
        Task changed = one.Behind(0).Changed;
        _outboxes.Failure = new InvalidOperationException("the disk is gone");
        _time.Advance(Interval);
        Assert.Same(_outboxes.Failure,
            await Assert.ThrowsAsync<InvalidOperationException>(() => changed.WaitAsync(Patience)));

        _outboxes.Failure = null;
        _outboxes.Tell(practice);
        using EventTails.Following other = tails.Follow(practice);
        one.Dispose();
        await LookAsync();
        _outboxes.Tell(practice);
        await LookAsync();
        Assert.Equal([2], Sequences(other.Behind(1)));
    }

    [Fact]
    public async Task Tail_WithNewEvents_WakesWhoWaits()
    {
        EventTails tails = new(_outboxes, _time, Interval);
        Guid practice = Guid.NewGuid();
        using EventTails.Following one = tails.Follow(practice);
        await LookAsync();
        Task changed = one.Behind(0).Changed;
        await LookAsync();
        Assert.False(changed.IsCompleted);
        _outboxes.Tell(practice);
        _time.Advance(Interval);
        await changed.WaitAsync(Patience);
        Assert.Equal([1], Sequences(one.Behind(0)));
    }

    [Fact]
    public async Task Tail_OfWhatThisProcessWrote_IsLookedAtBeforeTheIntervalIsOver()
    {
        EventTails tails = new(_outboxes, _time, Interval);
        Guid practice = Guid.NewGuid();
        using EventTails.Following one = tails.Follow(practice);
        await LookAsync();
        Task changed = one.Behind(0).Changed;
        _outboxes.Tell(practice);
        // Of a practice that nobody follows: the clock stands still, so that no look is due.
        tails.Wake(Guid.NewGuid());
        await Task.WhenAny(changed, Task.Delay(TimeSpan.FromMilliseconds(200)));
        Assert.False(changed.IsCompleted);
        tails.Wake(practice);
        await changed.WaitAsync(Patience);
        Assert.Equal([1], Sequences(one.Behind(0)));
    }

    private static IEnumerable<long> Sequences(TailRead read) => read.Told.Select(told => told.View.Sequence);

    // Two looks: what the first one found is told before the second one begins.
    private async Task LookAsync()
    {
        for (int i = 0; i < 2; i++)
        {
            int looks = _outboxes.Looks;
            do
            {
                _time.Advance(Interval);
            }
            while (!await _outboxes.LookedAsync(looks + 1, TimeSpan.FromMilliseconds(20)));
        }
    }

    private sealed class Outboxes : IEventSource
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<Guid, long> _latest = [];
        private TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Looks { get; private set; }

        public int Lists { get; private set; }

        public Guid[] LastAsked { get; private set; } = [];

        public Exception? Failure { get; set; }

        public void Tell(Guid tenant)
        {
            lock (_gate)
            {
                _latest[tenant] = _latest.GetValueOrDefault(tenant) + 1;
            }
        }

        public Task<Dictionary<Guid, long>> LatestAsync(IReadOnlyCollection<Guid> tenants)
        {
            lock (_gate)
            {
                if (Failure is { } failure)
                {
                    return Task.FromException<Dictionary<Guid, long>>(failure);
                }

                Looks++;
                LastAsked = [.. tenants];
                _looked.SetResult();
                _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
                return Task.FromResult(tenants.ToDictionary(one => one, one => _latest.GetValueOrDefault(one)));
            }
        }

        public Task<(IReadOnlyList<ToldEvent> Told, long UpTo)> ListAsync(Guid tenant, long after)
        {
            lock (_gate)
            {
                Lists++;
                long upTo = Math.Min(after + 100, _latest[tenant]);
                IReadOnlyList<ToldEvent> told =
                [
                    .. Enumerable.Range((int)after + 1, (int)(upTo - after)).Select(sequence => new ToldEvent(1,
                        new EventView(sequence, "fax.received", default, null, null, null))),
                ];
                return Task.FromResult((told, upTo));
            }
        }

        public async Task<bool> LookedAsync(int looks, TimeSpan? patience = null)
        {
            while (true)
            {
                Task next;
                lock (_gate)
                {
                    if (Looks >= looks)
                    {
                        return true;
                    }

                    next = _looked.Task;
                }

                try
                {
                    await next.WaitAsync(patience ?? Patience);
                }
                catch (TimeoutException) when (patience is not null)
                {
                    return false;
                }
            }
        }
    }
}
