// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Hermetic.Server.Tests.Access;

/// <summary>An authenticator with one passkey (W3C WebAuthn Level 3 §6): ES256, no attestation, its owner
/// verified.</summary>
internal sealed class Authenticator(string domain, string origin) : IDisposable
{
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;
    private const byte HasCredential = 0x40;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(16);
    private uint _count;

    /// <summary>Whether its owner shows who he is.</summary>
    public bool VerifiesUser { get; set; } = true;

    /// <summary>Answers to creation options.</summary>
    public JsonElement Create(JsonElement options)
    {
        byte[] authenticator = [.. Data(HasCredential), .. new byte[16], 0, (byte)_id.Length, .. _id, .. PublicKey()];
        // CBOR: { "fmt": "none", "attStmt": {}, "authData": bytes }
        byte[] attestation =
        [
            0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8,
            0x58, (byte)authenticator.Length, .. authenticator,
        ];
        return Answer(new Dictionary<string, object>
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(ClientData("webauthn.create", options)),
            ["attestationObject"] = Base64Url.EncodeToString(attestation),
            ["transports"] = Array.Empty<string>(),
        });
    }

    /// <summary>Answers to request options.</summary>
    public JsonElement Get(JsonElement options, Guid account)
    {
        byte[] client = ClientData("webauthn.get", options);
        byte[] authenticator = Data(0);
        byte[] signature = _key.SignData([.. authenticator, .. SHA256.HashData(client)], HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence);
        return Answer(new Dictionary<string, object>
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(client),
            ["authenticatorData"] = Base64Url.EncodeToString(authenticator),
            ["signature"] = Base64Url.EncodeToString(signature),
            ["userHandle"] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(account.ToString())),
        });
    }

    public void Dispose() => _key.Dispose();

    private JsonElement Answer(Dictionary<string, object> response) => JsonSerializer.SerializeToElement(new
    {
        id = Base64Url.EncodeToString(_id),
        rawId = Base64Url.EncodeToString(_id),
        type = "public-key",
        response,
        clientExtensionResults = new { },
    });

    private byte[] ClientData(string type, JsonElement options) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        type,
        challenge = options.GetProperty("challenge").GetString(),
        origin,
        crossOrigin = false,
    });

    // hash of the domain (32) | flags | count (4)
    private byte[] Data(byte flags)
    {
        byte[] data = new byte[37];
        SHA256.HashData(Encoding.UTF8.GetBytes(domain), data);
        data[32] = (byte)(flags | UserPresent | (VerifiesUser ? UserVerified : 0));
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(33), ++_count);
        return data;
    }

    // COSE (RFC 9053 §7.1.1): { 1: 2, 3: -7, -1: 1, -2: x, -3: y }
    private byte[] PublicKey()
    {
        ECPoint point = _key.ExportParameters(false).Q;
        return
        [
            0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!,
        ];
    }
}
