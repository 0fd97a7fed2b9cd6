// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Cli.Demo.Carrier;
using Hermetic.Server.Configuration;
using Hermetic.Server.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Hermetic.Cli.Demo.House;

/// <summary>Everything of the demo that runs: the server, as `hermetic serve` runs it, its telephone company, and the
/// fax machines outside.</summary>
internal sealed class DemoHouse : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeProvider _time;
    private OutsideMachines? _machines;
    private CarrierRelay? _relay;
    private HermeticServer? _server;
    private DemoInvitations? _invitations;
    private Task _arriving = Task.CompletedTask;
    private bool _isOver;

    private DemoHouse(DemoFolder folder, TimeProvider time)
    {
        (Folder, _time) = (folder, time);
        Papers = new DemoPapers(time);
    }

    public DemoFolder Folder { get; }

    public DemoPapers Papers { get; }

    public OutsideMachines Machines => _machines!;

    public DemoAddress Address { get; private set; } = new(new Uri("https://127.0.0.1/"), "");

    public IReadOnlyList<DemoInvitation> Invitations => _invitations?.Made ?? [];

    /// <summary>The ledger's verifier key, as whoever checks it has it from elsewhere.</summary>
    public string LedgerKey { get; private set; } = "";

    /// <summary>Starts all of it, and ends when the first fax from outside was confirmed.</summary>
    /// <exception cref="DemoException">The machine lacks something.</exception>
    public static async Task<DemoHouse> StartAsync(
        DemoFolder folder, TimeProvider time, ILoggerFactory logs, CancellationToken cancellation)
    {
        DemoHouse house = new(folder, time);
        try
        {
            await house.OpenAsync(logs, cancellation);
            return house;
        }
        catch
        {
            await house.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops all of it; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        await _stopping.CancelAsync();
        await _arriving;
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }

        if (_machines is not null)
        {
            await _machines.DisposeAsync();
        }

        _invitations?.Dispose();
        _stopping.Dispose();
    }

    private async Task OpenAsync(ILoggerFactory logs, CancellationToken cancellation)
    {
        _machines = await OutsideMachines.StartAsync(_time, cancellation);
        _relay = new CarrierRelay(from => from.Equals(_server?.Listening[0].Address), Route);
        Folder.Write(_relay.Address, _time);
        // The file alone: what the environment says of an installation of this machine is none of the demo's.
        ServerSettings settings = ServerSettingsReader.Read(
            new ConfigurationBuilder().AddJsonFile(Folder.Configuration).Build());
        _server = await HermeticServer.StartAsync(settings, _time, logs, cancellation);
        Address = new DemoAddress(new Uri(_server.HttpAddresses[0]), Folder.Pin);
        LedgerKey = _server.LedgerKey;
        _invitations = new DemoInvitations(Address, _time);
        await _invitations.MakeAsync(_server.EnrolmentCode
            ?? throw new DemoException("the server has an operator already"), cancellation);
        DemoArrivals arrivals = new(_machines, Papers, _time);
        _arriving = arrivals.RunAsync(_server.Listening[0].Address, _stopping.Token);
        await arrivals.First.WaitAsync(cancellation);
        await _invitations.LeaveAsync(cancellation);
    }

    private IPEndPoint Route(string number) =>
        DemoPractice.All.Any(practice => practice.Lines.Any(line => line.Number == number))
            ? _server!.Listening[0].Address : _machines!.Address;
}
