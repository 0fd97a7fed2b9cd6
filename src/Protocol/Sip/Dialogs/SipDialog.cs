// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Sip;

/// <summary>A dialog (RFC 3261 §12): who, on which Call-ID and tags, by which route, at which CSeq. Builds the
/// requests sent within it and checks those received. The Via is added by whoever sends.</summary>
public sealed class SipDialog
{
    private readonly IReadOnlyList<SipAddress> _routeSet;
    private uint _localNumber;
    private uint? _remoteNumber;

    private SipDialog(SipMessage basis, SipAddress local, SipAddress remote, IReadOnlyList<SipAddress> routeSet)
    {
        CallId = basis.CallId;
        Local = local;
        Remote = remote;
        _routeSet = routeSet;
        RemoteTarget = basis.Contact?.Uri ?? remote.Uri;
    }

    /// <summary>The Call-ID.</summary>
    public string CallId { get; }

    /// <summary>Our From or To, with our tag.</summary>
    public SipAddress Local { get; }

    /// <summary>The peer's From or To, with its tag (which RFC 2543 peers may leave out).</summary>
    public SipAddress Remote { get; private init; }

    /// <summary>The peer's Contact: what requests are addressed to (§12.2.1.1), refreshed by INVITE and UPDATE
    /// (§12.2).</summary>
    public SipUri RemoteTarget { get; private set; }

    /// <summary>False while only a provisional response made it (§12.1.2).</summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>CSeq number of the last request that we sent.</summary>
    public uint LocalNumber => _localNumber;

    /// <summary>What the next request goes to: the first of the route set, or the remote target.</summary>
    public SipUri NextHop => _routeSet.Count > 0 ? _routeSet[0].Uri : RemoteTarget;

    /// <summary>The caller's side, from its INVITE and a response with a To tag (§12.1.2).</summary>
    public static SipDialog ForCaller(SipRequest invite, SipResponse response)
    {
        SipAddress[] routes = [.. response.Addresses(SipHeaderNames.RecordRoute)];
        Array.Reverse(routes);
        SipDialog dialog = new(response, invite.From!, response.To!, routes)
        {
            _localNumber = invite.CSeq.Number,
            IsConfirmed = response.IsSuccess,
        };
        if (response.Contact is null)
        {
            dialog.RemoteTarget = invite.RequestUri;
        }

        return dialog;
    }

    /// <summary>The called side, from the INVITE and the tag that our responses carry (§12.1.1).</summary>
    public static SipDialog ForCalled(SipRequest invite, string localTag, uint firstNumber) =>
        new(invite, invite.To!.WithTag(localTag), invite.From!, invite.Addresses(SipHeaderNames.RecordRoute))
        {
            _localNumber = firstNumber,
            _remoteNumber = invite.CSeq.Number,
        };

    /// <summary>A final 2xx was sent or received.</summary>
    public void Confirm() => IsConfirmed = true;

    /// <summary>A request of ours with the next CSeq (§12.2.1.1), without Via, Contact and body.</summary>
    public SipRequest CreateRequest(string method)
    {
        _localNumber++;
        return Build(method, _localNumber);
    }

    /// <summary>The ACK of a 2xx (§13.2.2.4): the CSeq number of its INVITE.</summary>
    public SipRequest CreateAck(uint inviteNumber) => Build(SipMethods.Ack, inviteNumber);

    /// <summary>The CSeq goes on from a request that was sent outside this object, such as a retry with
    /// credentials.</summary>
    public void NoteSent(uint number) => _localNumber = Math.Max(_localNumber, number);

    /// <summary>Checks a request of the peer's: 0 if in order, else the status that refuses it. §12.2.2: a lower CSeq
    /// number than before is out of order (500). ACK and CANCEL carry their INVITE's and are not counted.</summary>
    public int Check(SipRequest request)
    {
        if (request.CallId != CallId || request.To?.Tag != Local.Tag || request.From?.Tag != Remote.Tag)
        {
            return 481;
        }

        if (request.Method is SipMethods.Ack or SipMethods.Cancel)
        {
            return 0;
        }

        if (_remoteNumber is { } last && request.CSeq.Number <= last)
        {
            return 500;
        }

        _remoteNumber = request.CSeq.Number;
        return 0;
    }

    /// <summary>Takes over the peer's new Contact from an INVITE or UPDATE, or from the 2xx to one of ours
    /// (§12.2.1.2).</summary>
    public void RefreshTarget(SipMessage message)
    {
        if (message.Contact is { } contact)
        {
            RemoteTarget = contact.Uri;
        }
    }

    private SipRequest Build(string method, uint number)
    {
        // §12.2.1.1: a first route without lr is a strict router: it becomes the Request-URI, the target goes last.
        bool strict = _routeSet.Count > 0 && !_routeSet[0].Uri.Parameters.Contains("lr");
        SipRequest request = new(method, strict ? _routeSet[0].Uri with { Headers = null } : RemoteTarget);
        foreach (SipAddress route in strict ? [.. _routeSet.Skip(1), new SipAddress(RemoteTarget)] : _routeSet)
        {
            request.Headers.Add(SipHeaderNames.Route, route.ToString());
        }

        request.Headers.Add(SipHeaderNames.MaxForwards, "70");
        request.Headers.Add(SipHeaderNames.From, Local.ToString());
        request.Headers.Add(SipHeaderNames.To, Remote.ToString());
        request.Headers.Add(SipHeaderNames.CallId, CallId);
        request.Headers.Add(SipHeaderNames.CSeq, new SipCSeq(number, method).ToString());
        return request;
    }
}
