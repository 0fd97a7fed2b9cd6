// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip;

/// <summary>The server's side of digest authentication, written apart from the client's: RFC 7616 §3.4.1 once
/// more.</summary>
internal static class DigestServer
{
    public static bool Accepts(SipRequest request, string headerName, string user, string password, string realm)
    {
        if (!SipAuthHeader.TryParse(request.Headers[headerName], out SipAuthHeader? given) || given!["username"] != user
            || given["realm"] != realm || given["uri"] != request.RequestUri.ToString())
        {
            return false;
        }

#pragma warning disable CA5351 // Digest authentication is MD5 by default (RFC 3261 §22.4).
        Func<string, string> hash = given["algorithm"] == "SHA-256"
            ? text => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)))
                .ToLower(CultureInfo.InvariantCulture)
            : text => Convert.ToHexString(MD5.HashData(Encoding.UTF8.GetBytes(text)))
                .ToLower(CultureInfo.InvariantCulture);
#pragma warning restore CA5351
        string secret = hash(string.Join(':', user, realm, password));
        string what = hash(string.Join(':', request.Method, given["uri"]));
        string[] parts = given["qop"] is { } qop
            ? [secret, given["nonce"]!, given["nc"]!, given["cnonce"]!, qop, what]
            : [secret, given["nonce"]!, what];
        return given["response"] == hash(string.Join(':', parts));
    }
}
