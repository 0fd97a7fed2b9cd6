// SPDX-License-Identifier: Apache-2.0
using Hermetic.EndToEnd.Tests.Programs;

namespace Hermetic.EndToEnd.Tests.Canaries;

/// <summary>P1: no way of the runtime or the system writes the server's memory into a file.</summary>
public sealed class DumpTests
{
    [Theory]
    [InlineData("DOTNET_DbgEnableMiniDump", "1")]
    [InlineData("COMPlus_DbgEnableMiniDump", "1")]
    public async Task P1_ServeWithTheRuntimesDumpsAskedFor_IsRefused(string name, string value)
    {
        using TestFolder folder = new();
        await using CanaryServer server = new(folder, "");
        server.Start((name, value));
        Assert.Equal(10, await server.EndAsync());
        Assert.Contains(server.Process.Output, line => line.StartsWith("hermetic serve: ", StringComparison.Ordinal)
            && line.Contains(name, StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(server.Temporary));
        Assert.False(Directory.Exists(server.Data));
    }

    /// <summary>The runtime's diagnostic port takes a command that writes a dump of the whole process.</summary>
    [Theory]
    [InlineData("DOTNET_EnableDiagnostics", "1")]
    [InlineData("DOTNET_EnableDiagnostics_IPC", "1")]
    [InlineData("DOTNET_DiagnosticPorts", "port.sock,listen,nosuspend")]
    public async Task P1_ServeWithADiagnosticPortAskedFor_HasNone(string name, string value)
    {
        using TestFolder folder = new();
        await using CanaryServer server = new(folder, "");
        server.Start((name, value));
        await server.ReadyAsync();
        Assert.Empty(Directory.GetFileSystemEntries(server.Temporary));
        Assert.Empty(Directory.GetFileSystemEntries(folder["cwd"]));
        Assert.Equal(0, await server.EndAsync("INT"));
    }
}
