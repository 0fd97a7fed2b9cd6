// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Hermetic.EndToEnd.Tests.Programs;

public sealed class FullDiskTests
{
    [Fact]
    public async Task P2_DiskIsFull_ThePageIsNotConfirmed()
    {
        using TestFolder folder = new();
        Directory.CreateDirectory(folder["received"]);

        // The folder is a file system of one block to the listener, and the page needs several.
        await using HermeticProgram listen = HermeticProgram.StartUnder(
            ["bwrap", "--dev-bind", "/", "/", "--die-with-parent", "--size", "4096", "--tmpfs", folder["received"]],
            folder.Path, "listen", "--sip", "127.0.0.1:0", "--out", folder["received"], "--once");
        int port = await listen.ListeningPortAsync();
        await using HermeticProgram send = HermeticProgram.SendPage(folder, port);
        Assert.Equal(1, await send.EndAsync());
        Assert.Equal(1, await listen.EndAsync());
        JsonElement sent = Assert.Single(send.Json);
        Assert.Equal((0, "RemoteDisconnected"),
            (sent.GetProperty("pages").GetInt32(), sent.GetProperty("t30Reason").GetString()));
        JsonElement received = Assert.Single(listen.Json);
        Assert.Equal((0, "HostRefused"),
            (received.GetProperty("pages").GetInt32(), received.GetProperty("t30Reason").GetString()));
        Assert.Contains(listen.Process.Output, line => line.Contains("the disk is full", StringComparison.Ordinal));
    }
}
