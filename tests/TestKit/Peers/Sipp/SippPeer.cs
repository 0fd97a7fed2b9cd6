// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;

namespace Hermetic.TestKit.Peers.Sipp;

/// <summary>One call (or one other exchange) that sipp plays.</summary>
public sealed record SippCall
{
    /// <summary>Path of the scenario.</summary>
    public required string Scenario { get; init; }

    /// <summary>Whom it calls, or null for a scenario that waits to be called.</summary>
    public IPEndPoint? Target { get; init; }

    /// <summary>The loopback address that it has.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>How often the scenario is played.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Its own keywords, `[name]` in the scenario. `[fax_port]` and `[image_port]` are always
    /// there.</summary>
    public IReadOnlyDictionary<string, string> Keys { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// sipp, playing one scenario. A message that the scenario does not expect fails it, so that success means the
/// whole dialogue was as written.
/// </summary>
public sealed class SippPeer : IAsyncDisposable
{
    private readonly LoopbackPorts _ports;
    private readonly string _folder;
    private readonly PeerProcess _process;

    private SippPeer(SippCall call)
    {
        _ports = LoopbackPorts.Reserve(10);
        _folder = Directory.CreateTempSubdirectory("hermetic-sipp-").FullName;
        Address = new IPEndPoint(call.Address, _ports[0]);
        _process = PeerProcess.Start("sipp", Arguments(call), _folder);
    }

    /// <summary>Where it listens for SIP.</summary>
    public IPEndPoint Address { get; }

    /// <summary>The port that its session descriptions name; sipp itself leaves it alone.</summary>
    public int FaxPort => _ports[8];

    /// <summary>One more such port, for scenarios that move T.38 away from the audio.</summary>
    public int ImagePort => _ports[2];

    /// <summary>Every message that it sent or received so far, with sipp's own headings.</summary>
    public string Messages => Log("messages.log");

    public static SippPeer Start(SippCall call) => new(call);

    /// <summary>Waits until the scenario is played to its end.</summary>
    /// <exception cref="PeerException">Something in it was not as written, or the time ran out.</exception>
    public async Task WaitForSuccessAsync(TimeSpan timeout, CancellationToken cancellation = default)
    {
        int code;
        try
        {
            code = await _process.WaitForExitAsync(timeout, cancellation);
        }
        catch (PeerException)
        {
            code = -1;
        }
        if (code != 0)
        {
            throw new PeerException($"sipp's scenario failed ({code})\n{Log("errors.log")}\n{Messages}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _ports.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private IEnumerable<string> Arguments(SippCall call)
    {
        if (call.Target is { } target)
        {
            yield return target.ToString();
        }
        (string Option, string Value)[] options =
        [
            ("-sf", Path.GetFullPath(call.Scenario)),
            ("-i", call.Address.ToString()),
            ("-mi", call.Address.ToString()),
            ("-p", Text(_ports[0])),
            ("-mp", Text(_ports[4])),
            ("-cp", Text(_ports[1])),
            ("-m", Text(call.Count)),
            ("-deadcall_wait", "0"),
            ("-message_file", Path.Combine(_folder, "messages.log")),
            ("-error_file", Path.Combine(_folder, "errors.log")),
        ];
        foreach ((string option, string value) in options)
        {
            yield return option;
            yield return value;
        }
        foreach ((string key, string value) in call.Keys.Append(new("fax_port", Text(FaxPort)))
            .Append(new("image_port", Text(ImagePort))))
        {
            yield return "-key";
            yield return key;
            yield return value;
        }
        yield return "-nostdin";
        yield return "-trace_msg";
        yield return "-trace_err";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private string Log(string name)
    {
        string path = Path.Combine(_folder, name);
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }
}
