// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.TestKit.Peers.PostgreSql;

/// <summary>
/// A real PostgreSQL 15 in a folder of its own, on a loopback port of its own, that ends with this object or with the
/// test process.
/// </summary>
/// <remarks>PostgreSQL refuses to run as root; a test run as root starts it as Debian's account `postgres`. It flushes
/// as in production: a commit that it acknowledged survives <see cref="KillAsync"/>.</remarks>
public sealed class PostgreSqlPeer : IAsyncDisposable
{
    private const string Programs = "/usr/lib/postgresql/15/bin";
    private const string User = "hermetic";
    private const string Ready = "database system is ready to accept connections";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly string _folder;
    private readonly LoopbackPorts _port;
    private readonly string[] _settings;
    private PeerProcess? _server;
    private int _databases;

    private PostgreSqlPeer(string folder, LoopbackPorts port, string[] settings) =>
        (_folder, _port, _settings) = (folder, port, settings);

    /// <summary>The password of <see cref="ConnectionString"/>, to look for where it must not be.</summary>
    public static string Password => "only-for-this-test-server";

    /// <summary>The server's port on loopback.</summary>
    public int Port => _port.First;

    /// <summary>Where all of its databases and its log of writes (WAL) lie.</summary>
    public string Data => Path.Combine(_folder, "data");

    /// <summary>What the running server wrote to its log.</summary>
    public IReadOnlyList<string> Log => _server?.Output ?? [];

    /// <summary>Processor time that the server and its living children took, as the kernel counts it
    /// (proc(5), `stat`: fields 4, 14 and 15, in ticks of 10 ms).</summary>
    public TimeSpan ProcessorTime()
    {
        string server = File.ReadLines(Path.Combine(Data, "postmaster.pid")).First();
        long ticks = 0;
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(path => char.IsDigit(path[6])))
        {
            try
            {
                // Behind the name, which may hold anything.
                string[] fields = File.ReadAllText($"{folder}/stat").Split(") ")[^1].Split(' ');
                if (fields[1] == server || folder[6..] == server)
                {
                    ticks += fields[11..13].Sum(long.Parse);
                }
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }
        return TimeSpan.FromMilliseconds(ticks * 10);
    }

    /// <summary>Makes a cluster and starts its server.</summary>
    /// <param name="settings">Settings of the server, each as `name=value`.</param>
    public static async Task<PostgreSqlPeer> StartAsync(params string[] settings)
    {
        if (!File.Exists($"{Programs}/initdb"))
        {
            throw new PeerException("postgresql-15 is not installed: the tests need it (see CONTRIBUTING.md)");
        }
        string folder = Directory.CreateTempSubdirectory("hermetic-postgres-").FullName;
        PostgreSqlPeer peer = new(folder, LoopbackPorts.Reserve(), settings);
        try
        {
            string passwords = Path.Combine(folder, "password");
            await File.WriteAllTextAsync(passwords, Password);
            if (Environment.IsPrivilegedProcess)
            {
                await RunAsync("chown", ["-R", "postgres:postgres", folder]);
            }
            await RunAsync(
            [
                $"{Programs}/initdb", "-D", peer.Data, "-U", User, $"--pwfile={passwords}", "-A", "scram-sha-256",
                "-E", "UTF8", "--locale=C", "--no-sync",
            ]);
            await peer.StartServerAsync();
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>How to connect to one of its databases.</summary>
    public string ConnectionString(string database) => string.Create(CultureInfo.InvariantCulture,
        $"Host=127.0.0.1;Port={Port};Username={User};Password={Password};Database={database}");

    /// <summary>Makes an empty database; its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        string name = $"test{Interlocked.Increment(ref _databases)}";
        await SqlAsync("postgres", $"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Runs a statement by psql; its rows, a line each, columns parted by `|`.</summary>
    /// <exception cref="PeerException">It failed.</exception>
    public Task<IReadOnlyList<string>> SqlAsync(string database, string statement) => RunAsync("psql",
        [
            "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", User, "-d", database,
            "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement,
        ],
        new Dictionary<string, string> { ["PGPASSWORD"] = Password });

    /// <summary>Kills every process of the server at once (SIGKILL), as a crash would.</summary>
    public async Task KillAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.DisposeAsync();
        }
    }

    /// <summary>Ends the server in good order; open connections are cut.</summary>
    public async Task StopAsync()
    {
        if (_server is { HasExited: false } server)
        {
            server.Signal("INT");
            await server.WaitForExitAsync(s_patience);
        }
        await KillAsync();
    }

    /// <summary>Starts the server on the cluster as it lies there, after it was killed or stopped.</summary>
    public async Task StartServerAsync()
    {
        string[] settings = [.. _settings.SelectMany(setting => new[] { "-c", setting })];
        string[] command =
        [
            .. AsItself($"{Programs}/postgres"), "-D", Data,
            "-p", Port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=", "-c", "max_connections=100", .. settings,
        ];
        _server = PeerProcess.Start(command[0], command[1..], _folder);
        await _server.WaitForOutputAsync(Ready, s_patience);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _port.Dispose();
        Directory.Delete(_folder, true);
    }


    private static string[] AsItself(string program) => Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", program]
        : [program];

    private static Task<IReadOnlyList<string>> RunAsync(string[] command)
    {
        string[] whole = [.. AsItself(command[0]), .. command[1..]];
        return RunAsync(whole[0], whole[1..]);
    }

    private static async Task<IReadOnlyList<string>> RunAsync(string program, string[] arguments,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        await using PeerProcess process = PeerProcess.Start(program, arguments, "/", environment);
        int code = await process.WaitForExitAsync(s_patience);
        return code == 0 ? process.Output : throw new PeerException(process.Describe("failed"));
    }
}
