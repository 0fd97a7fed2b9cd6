// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.Protocol.Tests.T30;

public sealed class T30StateTableTests
{
    [Fact]
    public void Table_EveryStateAndFrame_IsDecidedByExactlyOneRow()
    {
        foreach (T30State state in Enum.GetValues<T30State>())
        {
            foreach (T30FrameClass frame in Enum.GetValues<T30FrameClass>())
            {
                T30StateRow decision = T30StateTable.Decide(state, frame);
                T30StateRow[] named = [.. T30StateTable.Rows.Where(row => row.State == state
                    && row.Frames != FrameSet.Rest && row.Frames.Contains(frame))];
                Assert.Equal(state, decision.State);
                Assert.True(named.Length <= 1, $"{state} and {frame}: {named.Length} rows");
                Assert.Same(named.FirstOrDefault()
                    ?? T30StateTable.Rows.Single(row => row.State == state && row.Frames == FrameSet.Rest), decision);
            }
        }
    }

    [Fact]
    public void Table_EveryRow_CitesItsClauseAndIsReached()
    {
        foreach (T30StateRow row in T30StateTable.Rows)
        {
            Assert.Matches(@"T\.(30|4) (§|figure|Table)", row.Clause);
            Assert.Contains(Enum.GetValues<T30FrameClass>(),
                frame => ReferenceEquals(T30StateTable.Decide(row.State, frame), row));
        }
    }

    [Fact]
    public void Table_EveryAction_IsUsed()
        => Assert.Empty(Enum.GetValues<T30Action>().Except(T30StateTable.Rows.Select(row => row.Action)));

    [Fact]
    public void Table_Dcn_EndsEveryStateThatListensOrSends()
    {
        T30State[] deaf = [T30State.Idle, T30State.Disconnecting, T30State.Ended];
        foreach (T30State state in Enum.GetValues<T30State>().Except(deaf))
        {
            T30Action action = T30StateTable.Decide(state, T30FrameClass.Dcn).Action;
            Assert.True(action is T30Action.RemoteEnded or T30Action.Complete, $"{state}: {action}");
        }
    }

    [Fact]
    public void EndReasons_EachValue_HasOneRowWithClauseAndWords()
    {
        Assert.Equal(Enum.GetValues<T30EndReason>().Order(), T30EndReasons.All.Select(row => row.Reason).Order());
        foreach (T30EndReasonRow row in T30EndReasons.All.Where(row => row.Reason != T30EndReason.None))
        {
            Assert.NotEmpty(row.Clause);
            Assert.NotEmpty(row.Words);
            Assert.DoesNotContain("T.30", row.Words);
        }
    }
}
