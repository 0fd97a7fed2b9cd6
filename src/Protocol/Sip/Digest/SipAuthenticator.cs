// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Sip;

/// <summary>Answers challenges for one call or registration (RFC 3261 §22). Remembers each realm's nonce, so that later
/// requests carry credentials at once, and gives up when the same nonce is refused twice.</summary>
public sealed class SipAuthenticator(SipCredentials? credentials, ISipRandom random)
{
    /// <summary>Our limit: a chain of proxies that each asks is short, and each stale nonce is another round.</summary>
    private const int RoundsMax = 6;

    // By header name and realm.
    private readonly Dictionary<(string Header, string Realm), Session> _sessions = [];
    private int _rounds;

    /// <summary>Takes in a 401 or 407. False when there is nothing to try again with: no credentials, no challenge
    /// that we can answer, or a challenge that refuses what we already gave.</summary>
    public bool Learn(SipResponse response, SipRequest refused)
    {
        bool proxy = response.StatusCode == 407;
        string asks = proxy ? SipHeaderNames.ProxyAuthenticate : SipHeaderNames.WwwAuthenticate;
        string gives = proxy ? SipHeaderNames.ProxyAuthorization : SipHeaderNames.Authorization;
        if (credentials is null || ++_rounds > RoundsMax)
        {
            return false;
        }

        bool learned = false;
        foreach (SipChallenge challenge in Strongest(response.Headers.Lines(asks)))
        {
            (string, string) key = (gives, challenge.Realm);
            bool tried = refused.Headers.Contains(gives) && _sessions.ContainsKey(key);
            bool renewed = tried && _sessions[key].Challenge.Nonce != challenge.Nonce && !_sessions[key].Refused;
            if (!tried || challenge.Stale || renewed)
            {
                _sessions[key] = new Session(challenge) { Refused = tried && !challenge.Stale };
                learned = true;
            }
        }

        return learned;
    }

    /// <summary>Puts what is known on a request, in place of what it carried.</summary>
    public void Apply(SipRequest request)
    {
        request.Headers.Remove(SipHeaderNames.Authorization);
        request.Headers.Remove(SipHeaderNames.ProxyAuthorization);
        if (credentials is null)
        {
            return;
        }

        foreach (((string header, _), Session session) in _sessions)
        {
            string uri = request.RequestUri.ToString();
            string value = session.Challenge.Authorize(
                credentials, request.Method, uri, request.Body.Span, random.Cnonce(), ++session.Count);
            request.Headers.Add(header, value);
        }
    }

    /// <summary>A request went through: later refusals start afresh.</summary>
    public void Accepted()
    {
        _rounds = 0;
        foreach (Session session in _sessions.Values)
        {
            session.Refused = false;
        }
    }

    // One challenge a realm, the strongest that we know (RFC 8760 §2.4).
    private static List<SipChallenge> Strongest(IReadOnlyList<string> lines)
    {
        List<SipChallenge> best = [];
        foreach (string line in lines)
        {
            if (!SipChallenge.TryParse(line, out SipChallenge? challenge))
            {
                continue;
            }

            int at = best.FindIndex(other => other.Realm == challenge!.Realm);
            if (at < 0)
            {
                best.Add(challenge!);
            }
            else if (challenge!.Algorithm > best[at].Algorithm)
            {
                best[at] = challenge;
            }
        }

        return best;
    }

    private sealed class Session(SipChallenge challenge)
    {
        public SipChallenge Challenge { get; } = challenge;

        /// <summary>Uses of the nonce (RFC 7616 §3.4 nc).</summary>
        public uint Count { get; set; }

        /// <summary>Credentials for this realm were refused once with a fresh nonce and no `stale`: one more try only,
        /// for servers that forget to say stale.</summary>
        public bool Refused { get; set; }
    }
}
