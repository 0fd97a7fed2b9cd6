// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hermetic.Documents.Sandboxing;

namespace Hermetic.Documents.Tests.Sandboxing;

/// <summary>What a program that was taken over can do from inside: a shell plays its part.</summary>
public class SandboxTests
{
    private const string Shell = "/usr/bin/bash";

    private readonly Sandbox _sandbox = new(TimeProvider.System);

    [Fact]
    public async Task Check_OnThisMachine_Works()
    {
        SandboxState state = await _sandbox.CheckAsync();
        Assert.True(state.Works, state.Reason);
    }

    [Fact]
    public async Task Check_WithoutBubblewrap_SaysWhatToInstall()
    {
        SandboxState state = await new Sandbox(TimeProvider.System, "/nonexistent/bwrap").CheckAsync();
        Assert.False(state.Works);
        Assert.Contains("apt-get install bubblewrap", state.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WhereUserNamespacesAreRefused_SaysHowToAllowThem()
    {
        using TestFolder folder = new();
        string bubblewrap = folder.Script("bwrap",
            "echo 'bwrap: No permissions to create new namespace, likely because of the kernel' >&2; exit 1");
        SandboxState state = await new Sandbox(TimeProvider.System, bubblewrap).CheckAsync();
        Assert.False(state.Works);
        Assert.Contains("user namespaces", state.Reason, StringComparison.Ordinal);
        Assert.Contains("sysctl", state.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%PDF-1.4\n")]
    [InlineData("plain text")]
    [InlineData("\u00FF\u00D8\u00FF\u00E0")]
    public async Task Document_WithoutSandbox_IsRefused_NeverRenderedOutside(string content)
    {
        DocumentOptions options = new() { Sandbox = new(TimeProvider.System, "/nonexistent/bwrap") };
        Refusal refusal = await Pages.RefusedAsync(Encoding.Latin1.GetBytes(content), options);
        Assert.Equal(RefusalCode.NoSandbox, refusal.Code);
        Assert.Contains("bubblewrap", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inside_Input_IsThereToRead()
    {
        (_, string said) = await RunAsync("IFS= read -r line < /input; echo \"$line\"", "what was fed\n"u8.ToArray());
        Assert.Equal("what was fed\n", said);
    }

    [Fact]
    public async Task Inside_Root_HoldsOnlyWhatWasGiven()
    {
        (SandboxResult result, string said) = await RunAsync("cd /; echo *");
        Assert.True(result.Succeeded, result.StandardError);
        string[] names = said.Trim().Split(' ');
        Assert.Empty(names.Except(["bin", "dev", "etc", "input", "lib", "lib64", "usr"]));
        Assert.Contains("input", names);
    }

    [Theory]
    [InlineData("read -r x < /etc/passwd")]
    [InlineData("read -r x < /etc/hostname")]
    [InlineData("read -r x < /proc/1/status")]
    [InlineData("echo x > /x")]
    [InlineData("echo x > /dev/x")]
    [InlineData("echo x > /dev/shm/x")]
    [InlineData("echo x > /input")]
    [InlineData("echo x > /usr/x")]
    [InlineData("echo x > /tmp/x")]
    public async Task Inside_FilesBeyond_AreNotThere(string attempt)
    {
        (SandboxResult result, string said) = await RunAsync($"{{ {attempt}; }} 2>/dev/null && echo reached; true");
        Assert.True(result.Succeeded, result.StandardError);
        Assert.Equal("", said);
    }

    [Fact]
    public async Task Inside_Network_CannotBeReached()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        (_, string said) =
            await RunAsync($"{{ exec 3<>/dev/tcp/127.0.0.1/{port}; }} 2>/dev/null && echo reached; true");
        Assert.Equal("", said);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Inside_AnotherProcess_CannotBeStarted()
    {
        (_, string said) = await RunAsync("(echo forked)");
        Assert.Equal("", said);
    }

    [Fact]
    public async Task Inside_Environment_IsOnlyWhatWasGiven()
    {
        SandboxJob job = Job("/usr/bin/env") with { Environment = new Dictionary<string, string> { ["GIVEN"] = "1" } };
        (SandboxResult result, string said) = await RunAsync(job);
        Assert.True(result.Succeeded, result.StandardError);
        Assert.Equal(["GIVEN", "PWD"], said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=')[0]).Order());
    }

    [Fact]
    public async Task CpuLimit_Bites()
    {
        (SandboxResult result, _) = await RunAsync(Job(Shell, "-c", "while :; do :; done") with { CpuSeconds = 1 });
        Assert.Equal(SandboxEnd.CpuLimit, result.End);
    }

    [Fact]
    public async Task WallLimit_Bites()
    {
        (SandboxResult result, _) = await RunAsync(Job("/usr/bin/sleep", "1000") with { WallSeconds = 1 });
        Assert.Equal(SandboxEnd.WallLimit, result.End);
    }

    [Fact]
    public async Task OutputLimit_Bites()
    {
        (SandboxResult result, string said) = await RunAsync(Job("/usr/bin/yes") with { OutputBytes = 10_000 });
        Assert.Equal(SandboxEnd.OutputLimit, result.End);
        Assert.True(said.Length <= 10_000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MemoryLimit_Bites(bool dataOnly)
    {
        const string Greedy = "x=0123456789; while [ ${#x} -lt 1000000000 ]; do x=$x$x; done; echo got it";
        SandboxJob job = Job(Shell, "-c", Greedy) with { MemoryBytes = 128 << 20, CountsDataOnly = dataOnly };
        (SandboxResult result, string said) = await RunAsync(job);
        Assert.False(result.Succeeded);
        Assert.Equal("", said);
    }

    [Fact]
    public async Task Cancellation_EndsTheRun()
    {
        using CancellationTokenSource stop = new();
        Task run = _sandbox.RunAsync(Job("/usr/bin/sleep", "1000"), static (_, _) => Task.CompletedTask, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private static SandboxJob Job(string program, params string[] arguments) => new()
    {
        Program = program,
        Arguments = arguments,
        Readable = [program],
        Input = ReadOnlyMemory<byte>.Empty,
        CpuSeconds = 20,
        WallSeconds = 100,
        MemoryBytes = 512 << 20,
        OutputBytes = 1 << 20,
    };

    private Task<(SandboxResult Result, string Said)> RunAsync(string script, byte[]? input = null) =>
        RunAsync(Job(Shell, "-c", script) with { Input = input ?? [] });

    private async Task<(SandboxResult Result, string Said)> RunAsync(SandboxJob job)
    {
        string said = "";
        SandboxResult result = await _sandbox.RunAsync(job, async (output, stop) =>
        {
            using StreamReader reader = new(output);
            said = await reader.ReadToEndAsync(stop);
        }, CancellationToken.None);
        return (result, said);
    }
}
