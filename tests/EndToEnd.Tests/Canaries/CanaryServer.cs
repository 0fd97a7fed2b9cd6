// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Hermetic.EndToEnd.Tests.Programs;
using Hermetic.TestKit.Access;
using Hermetic.TestKit.Peers;

namespace Hermetic.EndToEnd.Tests.Canaries;

/// <summary>`hermetic serve` with folders of its own for data, temporary files, logs and cores; each start is a new
/// process on the same data.</summary>
internal sealed class CanaryServer : IAsyncDisposable
{
    // The system may write cores, so that it is the program's own doing if there are none.
    private static readonly string[] s_withCores = ["bash", "-c", "ulimit -c unlimited; exec \"$@\"", "bash"];

    private readonly TestFolder _folder;
    private PeerProcess? _process;
    private int _starts;
    private bool _isEnrolled;

    /// <param name="folder">Where all of it lies.</param>
    /// <param name="store">The section `store` of the configuration; empty for SQLite.</param>
    public CanaryServer(TestFolder folder, string store)
    {
        _folder = folder;
        foreach (string name in (string[])["tmp", "log", "cwd"])
        {
            Directory.CreateDirectory(folder[name]);
        }

        folder.Write("hermetic.json", Encoding.UTF8.GetBytes($$"""
            {
              "data": "{{Data}}",
              "keys": { "file": "{{folder["root.key"]}}" },
              "ledger": { "origin": "test.example/ledger" },
              "http": { "listen": [ "127.0.0.1:0" ], "clearText": true },
              "sip": { "listen": [ "127.0.0.1:0" ] },
              "tenants": [ { "name": "{{CanaryFax.Tenant}}", "numbers": [ "{{CanaryFax.Dialled}}" ] } ]{{store}}
            }
            """));
    }

    public string Configuration => _folder["hermetic.json"];

    public string Data => _folder["data"];

    public string Temporary => _folder["tmp"];

    public string Logs => _folder["log"];

    public PeerProcess Process => _process ?? throw new InvalidOperationException("it has not been started");

    /// <summary>Sealed pages that lie in its data folder.</summary>
    public int Pages => Directory.GetFiles(Data, "*.page", SearchOption.AllDirectories).Length;

    /// <summary>Starts it, with variables added to its environment; does not wait.</summary>
    public void Start(params (string Name, string Value)[] environment)
    {
        _starts++;
        Dictionary<string, string> variables = environment.ToDictionary(one => one.Name, one => one.Value);
        variables["TMPDIR"] = Temporary;
        string[] command =
        [
            .. s_withCores, HermeticProgram.Dotnet, HermeticProgram.Assembly, "serve", "--config", Configuration,
        ];
        _process = PeerProcess.Start(command[0], command[1..], _folder["cwd"], variables);
    }

    /// <summary>Waits until it takes calls; its SIP port.</summary>
    public async Task<int> ReadyAsync()
    {
        string line = await Process.WaitForOutputAsync("SIP on ", HermeticProgram.Patience,
            TestContext.Current.CancellationToken);
        await Process.WaitForOutputAsync("ready", HermeticProgram.Patience, TestContext.Current.CancellationToken);
        if (!_isEnrolled)
        {
            await OperatorEnrolment.EnrolIfAskedAsync(Process.Output, TestContext.Current.CancellationToken);
            _isEnrolled = true;
        }

        return int.Parse(line.Split(" (")[0].Split(':')[^1], CultureInfo.InvariantCulture);
    }

    /// <summary>Ends it by a signal, and puts what it wrote into the folder for logs.</summary>
    public async Task<int> EndAsync(params string[] signals)
    {
        foreach (string signal in signals)
        {
            Process.Signal(signal);
        }

        int code = await Process.WaitForExitAsync(HermeticProgram.Patience, TestContext.Current.CancellationToken);
        await SaveLogAsync();
        return code;
    }

    /// <summary>Puts what it wrote so far into the folder for logs.</summary>
    public Task SaveLogAsync() => File.WriteAllLinesAsync(
        Path.Combine(Logs, $"serve-{_starts}.log"), Process.Output, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}
