// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>Ctrl-C in a call: both sides end it in an orderly way, and say so.</summary>
public sealed class InterruptedCallTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Interrupted_InACall_HangsUpAndReportsIt_OnBothSides()
    {
        using TestFolder folder = new();
        await using HermeticProgram listen = HermeticProgram.Listen(folder);
        await using HermeticProgram send = HermeticProgram.SendPage(folder, await listen.ListeningPortAsync());
        await send.Process.WaitForOutputAsync("page 1 of 1: sending", HermeticProgram.Patience, Cancellation);
        listen.Process.Signal("INT");
        Assert.Equal(0, await listen.EndAsync());
        Assert.Equal(1, await send.EndAsync());
        Assert.Equal(0, Assert.Single(listen.Json).GetProperty("pages").GetInt32());
        Assert.NotEqual("completed", listen.Json[0].GetProperty("result").GetString());
        Assert.Equal("faxFailed", Assert.Single(send.Json).GetProperty("result").GetString());
        Assert.All(Directory.GetFiles(folder["received"]), file => Assert.Contains(".partial", file,
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sender_Interrupted_HangsUpAndReportsIt()
    {
        using TestFolder folder = new();
        await using HermeticProgram listen = HermeticProgram.Listen(folder, "--once");
        await using HermeticProgram send = HermeticProgram.SendPage(folder, await listen.ListeningPortAsync());
        await send.Process.WaitForOutputAsync("page 1 of 1: sending", HermeticProgram.Patience, Cancellation);
        send.Process.Signal("INT");
        Assert.Equal(9, await send.EndAsync());
        Assert.Equal(1, await listen.EndAsync());
        Assert.Equal("cancelled", Assert.Single(send.Json).GetProperty("result").GetString());
        Assert.Equal("the call was ended here", send.Json[0].GetProperty("reason").GetString());
        Assert.Equal("faxFailed", Assert.Single(listen.Json).GetProperty("result").GetString());
    }
}
