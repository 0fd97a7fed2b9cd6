// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Protocol.Sip;

/// <summary>
/// A SIP user agent without sockets or clock: transactions, dialogs, digest, session timers and the rules of §8.2 glued
/// into calls. The host feeds it messages and time, and gives it a transport to send by.
/// </summary>
/// <remarks>Single-threaded: no two calls at once. Every method takes the time since the host's start. Unknown sources
/// are the host's to drop before they come here.</remarks>
public sealed class SipUserAgent
{
    private readonly ISipTransportLayer _transport;
    private readonly ISipUserAgentEvents _events;
    private readonly SipTransactions _transactions;
    private readonly SipDeadlines _deadlines;

    // By Call-ID and our tag.
    private readonly Dictionary<(string CallId, string LocalTag), SipCall> _calls = [];

    /// <summary>A user agent over <paramref name="transport"/>.</summary>
    public SipUserAgent(
        SipUserAgentSettings settings, ISipRandom random, ISipTransportLayer transport, ISipUserAgentEvents events)
    {
        (Settings, Random, _transport, _events) = (settings, random, transport, events);
        _transactions = new SipTransactions(
            transport, settings.Timers, settings.ServerTransactionsMax, new Inbound(this));
        _deadlines = new SipDeadlines(static _ => { });
    }

    /// <summary>As given.</summary>
    public SipUserAgentSettings Settings { get; }

    /// <summary>Calls alive, and those that still await the end of their last exchange.</summary>
    public int CallCount => _calls.Count;

    /// <summary>Transactions alive.</summary>
    public int TransactionCount => _transactions.Count;

    /// <summary>When <see cref="Advance"/> wants to be called next.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            TimeSpan? calls = _deadlines.Next, transactions = _transactions.NextDeadline;
            return calls is null || transactions < calls ? transactions : calls;
        }
    }

    internal ISipRandom Random { get; }

    /// <summary>A message from the wire.</summary>
    public void Receive(TimeSpan now, SipMessage message, SipFlow source)
    {
        if (message is SipRequest request)
        {
            request.NoteSource(source.Address, source.Port);
        }

        _transactions.Receive(now, message, source);
    }

    /// <summary>A malformed message: it is answered with its fault's status if the parser left it answerable, without
    /// state (RFC 3261 §8.2.7), else dropped.</summary>
    public void ReceiveMalformed(TimeSpan now, SipMessage? message, SipParseError error, SipFlow source)
    {
        if (message is SipRequest { Method: not SipMethods.Ack } request)
        {
            request.NoteSource(source.Address, source.Port);
            SipResponse response = SipResponse.For(request, error.Status, error.Reason, Random.Tag());
            _transport.Send(now, response, source.ForResponse(request));
        }
    }

    /// <summary>Sending on that flow failed, or its connection was lost.</summary>
    public void TransportFailed(TimeSpan now, SipFlow flow) => _transactions.TransportFailed(now, flow);

    /// <summary>Does what is due.</summary>
    public void Advance(TimeSpan now)
    {
        _transactions.Advance(now);
        _deadlines.Advance(now);
    }

    /// <summary>Makes a call.</summary>
    public SipCall Invite(TimeSpan now, SipCallRequest request, ISipCallEvents events)
    {
        SipCall call = new(this, request, events);
        _calls.Add((call.CallId, call.LocalTag), call);
        call.StartInvite(now);
        Touch(call);
        return call;
    }

    /// <summary>Asks a peer for its abilities: the keep-alive of a trunk. The callback gets the final response; 408 or
    /// 503 if there was none.</summary>
    public void SendOptions(
        TimeSpan now, SipUri target, SipAddress from, SipFlow flow, SipCredentials? credentials,
        Action<TimeSpan, SipResponse> completed)
    {
        SipAddress tagged = from.WithTag(Random.Tag());
        SipRequest request = CreateOutside(SipMethods.Options, target, tagged, new SipAddress(target));
        request.Headers.Add(SipHeaderNames.Accept, SipBodies.SdpType);
        request.Headers.Add(SipHeaderNames.Contact, ContactFor(flow, from.Uri.User));
        uint number = 1;
        SipAuthenticator authenticator = new(credentials, Random);
        SipExchange exchange = new(this, request, flow, authenticator, () => ++number, Responded);
        exchange.Start(now);

        void Responded(TimeSpan at, SipExchange which, SipResponse response)
        {
            if (which.IsOver)
            {
                completed(at, response);
            }
        }
    }

    /// <summary>Begins a registration that refreshes itself until it is ended.</summary>
    public SipRegistration Register(TimeSpan now, SipRegistrationRequest request, ISipRegistrationEvents events)
    {
        SipRegistration registration = new(this, request, events);
        registration.Start(now);
        return registration;
    }

    internal void Touch(ISipTimed item)
    {
        bool gone = item is SipCall call && !_calls.ContainsKey((call.CallId, call.LocalTag));
        if (!gone)
        {
            _deadlines.Touch(item);
        }
    }

    internal SipClientTransaction Begin(TimeSpan now, SipRequest request, SipFlow flow, ISipClientUser user) =>
        _transactions.Begin(now, request, flow, user);

    internal void Abandon(SipClientTransaction transaction) => _transactions.Abandon(transaction);

    internal void Respond(TimeSpan now, SipServerTransaction transaction, SipResponse response)
    {
        response.Headers.Set(SipHeaderNames.Server, Settings.Product);
        _transactions.Respond(now, transaction, response);
    }

    /// <summary>Refuses or accepts without a body.</summary>
    internal void Respond(TimeSpan now, SipServerTransaction transaction, int status, string? localTag = null) =>
        Respond(now, transaction, SipResponse.For(transaction.Request, status, null, localTag ?? Random.Tag()));

    internal void SendDirectly(TimeSpan now, SipRequest ack, SipFlow flow)
    {
        AddVia(ack, flow);
        _transport.Send(now, ack, flow);
    }

    internal SipFlow Route(SipUri nextHop, SipFlow flow) => _transport.Route(nextHop, flow);

    internal void AddVia(SipRequest request, SipFlow flow)
    {
        SipUri local = _transport.LocalUri(flow);
        if (!SipParameters.TryParse($";branch={Random.Branch()};rport", inUri: false, out SipParameters parameters))
        {
            throw new InvalidOperationException("A branch of our own is always well formed.");
        }

        SipVia via = new(flow.ViaName, local.Host, local.Port) { Parameters = parameters };
        request.Headers.Prepend(SipHeaderNames.Via, via.ToString());
    }

    internal string ContactFor(SipFlow flow, string? user)
    {
        SipUri local = _transport.LocalUri(flow);
        return new SipAddress(user is null ? local : local with { User = user }).ToString();
    }

    /// <summary>A request outside any dialog (§8.1.1), CSeq 1, without Via.</summary>
    internal SipRequest CreateOutside(string method, SipUri target, SipAddress from, SipAddress to)
    {
        SipRequest request = new(method, target with { Headers = null });
        request.Headers.Add(SipHeaderNames.MaxForwards, "70");
        request.Headers.Add(SipHeaderNames.From, from.ToString());
        request.Headers.Add(SipHeaderNames.To, to.ToString());
        request.Headers.Add(SipHeaderNames.CallId, Random.CallId());
        request.Headers.Add(SipHeaderNames.CSeq, string.Create(CultureInfo.InvariantCulture, $"1 {method}"));
        request.Headers.Add(SipHeaderNames.UserAgent, Settings.Product);
        return request;
    }

    internal void Forget(SipCall call)
    {
        _calls.Remove((call.CallId, call.LocalTag));
        _deadlines.Drop(call);
    }

    /// <summary>What the transaction layer hands up.</summary>
    private sealed class Inbound(SipUserAgent agent) : ISipTransactionUser
    {
        public void OnRequest(TimeSpan now, SipServerTransaction transaction)
        {
            SipRequest request = transaction.Request;
            if (request.Method == SipMethods.Cancel)
            {
                agent.Cancel(now, transaction);
            }
            else if (request.To?.Tag is string tag)
            {
                agent.WithinDialog(now, transaction, tag);
            }
            else
            {
                agent.OutsideDialog(now, transaction);
            }
        }

        public void OnAck(TimeSpan now, SipRequest ack, SipFlow source)
        {
            if (ack.To?.Tag is string tag && agent._calls.TryGetValue((ack.CallId, tag), out SipCall? call))
            {
                call.ReceiveAck(now, ack);
                agent.Touch(call);
            }
        }

        public void OnStrayResponse(TimeSpan now, SipResponse response, SipFlow source)
        {
            if (response.From?.Tag is string tag && agent._calls.TryGetValue((response.CallId, tag), out SipCall? call))
            {
                call.ReceiveStraySuccess(now, response);
            }
        }
    }

    // §9.2: the CANCEL itself is answered 200, by the tag that answers the INVITE it means; the INVITE is answered 487
    // unless that was done before.
    private void Cancel(TimeSpan now, SipServerTransaction transaction)
    {
        SipServerTransaction? invite = _transactions.Cancelled(transaction.Request);
        SipCall? call = invite is null ? null : _calls.Values.FirstOrDefault(one => one.IsAnswering(invite));
        Respond(now, transaction, invite is null ? 481 : 200, call?.LocalTag);
        if (call is not null)
        {
            SipReason? reason = SipCall.ReasonOf(transaction.Request);
            call.ReceiveCancel(now, invite!, reason);
            Touch(call);
        }
    }

    private void WithinDialog(TimeSpan now, SipServerTransaction transaction, string tag)
    {
        SipRequest request = transaction.Request;
        if (!_calls.TryGetValue((request.CallId, tag), out SipCall? call))
        {
            // §12.2.2: a dialog that is gone, or never was.
            Respond(now, transaction, 481);
            return;
        }

        int refused = SipRequestRules.Check(request, out SipHeader? why);
        if (refused != 0)
        {
            Refuse(now, transaction, refused, why);
        }
        else
        {
            call.Receive(now, transaction);
        }

        Touch(call);
    }

    private void OutsideDialog(TimeSpan now, SipServerTransaction transaction)
    {
        SipRequest request = transaction.Request;
        int refused = SipRequestRules.Check(request, out SipHeader? why);
        if (refused == 0)
        {
            refused = SipRequestRules.CheckOutside(request, out why);
        }

        if (refused != 0)
        {
            Refuse(now, transaction, refused, why);
        }
        else if (request.Method == SipMethods.Options)
        {
            SipResponse response = SipResponse.For(request, 200, null, Random.Tag());
            AddAbilities(response);
            Respond(now, transaction, response);
        }
        else if (_calls.Count >= Settings.CallsMax)
        {
            Refuse(now, transaction, 503, new SipHeader(SipHeaderNames.RetryAfter, "10"));
        }
        else
        {
            Accept(now, transaction);
        }
    }

    private void Accept(TimeSpan now, SipServerTransaction transaction)
    {
        SipCall call = new(this, transaction);
        _calls.Add((call.CallId, call.LocalTag), call);
        int refused = call.CheckInvite(out SipHeader? why);
        if (refused != 0)
        {
            Forget(call);
            Refuse(now, transaction, refused, why);
            return;
        }

        _events.OnIncomingCall(now, call);
        Touch(call);
    }

    internal void Refuse(TimeSpan now, SipServerTransaction transaction, int status, SipHeader? why, string? tag = null)
    {
        SipResponse response = SipResponse.For(transaction.Request, status, null, tag ?? Random.Tag());
        if (why is { } header)
        {
            response.Headers.Add(header.Name, header.Value);
        }

        Respond(now, transaction, response);
    }

    internal void AddAbilities(SipMessage message)
    {
        message.Headers.Set(SipHeaderNames.Allow, SipMethods.Allowed);
        message.Headers.Set(SipHeaderNames.Supported, Settings.SessionExpires is null ? "100rel" : "100rel, timer");
        if (message is SipResponse && message.CSeq.Method == SipMethods.Options)
        {
            message.Headers.Set(SipHeaderNames.Accept, SipBodies.SdpType);
        }
    }
}
