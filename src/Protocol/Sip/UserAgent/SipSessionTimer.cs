// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Protocol.Sip;

/// <summary>Session-Expires: seconds and who refreshes (RFC 4028 §4).</summary>
/// <param name="Seconds">The interval.</param>
/// <param name="Refresher">uac, uas, or null when not told.</param>
public readonly record struct SipSessionExpires(uint Seconds, string? Refresher)
{
    /// <summary>Parses `1800;refresher=uac`.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipSessionExpires value)
    {
        value = default;
        text = SipGrammar.Trim(text);
        int semicolon = text.IndexOf(';');
        ReadOnlySpan<char> number = SipGrammar.Trim(semicolon < 0 ? text : text[..semicolon]);
        if (!SipGrammar.TryNumber(number, out uint seconds)
            || !SipParameters.TryParseAt(text, semicolon, inUri: false, out SipParameters parameters))
        {
            return false;
        }

        string? refresher = parameters["refresher"]?.ToLowerInvariant();
        value = new SipSessionExpires(seconds, refresher is "uac" or "uas" ? refresher : null);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Refresher is null
        ? Seconds.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Seconds};refresher={Refresher}");
}

/// <summary>One dialog's session timer (RFC 4028): who refreshes, when, and when the session is dead.</summary>
public sealed class SipSessionTimer
{
    /// <summary>Our limit, as far as a peer's interval is believed: beyond it nothing is gained. A day.</summary>
    private const uint SecondsMax = 86_400;

    // What we refuse to go below, and what we ask for: raised by a 422.
    private readonly TimeSpan _ours;
    private TimeSpan? _interval;
    private bool _raised;

    /// <param name="wanted">Session-Expires to ask for; null for none.</param>
    /// <param name="minimum">Our Min-SE.</param>
    public SipSessionTimer(TimeSpan? wanted, TimeSpan minimum) => (_interval, _ours) = (wanted, minimum);

    /// <summary>When we have to refresh: half the interval (§7.2). Null when the peer refreshes, or nobody.</summary>
    public TimeSpan? RefreshAt { get; private set; }

    /// <summary>When the session is given up: at the interval's end if we refresh, else the lesser of 32 s and a third
    /// of it before its end (§10).</summary>
    public TimeSpan? ExpiresAt { get; private set; }

    /// <summary>True when the timer runs and it is on us to refresh.</summary>
    public bool WeRefresh { get; private set; }

    /// <summary>Puts Supported, Session-Expires and Min-SE on an INVITE or UPDATE of ours (§7.1, §7.4).</summary>
    public void Ask(SipRequest request)
    {
        if (_interval is not { } interval)
        {
            return;
        }

        // §7.4: in a refresh the roles stay: the refresher is whoever was it, named as the role in this request.
        string? refresher = ExpiresAt is null ? null : WeRefresh ? "uac" : "uas";
        SipSessionExpires asked = new((uint)interval.TotalSeconds, refresher);
        request.Headers.Set(SipHeaderNames.SessionExpires, asked.ToString());
        if (_raised)
        {
            request.Headers.Set(SipHeaderNames.MinSE, Text(interval));
        }
    }

    /// <summary>A 422 came: true if its Min-SE makes another try worth while (§7.1, §7.3).</summary>
    public bool Raise(SipResponse response)
    {
        if (!response.Headers.TryGetNumber(SipHeaderNames.MinSE, out uint seconds) || seconds > SecondsMax
            || _interval is null || seconds <= _interval.Value.TotalSeconds)
        {
            return false;
        }

        _interval = TimeSpan.FromSeconds(seconds);
        return _raised = true;
    }

    /// <summary>The peer's INVITE or UPDATE asks for less than our minimum, and knows 422 (§9).</summary>
    public bool IsTooSmall(SipRequest request) =>
        SipSessionExpires.TryParse(request.Headers[SipHeaderNames.SessionExpires], out SipSessionExpires asked)
        && asked.Seconds < _ours.TotalSeconds && request.Headers.HasToken(SipHeaderNames.Supported, "timer");

    /// <summary>Puts our side on the 2xx to the peer's request, and starts the timer (§9). Without Session-Expires in
    /// the request there is no timer. We take the refreshing upon us where we may: then it depends on nobody
    /// else.</summary>
    public void Answer(TimeSpan now, SipRequest request, SipResponse response)
    {
        if (!SipSessionExpires.TryParse(request.Headers[SipHeaderNames.SessionExpires], out SipSessionExpires asked))
        {
            Stop();
            return;
        }

        bool knows = request.Headers.HasToken(SipHeaderNames.Supported, "timer");
        string refresher = knows && asked.Refresher == "uac" ? "uac" : "uas";
        uint seconds = Math.Clamp(asked.Seconds, (uint)_ours.TotalSeconds, SecondsMax);
        response.Headers.Set(SipHeaderNames.SessionExpires, new SipSessionExpires(seconds, refresher).ToString());
        if (refresher == "uac")
        {
            response.Headers.Set(SipHeaderNames.Require, "timer"); // §9: only then is it required.
        }

        Start(now, seconds, refresher == "uas");
    }

    /// <summary>The 2xx to an INVITE or UPDATE of ours came (§7.2). Without Session-Expires there is no
    /// timer.</summary>
    public void Accepted(TimeSpan now, SipResponse response)
    {
        if (SipSessionExpires.TryParse(response.Headers[SipHeaderNames.SessionExpires], out SipSessionExpires granted)
            && granted.Seconds > 0)
        {
            uint seconds = Math.Clamp(granted.Seconds, (uint)_ours.TotalSeconds, SecondsMax);
            Start(now, seconds, granted.Refresher != "uas");
        }
        else
        {
            Stop();
        }
    }

    /// <summary>A refresh is on its way: the next one is due only after its outcome.</summary>
    public void Refreshing() => RefreshAt = null;

    /// <summary>A refresh failed in a way that the dialog survives: try again before the end.</summary>
    public void TryAgain(TimeSpan at) => RefreshAt = WeRefresh && at < ExpiresAt ? at : null;

    /// <summary>No timer any more.</summary>
    public void Stop() => (RefreshAt, ExpiresAt, WeRefresh) = (null, null, false);

    /// <summary>Min-SE as a header value.</summary>
    public string MinimumText => Text(_ours);

    private static string Text(TimeSpan seconds) => ((uint)seconds.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private void Start(TimeSpan now, uint seconds, bool weRefresh)
    {
        TimeSpan interval = TimeSpan.FromSeconds(seconds);
        TimeSpan margin = TimeSpan.FromSeconds(Math.Min(32, seconds / 3.0));
        _interval = interval;
        WeRefresh = weRefresh;
        RefreshAt = weRefresh ? now + (interval / 2) : null;
        ExpiresAt = now + (weRefresh ? interval : interval - margin);
    }
}
