// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Sip;

/// <summary>What the transaction layer hands up.</summary>
internal interface ISipTransactionUser
{
    /// <summary>A request that began a transaction.</summary>
    void OnRequest(TimeSpan now, SipServerTransaction transaction);

    /// <summary>An ACK that belongs to no refusal: that of a 2xx.</summary>
    void OnAck(TimeSpan now, SipRequest ack, SipFlow source);

    /// <summary>A 2xx to an INVITE whose transaction is gone (§13.2.2.4 asks that it be acknowledged).</summary>
    void OnStrayResponse(TimeSpan now, SipResponse response, SipFlow source);
}

/// <summary>All transactions of one user agent: matching (RFC 3261 §17.1.3, §17.2.3), merged requests (§8.2.2.2),
/// deadlines.</summary>
internal sealed class SipTransactions
{
    private readonly ISipTransportLayer _transport;
    private readonly SipTimers _timers;
    private readonly ISipTransactionUser _user;
    private readonly int _serverMax;
    private readonly Dictionary<string, SipClientTransaction> _clients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SipServerTransaction> _servers = new(StringComparer.Ordinal);

    // From tag, Call-ID and CSeq of requests outside dialogs → the key of the transaction that came first.
    private readonly Dictionary<string, string> _merging = new(StringComparer.Ordinal);
    private readonly SipDeadlines _deadlines;

    /// <param name="transport">Below.</param>
    /// <param name="timers">Of every transaction.</param>
    /// <param name="serverMax">Server transactions that may live at once.</param>
    /// <param name="user">Above.</param>
    public SipTransactions(ISipTransportLayer transport, SipTimers timers, int serverMax, ISipTransactionUser user)
    {
        (_transport, _timers, _serverMax, _user) = (transport, timers, serverMax, user);
        _deadlines = new SipDeadlines(Forget);
    }

    /// <summary>How many are alive.</summary>
    public int Count => _clients.Count + _servers.Count;

    /// <summary>The earliest deadline.</summary>
    public TimeSpan? NextDeadline => _deadlines.Next;

    /// <summary>Runs what is due, and forgets what has ended.</summary>
    public void Advance(TimeSpan now) => _deadlines.Advance(now);

    /// <summary>Sends a request in a transaction of its own.</summary>
    public SipClientTransaction Begin(TimeSpan now, SipRequest request, SipFlow flow, ISipClientUser clientUser)
    {
        SipClientTransaction transaction = new(now, request, flow, _transport, _timers, clientUser);
        _clients[transaction.Key] = transaction;
        _deadlines.Touch(transaction);
        return transaction;
    }

    /// <summary>Ends a client transaction for which nobody waits.</summary>
    public void Abandon(SipClientTransaction transaction)
    {
        transaction.Abandon();
        _clients.Remove(transaction.Key);
        _deadlines.Drop(transaction);
    }

    /// <summary>The INVITE that a CANCEL means (§9.2), or null.</summary>
    public SipServerTransaction? Cancelled(SipRequest cancel) =>
        _servers.GetValueOrDefault(SipServerTransaction.KeyOf(cancel, SipMethods.Invite));

    /// <summary>Answers, and sees to the deadlines.</summary>
    public void Respond(TimeSpan now, SipServerTransaction transaction, SipResponse response)
    {
        transaction.Respond(now, response);
        _deadlines.Touch(transaction);
    }

    public void Receive(TimeSpan now, SipMessage message, SipFlow source)
    {
        switch (message)
        {
            case SipResponse response:
                ReceiveResponse(now, response, source);
                break;
            case SipRequest request:
                ReceiveRequest(now, request, source);
                break;
            default:
                break;
        }
    }

    /// <summary>Ends every client transaction on that flow.</summary>
    public void TransportFailed(TimeSpan now, SipFlow flow)
    {
        foreach (SipClientTransaction transaction in _clients.Values.Where(client => client.Flow == flow).ToArray())
        {
            transaction.TransportFailed(now);
            Abandon(transaction);
        }
    }

    private void ReceiveResponse(TimeSpan now, SipResponse response, SipFlow source)
    {
        if (_clients.TryGetValue(SipClientTransaction.KeyOf(response), out SipClientTransaction? transaction))
        {
            transaction.Receive(now, response);
            _deadlines.Touch(transaction);
        }
        else if (response.IsSuccess && response.CSeq.Method == SipMethods.Invite)
        {
            _user.OnStrayResponse(now, response, source);
        }
    }

    private void ReceiveRequest(TimeSpan now, SipRequest request, SipFlow source)
    {
        string key = SipServerTransaction.KeyOf(request);
        if (_servers.TryGetValue(key, out SipServerTransaction? known)
            && !(request.Method == SipMethods.Ack && known.State == SipServerState.Accepted))
        {
            known.Receive(now, request);
            _deadlines.Touch(known);
            return;
        }

        if (request.Method == SipMethods.Ack)
        {
            _user.OnAck(now, request, source);
            return;
        }

        // A full table answers without state: 503 (§21.5.4), so that a flood costs no memory.
        if (_servers.Count >= _serverMax)
        {
            _transport.Send(now, SipResponse.For(request, 503), source.ForResponse(request));
            return;
        }

        SipServerTransaction transaction = new(now, request, source, _transport, _timers);
        bool outside = request.To?.Tag is null && request.Method != SipMethods.Cancel;
        bool merged = outside && !_merging.TryAdd(MergeKey(request), key);
        _servers[key] = transaction;
        _deadlines.Touch(transaction);
        if (merged)
        {
            Respond(now, transaction, SipResponse.For(request, 482, "Merged Request", "merged"));
            return;
        }

        _user.OnRequest(now, transaction);
    }

    private void Forget(ISipTimed ended)
    {
        switch (ended)
        {
            case SipClientTransaction { State: SipClientState.Terminated } client:
                _clients.Remove(client.Key);
                break;
            case SipServerTransaction { State: SipServerState.Terminated } server:
                _servers.Remove(server.Key);
                string merge = MergeKey(server.Request);
                if (_merging.TryGetValue(merge, out string? key) && key == server.Key)
                {
                    _merging.Remove(merge);
                }

                break;
            default:
                break;
        }
    }

    private static string MergeKey(SipRequest request) => $"{request.From?.Tag} {request.CallId} {request.CSeq}";
}
