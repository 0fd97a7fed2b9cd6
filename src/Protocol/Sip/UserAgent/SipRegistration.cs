// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Protocol.Sip;

/// <summary>A registration to keep (RFC 3261 §10.2).</summary>
/// <param name="Registrar">Request-URI: the domain, without user.</param>
/// <param name="AddressOfRecord">To and From.</param>
/// <param name="Flow">Where it goes.</param>
public sealed record SipRegistrationRequest(SipUri Registrar, SipAddress AddressOfRecord, SipFlow Flow)
{
    /// <summary>For 401 and 407.</summary>
    public SipCredentials? Credentials { get; init; }

    /// <summary>User part of our Contact; null for the address of record's.</summary>
    public string? ContactUser { get; init; }

    /// <summary>Asked for: 3,600 s unless set; 60 s to a day.</summary>
    public TimeSpan Expires
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(60));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1));
            field = value;
        }
    } = TimeSpan.FromHours(1);
}

/// <summary>What becomes of a registration.</summary>
public interface ISipRegistrationEvents
{
    /// <summary>The registrar holds our contact until then, or has dropped it (null). Status is that of the last
    /// response; 408 or 503 if there was none.</summary>
    void OnRegistration(TimeSpan now, SipRegistration registration, TimeSpan? until, int status);
}

/// <summary>Keeps one contact registered: refreshes in time, answers challenges, heeds 423, and after a failure tries
/// again, later each time.</summary>
public sealed class SipRegistration : ISipTimed
{
    /// <summary>Our limits, in the spirit of RFC 5626 §4.5: 30 s after the first failure, twice that after each
    /// further one, at most 30 minutes.</summary>
    private static readonly TimeSpan RetryFirst = TimeSpan.FromSeconds(30), RetryMax = TimeSpan.FromMinutes(30);

    private readonly SipUserAgent _agent;
    private readonly SipRegistrationRequest _settings;
    private readonly ISipRegistrationEvents _events;
    private readonly SipExchange _exchange;
    private uint _number = 1;
    private uint _expires;
    private TimeSpan _retry = RetryFirst;
    private bool _ending;

    internal SipRegistration(SipUserAgent agent, SipRegistrationRequest settings, ISipRegistrationEvents events)
    {
        (_agent, _settings, _events) = (agent, settings, events);
        _expires = (uint)settings.Expires.TotalSeconds;
        SipAddress self = settings.AddressOfRecord;
        SipRequest request = agent.CreateOutside(
            SipMethods.Register, settings.Registrar, self.WithTag(agent.Random.Tag()), self);
        string contact = agent.ContactFor(settings.Flow, settings.ContactUser ?? self.Uri.User);
        request.Headers.Add(SipHeaderNames.Contact, contact);
        request.Headers.Add(SipHeaderNames.Allow, SipMethods.Allowed);
        SetExpires(request);
        SipAuthenticator authenticator = new(settings.Credentials, agent.Random);
        _exchange = new SipExchange(agent, request, settings.Flow, authenticator, () => ++_number, Responded);
    }

    /// <summary>The registrar holds our contact until then; null when it does not.</summary>
    public TimeSpan? RegisteredUntil { get; private set; }

    /// <inheritdoc/>
    public TimeSpan? NextDeadline { get; private set; }

    /// <summary>Takes the contact back (§10.2.2) and refreshes no more.</summary>
    public void End(TimeSpan now)
    {
        _ending = true;
        NextDeadline = null;
        _expires = 0;
        if (_exchange.IsOver)
        {
            _exchange.Again(now, SetExpires);
        }
    }

    /// <inheritdoc/>
    public void Advance(TimeSpan now)
    {
        if (NextDeadline <= now)
        {
            NextDeadline = null;
            _exchange.Again(now, SetExpires);
        }
    }

    internal void Start(TimeSpan now) => _exchange.Start(now);

    private void SetExpires(SipRequest request) =>
        request.Headers.Set(SipHeaderNames.Expires, _expires.ToString(CultureInfo.InvariantCulture));

    private void Responded(TimeSpan now, SipExchange exchange, SipResponse response)
    {
        if (!exchange.IsOver)
        {
            return;
        }

        if (_ending)
        {
            bool late = exchange.Request.Headers[SipHeaderNames.Expires] != "0";
            if (late)
            {
                exchange.Again(now, SetExpires); // End came while a refresh was on its way.
                return;
            }

            RegisteredUntil = null;
        }
        else if (response.StatusCode == 423 && response.Headers.TryGetNumber(SipHeaderNames.MinExpires, out uint least)
            && least > _expires && least <= 86_400)
        {
            _expires = least; // §10.2.8
            exchange.Again(now, SetExpires);
            return;
        }
        else
        {
            Settle(now, response);
        }

        _events.OnRegistration(now, this, RegisteredUntil, response.StatusCode);
    }

    private void Settle(TimeSpan now, SipResponse response)
    {
        if (response.IsSuccess && Granted(response) is var seconds and > 0)
        {
            // Our limit: refreshed at half of it, or 60 s before its end if that is later, so that one loss is
            // forgiven.
            TimeSpan granted = TimeSpan.FromSeconds(Math.Min(seconds, 86_400));
            TimeSpan early = granted - TimeSpan.FromSeconds(60);
            RegisteredUntil = now + granted;
            NextDeadline = now + (early > granted / 2 ? early : granted / 2);
            _retry = RetryFirst;
        }
        else
        {
            RegisteredUntil = RegisteredUntil > now && !response.IsSuccess ? RegisteredUntil : null;
            string? header = response.Headers[SipHeaderNames.RetryAfter];
            TimeSpan? asked = SipRetryAfter.TryParse(header, out SipRetryAfter after)
                ? TimeSpan.FromSeconds(Math.Min(after.Seconds, RetryMax.TotalSeconds)) : null;
            NextDeadline = now + (asked > _retry ? asked.Value : _retry);
            _retry = 2 * _retry < RetryMax ? 2 * _retry : RetryMax;
        }

        _agent.Touch(this);
    }

    // §10.2.4: what our own contact was given; one that does not list it (or rewrote it) is taken to have granted
    // what Expires says, or what we asked for.
    private uint Granted(SipResponse response)
    {
        SipUri? ours = _exchange.Request.Contact?.Uri;
        foreach (SipAddress contact in response.Addresses(SipHeaderNames.Contact))
        {
            if (ours is not null && contact.Uri.Matches(ours)
                && SipGrammar.TryNumber(contact.Parameters["expires"], out uint own))
            {
                return own;
            }
        }

        return response.Headers.TryGetNumber(SipHeaderNames.Expires, out uint all) ? all : _expires;
    }
}
