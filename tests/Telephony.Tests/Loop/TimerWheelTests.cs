// SPDX-License-Identifier: Apache-2.0
using Hermetic.Telephony.Loop;

namespace Hermetic.Telephony.Tests.Loop;

public sealed class TimerWheelTests
{
    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Timers_SetPutOffAndRemovedAtRandom_RingOnceNeverEarlyAndAtMostATickLate(int seed)
    {
        Random random = new(seed);
        TimerWheel wheel = new();
        TimeSpan now = TimeSpan.Zero;
        TimeSpan?[] due = new TimeSpan?[200];
        LoopTimer[] timers = new LoopTimer[due.Length];
        TimeSpan last = TimeSpan.Zero;
        for (int i = 0; i < timers.Length; i++)
        {
            int index = i;
            timers[i] = new LoopTimer(at =>
            {
                Assert.NotNull(due[index]);
                Assert.True(due[index] <= at, $"seed {seed}: timer {index} rang early");
                due[index] = null;
            });
        }

        for (int round = 0; round < 20_000; round++)
        {
            int chosen = random.Next(timers.Length);
            due[chosen] = random.Next(4) == 0 ? null : now + Ms(random.Next(0, random.Next(2) == 0 ? 100 : 20_000));
            wheel.Set(timers[chosen], due[chosen]);
            now += Ms(random.Next(0, 12));
            if (random.Next(2000) == 0)
            {
                now += Ms(random.Next(30_000));
            }

            wheel.Advance(now);
            last = now;
            Assert.All(due, time => Assert.False(time + TimerWheel.Tick < last, $"seed {seed}: late at {last}"));
        }

        Assert.Equal(due.Count(time => time is not null), wheel.Count);
    }

    [Fact]
    public void NextDue_WithOneTimer_IsNeverLaterThanIt()
    {
        TimerWheel wheel = new();
        LoopTimer timer = new(_ => { });
        Assert.Null(wheel.NextDue());
        foreach (double milliseconds in new[] { 0.0, 1, 5, 12, 700, 5115, 5120, 60_000 })
        {
            wheel.Set(timer, Ms(milliseconds));
            Assert.True(wheel.NextDue() <= Ms(milliseconds) + TimerWheel.Tick);
        }

        wheel.Set(timer, null);
        Assert.Null(wheel.NextDue());
    }

    [Fact]
    public void Timer_ThatSetsItselfAgain_RingsOnceATick()
    {
        TimerWheel wheel = new();
        int rings = 0;
        LoopTimer? timer = null;
        timer = new LoopTimer(now =>
        {
            rings++;
            wheel.Set(timer!, now);
        });
        wheel.Set(timer, TimeSpan.Zero);
        for (int tick = 1; tick <= 10; tick++)
        {
            wheel.Advance(TimerWheel.Tick * tick);
            Assert.Equal(tick, rings);
        }
    }

    [Fact]
    public void Timer_SetIntoItsOwnSlotATurnLaterOrTakenOutWhileTheSlotRings_KeepsItsTime()
    {
        TimerWheel wheel = new();
        TimeSpan turn = TimerWheel.Tick * 1024;
        List<string> rung = [];
        LoopTimer? again = null;
        LoopTimer second = new(_ => rung.Add("second"));
        LoopTimer third = new(_ => rung.Add("third"));
        again = new LoopTimer(now =>
        {
            rung.Add("again");
            wheel.Remove(second);
            wheel.Set(again!, TimerWheel.Tick + turn);
        });
        wheel.Set(again, TimerWheel.Tick);
        wheel.Set(second, TimerWheel.Tick);
        wheel.Set(third, TimerWheel.Tick);
        wheel.Advance(TimerWheel.Tick);
        Assert.Equal(["again", "third"], rung);
        Assert.Equal(1, wheel.Count);
        wheel.Advance(turn);
        Assert.Equal(2, rung.Count);
        wheel.Advance(TimerWheel.Tick + turn);
        Assert.Equal(["again", "third", "again"], rung);
    }
}
