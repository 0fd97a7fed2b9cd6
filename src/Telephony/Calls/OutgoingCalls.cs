// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using Hermetic.Protocol.Sip;

namespace Hermetic.Telephony.Calls;

/// <summary>Places calls: finds the way, then hands over to the loop.</summary>
internal sealed class OutgoingCalls(Line line)
{
    private readonly ConcurrentDictionary<Task, bool> _pending = new();

    public Task<CallReport> SendAsync(OutgoingFax fax, CancellationToken cancellation)
    {
        Task<CallReport> task = SendCoreAsync(fax, cancellation);
        _pending[task] = true;
        _ = task.ContinueWith((done, set) => ((ConcurrentDictionary<Task, bool>)set!).TryRemove(done, out bool _),
            _pending, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }

    /// <summary>Runs <paramref name="goodbye"/> and waits for the reports of what it ended, at most for
    /// <paramref name="limit"/>.</summary>
    public async Task DrainAsync(Task goodbye, TimeSpan limit)
    {
        await goodbye.ConfigureAwait(false);
        Task all = Task.WhenAll(_pending.Keys);
        await Task.WhenAny(all, Task.Delay(limit, line.Time)).ConfigureAwait(false);
    }

    private async Task<CallReport> SendCoreAsync(OutgoingFax fax, CancellationToken cancellation)
    {
        DateTimeOffset startedAt = line.Time.GetUtcNow();
        TrunkLink? trunk = line.TrunkNamed(fax.Trunk);
        if (trunk is null)
        {
            return Failed(fax, startedAt, new(CallOutcome.Fault, "there is no trunk of that name", "our own settings"));
        }

        if (TargetOf(fax, trunk) is not { } target)
        {
            return Failed(fax, startedAt,
                new(CallOutcome.NoSuchNumber, "the destination is neither a SIP URI nor a number of a trunk",
                    "RFC 3261 §19.1"));
        }

        SipFlow? flow = trunk.Flow ?? await FindFlowAsync(target, trunk.Settings, cancellation).ConfigureAwait(false);
        if (flow is null)
        {
            return Failed(fax, startedAt,
                new(CallOutcome.Unreachable, "the destination's host has no address that is known", "RFC 3263 §4"));
        }

        TaskCompletionSource<CallReport> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FaxCallHandle handle = new(line.Loop.Post, () => line.Loop.IsCurrent);
        CallPlan plan = PlanOf(fax, trunk, target, done);
        bool posted = line.Loop.Post(() => Place(plan, trunk, handle, fax, target, flow.Value, done));
        ObjectDisposedException.ThrowIf(!posted, typeof(FaxEndpoint));

        using CancellationTokenRegistration registration = cancellation.Register(handle.Abort);
        return await done.Task.ConfigureAwait(false);
    }

    private void Place(CallPlan plan, TrunkLink trunk, FaxCallHandle handle, OutgoingFax fax, SipUri target,
        SipFlow flow,
        TaskCompletionSource<CallReport> done)
    {
        try
        {
            FaxCall call = new(line, plan, handle, line.Loop.Now);
            if (!line.TryAdd(call, trunk))
            {
                done.SetResult(Failed(fax, line.Time.GetUtcNow(),
                    new(CallOutcome.RefusedByUs, "all lines of the trunk are taken",
                        "our limit: CallLimits.CallsMax")));
                return;
            }

            fax.OnPlaced?.Invoke(handle);
            call.Place(line.Loop.Now, new SipCallRequest(target, FromOf(fax, trunk, flow), flow)
            {
                Credentials = trunk.Settings.Credentials,
            });
        }
#pragma warning disable CA1031 // It belongs to the one who asked for the call.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            done.TrySetException(failure);
        }
    }

    // A trunk's own host needs no look-up; a URI's does.
    private async Task<SipFlow?> FindFlowAsync(SipUri target, TrunkSettings trunk, CancellationToken cancellation)
    {
        SipTransport transport = trunk.Host.Length > 0 ? (SipTransport)trunk.Transport
            : target.IsSecure ? SipTransport.Tls
            : target.Transport switch
            {
                "tcp" => SipTransport.Tcp,
                "tls" => SipTransport.Tls,
                _ => SipTransport.Udp,
            };
        IReadOnlyList<IPAddress> addresses = await line.ResolveAsync(target.Host, cancellation).ConfigureAwait(false);
        int port = target.Port != 0 ? target.Port : transport == SipTransport.Tls ? 5061 : 5060;
        return addresses.Count == 0 ? null : new SipFlow(transport, addresses[0].ToString(), port);
    }

    private static SipUri? TargetOf(OutgoingFax fax, TrunkLink trunk)
    {
        bool isUri = fax.To.StartsWith("sip:", StringComparison.OrdinalIgnoreCase)
            || fax.To.StartsWith("sips:", StringComparison.OrdinalIgnoreCase);
        if (isUri)
        {
            return SipUri.TryParse(fax.To, out SipUri? uri) ? uri : null;
        }

        return trunk.Settings.Host.Length > 0 && fax.To.Length > 0 ? trunk.TargetFor(fax.To) : null;
    }

    private SipAddress FromOf(OutgoingFax fax, TrunkLink trunk, SipFlow flow)
    {
        if (trunk.Settings.Host.Length > 0)
        {
            return trunk.AddressFor(fax.From);
        }

        SipUri local = line.LocalUri(flow) with { Parameters = SipParameters.None, Port = 0 };
        string user = !string.IsNullOrEmpty(fax.From) ? fax.From
            : trunk.Settings.User.Length > 0 ? trunk.Settings.User : "hermetic";
        return new SipAddress(local with { User = SipUri.EscapeUser(user) });
    }

    private static CallPlan PlanOf(OutgoingFax fax, TrunkLink trunk, SipUri target,
        TaskCompletionSource<CallReport> done) =>
        new()
        {
            IsOutgoing = true,
            Trunk = trunk.Settings,
            T30 = fax.T30,
            LocalNumber = fax.From ?? trunk.Settings.User,
            RemoteNumber = target.UserDecoded ?? "",
            Pages = fax.Pages,
            Sink = fax.Sink,
            T30Observer = fax.T30Observer,
            T38Observer = fax.T38Observer,
            OnProgress = fax.OnProgress,
            OnEnded = report => done.TrySetResult(report),
        };

    private static CallReport Failed(OutgoingFax fax, DateTimeOffset startedAt, CallEnd end) => new()
    {
        Outcome = end.Outcome,
        Reason = end.Reason,
        Clause = end.Clause,
        IsOutgoing = true,
        Trunk = fax.Trunk ?? "direct",
        CallId = "",
        LocalNumber = fax.From ?? "",
        RemoteNumber = fax.To,
        StartedAt = startedAt,
        Duration = TimeSpan.Zero,
    };
}
