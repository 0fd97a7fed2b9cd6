// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace Hermetic.TestKit.Peers.Sip;

/// <summary>One call of a <see cref="SipFaxPeer"/>: one request at a time, repeated until answered.</summary>
internal sealed class SipFaxDialog : IDisposable
{
    private static readonly TimeSpan s_repeat = TimeSpan.FromMilliseconds(500);
    private readonly Socket _sip;
    private readonly SipFaxPeerSettings _settings;
    private readonly int _mediaPort;
    private readonly List<string> _dialogue = [];
    private readonly string _tag = Guid.NewGuid().ToString("N")[..8];

    private string _callId = Guid.NewGuid().ToString("N");
    private string _local = "";
    private string _remote = "";
    private string _target = "";
    private IPEndPoint? _peer;
    private int _sequence;
    private int _sdpVersion = 1;
    private bool _wantsImage;
    private PeerSipMessage? _pending;
    private PeerSipMessage? _lastAnswer;
    private TimeSpan _repeatAt;

    public SipFaxDialog(Socket sip, int mediaPort, SipFaxPeerSettings settings)
    {
        _sip = sip;
        _mediaPort = mediaPort;
        _settings = settings;
        _peer = settings.Call;
    }

    public IPEndPoint Address => (IPEndPoint)_sip.LocalEndPoint!;

    /// <summary>Where UDPTL goes, once both sides know.</summary>
    public IPEndPoint? MediaTarget { get; private set; }

    /// <summary>True when a BYE was answered, by either side.</summary>
    public bool IsOver { get; private set; }

    public string Dialogue => string.Join(" | ", _dialogue);

    private bool IsCaller => _settings.Call is not null;

    public void Dispose() => _sip.Dispose();

    /// <summary>Takes in what has come, starts the call if it is ours, repeats what was not answered.</summary>
    public void Advance(TimeSpan now)
    {
        byte[] buffer = new byte[8192];
        while (_sip.Available > 0)
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            int length = _sip.ReceiveFrom(buffer, ref from);
            PeerSipMessage message = PeerSipMessage.Parse(buffer.AsSpan(0, length));
            _dialogue.Add($"< {message.StartLine}");
            if (message.IsResponse)
            {
                OnResponse(message);
            }
            else
            {
                OnRequest(message, (IPEndPoint)from);
            }
        }
        if (IsCaller && _sequence == 0)
        {
            string name = _settings.Name.Length > 0 ? $"\"{_settings.Name}\" " : "";
            _local = $"{name}<sip:{_settings.Number}@{Address}>;tag={_tag}";
            _target = $"sip:{_settings.Dialled}@{_peer}";
            _remote = $"<{_target}>";
            Request("INVITE", now, PeerSdp.Image(_mediaPort, _sdpVersion++));
        }
        if (_wantsImage && _pending is null)
        {
            _wantsImage = false;
            Request("INVITE", now, PeerSdp.Image(_mediaPort, _sdpVersion++));
        }
        if (_pending is not null && now >= _repeatAt)
        {
            _repeatAt = now + s_repeat;
            Send(_pending);
        }
    }

    /// <summary>Sends BYE, once.</summary>
    public void HangUp(TimeSpan now)
    {
        if (_pending is null && !IsOver)
        {
            Request("BYE", now, "");
        }
    }

    private void OnResponse(PeerSipMessage response)
    {
        if (_pending is null || response.Method != _pending.Method || response.Sequence != _sequence)
        {
            AcknowledgeAgain(response);
            return;
        }
        if (response.Status < 200)
        {
            _repeatAt = TimeSpan.MaxValue;
            return;
        }
        string branch = _pending["Via"].Split("branch=")[1].Split(';')[0];
        _pending = null;
        if (response.Method != "INVITE")
        {
            IsOver = response.Method == "BYE";
            return;
        }
        _remote = response["To"];
        _target = response["Contact"].Length > 0 ? response.UriOf("Contact") : _target;
        Acknowledge(response.Status < 300 ? NewBranch() : branch);
        MediaTarget = response.Status == 200 ? PeerSdp.ImageTarget(response.Body) : null;
        IsOver = response.Status >= 300 && MediaTarget is null && IsCaller;
    }

    private void AcknowledgeAgain(PeerSipMessage response)
    {
        if (response is { Method: "INVITE", Status: >= 200 and < 300 })
        {
            Acknowledge(NewBranch());
        }
    }

    private void OnRequest(PeerSipMessage request, IPEndPoint from)
    {
        _peer ??= from;
        switch (request.Method)
        {
            case "INVITE" when _lastAnswer is not null && _lastAnswer["CSeq"] == request["CSeq"]:
                Send(_lastAnswer);
                break;
            case "INVITE":
                OnInvite(request);
                break;
            case "BYE":
                Answer(request, "200 OK", "");
                IsOver = true;
                break;
            case "OPTIONS" or "UPDATE" or "INFO":
                Answer(request, "200 OK", "");
                break;
            case "ACK":
                _wantsImage = MediaTarget is null && _settings.AnswerAudioFirst;
                break;
        }
    }

    private void OnInvite(PeerSipMessage invite)
    {
        _callId = invite["Call-ID"];
        _remote = invite["From"];
        _target = invite.UriOf("Contact");
        _local = invite["To"].Contains("tag=", StringComparison.Ordinal) ? invite["To"] : $"{invite["To"]};tag={_tag}";
        if (PeerSdp.OffersImage(invite.Body))
        {
            MediaTarget = PeerSdp.ImageTarget(invite.Body);
            _lastAnswer = Answer(invite, "200 OK", PeerSdp.Image(_mediaPort, _sdpVersion++));
        }
        else if (_settings.AnswerAudioFirst)
        {
            _lastAnswer = Answer(invite, "200 OK", PeerSdp.Audio(_mediaPort, _sdpVersion++));
        }
        else
        {
            _lastAnswer = Answer(invite, "488 Not Acceptable Here", "");
        }
    }

    private void Request(string method, TimeSpan now, string body)
    {
        _sequence++;
        _pending = Build(method, NewBranch(), body);
        _repeatAt = now + s_repeat;
        Send(_pending);
    }

    private void Acknowledge(string branch) => Send(Build("ACK", branch, ""));

    private static string NewBranch() => $"z9hG4bK{Guid.NewGuid():N}";

    private PeerSipMessage Build(string method, string branch, string body) => new($"{method} {_target} SIP/2.0",
    [
        ("Via", $"SIP/2.0/UDP {Address};branch={branch};rport"),
        ("Max-Forwards", "70"),
        ("From", _local),
        ("To", _remote),
        ("Call-ID", _callId),
        ("CSeq", $"{_sequence} {method}"),
        ("Contact", $"<sip:peer@{Address}>"),
        .. body.Length > 0 ? [("Content-Type", "application/sdp")] : Array.Empty<(string, string)>(),
    ], body);

    private PeerSipMessage Answer(PeerSipMessage request, string status, string body)
    {
        PeerSipMessage answer = new($"SIP/2.0 {status}",
        [
            .. request.All("Via").Select(via => ("Via", via)),
            .. request.All("Record-Route").Select(route => ("Record-Route", route)),
            ("From", request["From"]),
            ("To", _local.Length > 0 ? _local : request["To"]),
            ("Call-ID", request["Call-ID"]),
            ("CSeq", request["CSeq"]),
            ("Contact", $"<sip:peer@{Address}>"),
            .. body.Length > 0 ? [("Content-Type", "application/sdp")] : Array.Empty<(string, string)>(),
        ], body);
        Send(answer);
        return answer;
    }

    private void Send(PeerSipMessage message)
    {
        _dialogue.Add($"> {message.StartLine}");
        _sip.SendTo(message.ToBytes(), _peer!);
    }
}
