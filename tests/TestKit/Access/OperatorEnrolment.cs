// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace Hermetic.TestKit.Access;

/// <summary>Enrols the first operator of a server as a person does: over HTTP, with the code from the console and an
/// authenticator of its own. Until then a server takes no calls.</summary>
public static class OperatorEnrolment
{
    public const string Password = "the operator types this sentence";

    private const string Mark = "/enrol#";
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private static readonly TimeSpan s_lookInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Enrols, if a `serve` that is ready asked for it, and waits until it takes calls.</summary>
    /// <param name="output">What it said.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task EnrolIfAskedAsync(IEnumerable<string> output, CancellationToken cancellation)
    {
        if (output.FirstOrDefault(line => line.Contains(Mark, StringComparison.Ordinal)) is { } line)
        {
            string[] parts = line.Trim().Split(Mark);
            await EnrolAsync(new Uri(parts[0]), parts[1], TimeProvider.System, cancellation);
        }
    }

    /// <summary>Enrols, and waits until the server takes calls.</summary>
    /// <param name="address">Where HTTP is served.</param>
    /// <param name="code">The one-time code.</param>
    /// <param name="time">The server's clock.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task EnrolAsync(Uri address, string code, TimeProvider time, CancellationToken cancellation)
    {
        using HttpClient http = new() { BaseAddress = address };
        await EnrolAsync(http, code, time, cancellation);
    }

    /// <summary>Enrols through a client that trusts the server's certificate.</summary>
    /// <param name="http">Its base address is the server's.</param>
    /// <param name="code">The one-time code.</param>
    /// <param name="time">The server's clock.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task EnrolAsync(
        HttpClient http, string code, TimeProvider time, CancellationToken cancellation)
    {
        JsonElement offer = await (await PostAsync(http, "begin", new { code }, cancellation)).Content
            .ReadFromJsonAsync<JsonElement>(cancellation);
        string authenticatorCode = CodeOf(offer.GetProperty("secret").GetString()!, time.GetUtcNow());
        using HttpResponseMessage ended = await PostAsync(
            http, "complete", new { code, password = Password, authenticatorCode }, cancellation);
        while (!(await http.GetAsync(new Uri("health/ready", UriKind.Relative), cancellation)).IsSuccessStatusCode)
        {
            await Task.Delay(s_lookInterval, cancellation);
        }
    }

    private static async Task<HttpResponseMessage> PostAsync(
        HttpClient http, string step, object body, CancellationToken cancellation)
    {
        HttpResponseMessage answer = await http.PostAsJsonAsync($"api/v1/enrolment/{step}", body, cancellation);
        return answer.EnsureSuccessStatusCode();
    }

    // RFC 6238 with SHA-1, 30 seconds and six digits; RFC 4648 base32.
    private static string CodeOf(string secret, DateTimeOffset now)
    {
        byte[] counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, now.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // RFC 6238 as authenticators have it.
        byte[] mac = HMACSHA1.HashData(FromBase32(secret), counter);
#pragma warning restore CA5350
        int offset = mac[^1] & 15;
        int value = BinaryPrimitives.ReadInt32BigEndian(mac.AsSpan(offset)) & int.MaxValue;
        return (value % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] FromBase32(string text)
    {
        List<byte> bytes = [];
        int bits = 0;
        int held = 0;
        foreach (char one in text)
        {
            held = (held << 5) | Alphabet.IndexOf(one, StringComparison.Ordinal);
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(held >> bits));
                held &= (1 << bits) - 1;
            }
        }

        return [.. bytes];
    }
}
