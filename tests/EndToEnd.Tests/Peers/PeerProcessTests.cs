// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.TestKit.Peers;

namespace Hermetic.EndToEnd.Tests.Peers;

public sealed class PeerProcessTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Peer_EndsByItself_OutputOfBothStreamsAndExitCodeAreKept()
    {
        await using PeerProcess peer = PeerProcess.Start("sh", ["-c", "echo out; echo err >&2; exit 7"]);
        Assert.Equal(7, await peer.WaitForExitAsync(s_patience, Cancellation));
        Assert.Equal("out", await peer.WaitForOutputAsync("out", s_patience, Cancellation));
        Assert.Equal("err", await peer.WaitForOutputAsync("err", s_patience, Cancellation));
    }

    [Fact]
    public async Task Peer_Signalled_RunsItsTrap()
    {
        await using PeerProcess peer = PeerProcess.Start("sh",
            ["-c", "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done"]);
        await peer.WaitForOutputAsync("ready", s_patience, Cancellation);
        peer.Signal("TERM");
        Assert.Equal(3, await peer.WaitForExitAsync(s_patience, Cancellation));
        await peer.WaitForOutputAsync("bye", s_patience, Cancellation);
    }

    [Fact]
    public async Task Peer_Disposed_TakesItsGrandchildrenWithIt()
    {
        int grandchild;
        await using (PeerProcess peer = PeerProcess.Start("sh", ["-c", "trap '' TERM; sleep 600 & echo pid $!; wait"]))
        {
            string line = await peer.WaitForOutputAsync("pid ", s_patience, Cancellation);
            grandchild = int.Parse(line[4..], CultureInfo.InvariantCulture);
            Assert.True(IsAlive(grandchild));
        }
        Assert.False(IsAlive(grandchild));
    }

    [Fact]
    public async Task Peer_EndsWithoutTheAwaitedLine_FailsWithItsOutput()
    {
        await using PeerProcess peer = PeerProcess.Start("sh", ["-c", "echo something else; exit 1"]);
        PeerException failure = await Assert.ThrowsAsync<PeerException>(
            () => peer.WaitForOutputAsync("ready", s_patience, Cancellation));
        Assert.Contains("something else", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Peer_NotInstalled_Throws() =>
        Assert.Throws<PeerException>(() => PeerProcess.Start("no-such-peer-here", []));

    [Fact]
    public void Ports_ReservedTwice_DoNotOverlap()
    {
        using LoopbackPorts first = LoopbackPorts.Reserve(6);
        using LoopbackPorts second = LoopbackPorts.Reserve(6);
        Assert.True(second.First >= first.First + 6 || first.First >= second.First + 6);
        Assert.Equal(0, first.First % 2);
    }

    /// <summary>A killed process may stay a zombie until somebody reaps it: that is dead too.</summary>
    private static bool IsAlive(int pid)
    {
        string stat = $"/proc/{pid}/stat";
        return File.Exists(stat) && !File.ReadAllText(stat).Contains(") Z ", StringComparison.Ordinal);
    }
}
