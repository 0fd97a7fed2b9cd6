// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hermetic.Protocol.Sip;

/// <summary>A user's name and password. Its text form shows neither.</summary>
public sealed class SipCredentials(string username, string password)
{
    /// <summary>The user.</summary>
    public string Username { get; } = username;

    // RFC 7616 §4: hashed as UTF-8. Kept one octet a char, as wire text is everywhere else in these types.
    internal string UsernameOctets { get; } = Octets(username);

    internal string PasswordOctets { get; } = Octets(password);

    /// <inheritdoc/>
    public override string ToString() => "(credentials)";

    private static string Octets(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}

/// <summary>What a digest response is computed from.</summary>
public sealed record SipDigestInput(
    SipCredentials Credentials, string Realm, string Nonce, string Method, string Uri, string Cnonce, uint NonceCount,
    string? Qop, SipDigestAlgorithm Algorithm);

/// <summary>The digest of RFC 7616 §3.4.1 and RFC 2617 §3.2.2.1.</summary>
public static class SipDigest
{
    /// <summary>The response in hexadecimal, lower case.</summary>
    public static string Response(SipDigestInput input, ReadOnlySpan<byte> body)
    {
        bool sha = input.Algorithm is SipDigestAlgorithm.Sha256 or SipDigestAlgorithm.Sha256Sess;
        SipCredentials credentials = input.Credentials;
        string a1 = Hash(sha, $"{credentials.UsernameOctets}:{input.Realm}:{credentials.PasswordOctets}");
        if (input.Algorithm is SipDigestAlgorithm.Md5Sess or SipDigestAlgorithm.Sha256Sess)
        {
            a1 = Hash(sha, $"{a1}:{input.Nonce}:{input.Cnonce}");
        }

        string a2 = input.Qop == "auth-int"
            ? Hash(sha, $"{input.Method}:{input.Uri}:{Hash(sha, body)}")
            : Hash(sha, $"{input.Method}:{input.Uri}");
        string count = input.NonceCount.ToString("x8", CultureInfo.InvariantCulture);
        return input.Qop is null
            ? Hash(sha, $"{a1}:{input.Nonce}:{a2}")
            : Hash(sha, $"{a1}:{input.Nonce}:{count}:{input.Cnonce}:{input.Qop}:{a2}");
    }

    private static string Hash(bool sha, string text) => Hash(sha, Encoding.Latin1.GetBytes(text));

    private static string Hash(bool sha, ReadOnlySpan<byte> octets)
    {
#pragma warning disable CA5351 // MD5 is what most trunks ask for; SHA-256 is taken where it is offered (RFC 8760).
        byte[] hash = sha ? SHA256.HashData(octets) : MD5.HashData(octets);
#pragma warning restore CA5351
        return Convert.ToHexStringLower(hash);
    }
}
