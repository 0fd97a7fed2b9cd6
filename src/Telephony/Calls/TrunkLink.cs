// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Protocol.Sip;
using Hermetic.Telephony.Loop;
using Hermetic.Telephony.Sip;

namespace Hermetic.Telephony.Calls;

/// <summary>One trunk's standing: its address, its registration, its OPTIONS. Loop's thread but for the
/// look-up.</summary>
internal sealed class TrunkLink : ISipRegistrationEvents
{
    /// <summary>Our limit: a name that is not found is asked for again after so long.</summary>
    private static readonly TimeSpan ResolveAgain = TimeSpan.FromSeconds(60);

    private readonly Line _line;
    private readonly LoopTimer _timer;
    private SipRegistration? _registration;
    private bool? _isRegistered;
    private bool? _isReachable;

    public TrunkLink(Line line, TrunkSettings settings)
    {
        _line = line;
        Settings = settings;
        _timer = new LoopTimer(OnDue);
    }

    public TrunkSettings Settings { get; }

    /// <summary>Calls alive on it.</summary>
    public int CallCount { get; set; }

    /// <summary>Where requests to it go; null while its name is not resolved.</summary>
    public SipFlow? Flow { get; private set; }

    private string Domain => Settings.Domain.Length > 0 ? Settings.Domain : Settings.Host;

    /// <summary>Who we are there.</summary>
    public SipAddress AddressFor(string? user) => new(new SipUri
    {
        User = SipUri.EscapeUser(
            !string.IsNullOrEmpty(user) ? user : Settings.User.Length > 0 ? Settings.User : "hermetic"),
        Host = Domain,
    });

    /// <summary>The Request-URI of a number there.</summary>
    public SipUri TargetFor(string number) => new()
    {
        User = SipUri.EscapeUser(number),
        Host = Settings.Host,
        Port = Settings.Port,
        Scheme = "sip",
    };

    /// <summary>Looks the host up, then starts registration and keep-alive. Any thread.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        IReadOnlyList<IPAddress> addresses =
            await _line.ResolveAsync(Settings.Host, cancellation).ConfigureAwait(false);
        _line.Gate.AddTrunk(Settings.Name, addresses);
        await _line.Loop.InvokeAsync(() =>
        {
            Begin(_line.Loop.Now, addresses);
            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>Takes the registration back.</summary>
    public void Stop(TimeSpan now)
    {
        _line.Loop.SetTimer(_timer, null);
        if (_isRegistered == true)
        {
            _registration?.End(now);
        }
    }

    void ISipRegistrationEvents.OnRegistration(TimeSpan now, SipRegistration registration, TimeSpan? until, int status)
    {
        _isRegistered = until is not null;
        _isReachable = _isRegistered == true || status is not (408 or 503);
        Tell(status);
    }

    private void Begin(TimeSpan now, IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.Count == 0)
        {
            _isReachable = false;
            Tell(0);
            _line.Loop.SetTimer(_timer, now + ResolveAgain);
            return;
        }

        int port = Settings.Port != 0 ? Settings.Port : Settings.Transport == SipTransportKind.Tls ? 5061 : 5060;
        Flow = new SipFlow((SipTransport)Settings.Transport, addresses[0].ToString(), port);
        if (Settings.Register)
        {
            SipUri registrar = new() { Host = Domain };
            SipRegistrationRequest request = new(registrar, AddressFor(null), Flow.Value)
            {
                Credentials = Settings.Credentials,
                Expires = Settings.RegisterExpiry,
            };
            _registration = _line.Agent.Register(now, request, this);
        }

        if (Settings.OptionsInterval > TimeSpan.Zero)
        {
            _line.Loop.SetTimer(_timer, now);
        }
    }

    private void OnDue(TimeSpan now)
    {
        if (Flow is not { } flow)
        {
            _ = StartAsync(CancellationToken.None);
            return;
        }

        SipUri target = new() { Host = Settings.Host, Port = Settings.Port };
        _line.Agent.SendOptions(now, target, AddressFor(null), flow, Settings.Credentials, (_, response) =>
        {
            // Any answer shows life, but those that the core makes up when none came (408, 503).
            _isReachable = response.StatusCode is not (408 or 503);
            Tell(response.StatusCode);
        });
        _line.Loop.SetTimer(_timer, now + Settings.OptionsInterval);
    }

    private void Tell(int status) =>
        _line.Tell(
            new TrunkStatus(Settings.Name, Settings.Register ? _isRegistered ?? false : null, _isReachable, status));
}
