// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Hermetic.TestKit.Access;

namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>An installation on the disk, as `hermetic serve` began it, and copies of it to break.</summary>
internal sealed class ServedInstallation : IDisposable
{
    public const string Number = "5551234";
    public const string Tenant = "North Clinic";

    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public TestFolder Folder { get; } = new();

    public string Data => Folder["data"];

    public string KeyFile => Folder["root.key"];

    public string Config => Folder["hermetic.json"];

    /// <summary>Writes the configuration; <paramref name="keys"/> in place of the key file's.</summary>
    public void Configure(string? keys = null) => Folder.Write("hermetic.json", Encoding.UTF8.GetBytes($$"""
        {
          "data": "{{Data}}",
          "keys": {{keys ?? $"{{ \"file\": \"{KeyFile}\" }}"}},
          "ledger": { "origin": "test.example/ledger" },
          "http": { "listen": [ "127.0.0.1:0" ], "clearText": true },
          "sip": { "listen": [ "127.0.0.1:0" ] },
          "tenants": [ { "name": "{{Tenant}}", "numbers": [ "{{Number}}" ] } ]
        }
        """));

    /// <summary>One that has been served once, and stopped.</summary>
    public static async Task<ServedInstallation> MakeAsync()
    {
        ServedInstallation made = new();
        made.Configure();
        await using HermeticProgram serve = made.Serve();
        await PortAsync(serve);
        await StopAsync(serve);
        return made;
    }

    /// <summary>A copy in a folder of its own, with its own configuration.</summary>
    public ServedInstallation Copy()
    {
        ServedInstallation copy = new();
        CopyFolder(Data, copy.Data);
        File.Copy(KeyFile, copy.KeyFile);
        copy.Configure();
        return copy;
    }

    public HermeticProgram Serve() => HermeticProgram.Start(Folder.Path, "serve", "--config", Config);

    /// <summary>Runs a command on it: its exit code, and all that it said.</summary>
    public async Task<(int Exit, string Said)> RunAsync(params string[] arguments)
    {
        (int exit, HermeticProgram program) = await HermeticProgram.RunAsync(
            Folder.Path, [.. arguments, "--config", Config]);
        await using (program)
        {
            return (exit, string.Join('\n', program.Process.Output));
        }
    }

    public static async Task StopAsync(HermeticProgram serve)
    {
        serve.Process.Signal("INT");
        Assert.Equal(0, await serve.EndAsync());
    }

    /// <summary>Waits until it serves: the port of SIP.</summary>
    /// <param name="serve">The server.</param>
    /// <param name="isEnrolled">Whether it has an operator then, and takes calls.</param>
    public static async Task<int> PortAsync(HermeticProgram serve, bool isEnrolled = true)
    {
        string line = await serve.Process.WaitForOutputAsync("SIP on ", HermeticProgram.Patience,
            TestContext.Current.CancellationToken);
        await serve.Process.WaitForOutputAsync("ready", HermeticProgram.Patience,
            TestContext.Current.CancellationToken);
        if (isEnrolled)
        {
            await OperatorEnrolment.EnrolIfAskedAsync(serve.Process.Output, TestContext.Current.CancellationToken);
        }

        return int.Parse(line.Split(" (")[0].Split(':')[^1], CultureInfo.InvariantCulture);
    }

    public static void CopyFolder(string from, string to)
    {
        // `serve` refuses a data folder that others can reach.
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(to, Own);
        }

        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public void Dispose() => Folder.Dispose();
}
