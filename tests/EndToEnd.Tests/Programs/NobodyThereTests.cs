// SPDX-License-Identifier: Apache-2.0
using Hermetic.TestKit.Peers;

namespace Hermetic.EndToEnd.Tests.Programs;

public sealed class NobodyThereTests
{
    [Fact]
    public async Task Nobody_AnswersOverUdp_IsGivenUpByTimerB()
    {
        using TestFolder folder = new();
        using LoopbackPorts ports = LoopbackPorts.Reserve(2);
        await using HermeticProgram send = HermeticProgram.SendPage(folder, ports.First);
        int exit = await send.EndAsync();
        Assert.True(exit == 7, send.Process.Describe($"ended with {exit}"));
        Assert.Contains("timer B", Assert.Single(send.Json).GetProperty("clause").GetString(),
            StringComparison.Ordinal);
    }
}
