// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Sandbox;
using Hermetic.Telephony.Sip;

namespace Hermetic.Server.Features.Doctor;

/// <summary>P4 as a stranger finds it: every socket that the running server has open, asked for what he must not
/// get.</summary>
internal sealed class DoorProbe(ServerSettings settings, string lockFile, TimeProvider time)
{
    private readonly FindingList _found = new("P4");

    /// <summary>Where it serves HTTP, as far as it runs.</summary>
    public IReadOnlyList<IPEndPoint> Http { get; private set; } = [];

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellation)
    {
        IReadOnlyList<int> servers = File.Exists(lockFile) ? OpenSockets.HoldersOf(lockFile) : [];
        if (servers.Count == 0)
        {
            _found.Unknown("no running server of this installation is seen, so no door could be tried",
                "start `hermetic serve`, and run the doctor beside it as the same account");
            return _found.All;
        }

        IReadOnlyList<OpenSocket> sockets = OpenSockets.Of(servers);
        Http = [.. sockets.Where(socket => socket.IsTcp && settings.Http.Listen.Any(told => Fits(told, socket.Address)))
            .Select(socket => socket.Address)];
        LookForSurplus(sockets);
        foreach (IPEndPoint address in Http)
        {
            await new StrangerAtHttp(settings.Http, address, time, _found).TryAsync(cancellation)
                .ConfigureAwait(false);
        }

        foreach (SipListener listener in settings.Line.Sip)
        {
            await new StrangerAtSip(settings.Line, _found).TryAsync(listener, cancellation).ConfigureAwait(false);
        }

        return _found.All;
    }

    private void LookForSurplus(IReadOnlyList<OpenSocket> sockets)
    {
        OpenSocket[] surplus = [.. sockets.Where(socket => !IsExpected(socket))];
        foreach (OpenSocket socket in surplus)
        {
            _found.Broken($"the server has {(socket.IsTcp ? "TCP" : "UDP")} {socket.Address} open, which the "
                + "configuration does not name", "stop the server and find out what opened it");
        }

        if (sockets.Count == 0)
        {
            _found.Unknown("the running server has no socket open yet", "wait until it says that it is ready");
        }
        else if (surplus.Length == 0)
        {
            _found.Holds($"the {sockets.Count} sockets that the server has open are those of the configuration");
        }
    }

    private bool IsExpected(OpenSocket socket)
    {
        bool isSip = settings.Line.Sip.Any(listener => Fits(listener.Address, socket.Address)
            && listener.Kind != SipTransportKind.Udp == socket.IsTcp);
        bool isMedia = !socket.IsTcp && socket.Address.Port >= settings.Line.MediaPorts.First
            && socket.Address.Port <= settings.Line.MediaPorts.Last;
        bool isSandbox = !socket.IsTcp && socket.Address.Address.Equals(SandboxNetwork.Address)
            && SandboxNetwork.IsWanted(settings);
        return isSip || isMedia || isSandbox || Http.Contains(socket.Address);
    }

    // Port 0 in a configuration is any.
    private static bool Fits(IPEndPoint told, IPEndPoint open) =>
        told.Address.Equals(open.Address) && (told.Port == 0 || told.Port == open.Port);
}
