// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Json;
using System.Text.Json;
using Hermetic.Server.Features.Access;

namespace Hermetic.Benchmarks.Desk;

/// <summary>Connections of one person: kept alive, over TLS, with a session's cookie.</summary>
internal static class DeskConnection
{
    /// <summary>Our limit: whoever waits so long has gone.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(30);

    public static HttpClient Open(string address, string? session)
    {
        SocketsHttpHandler handler = new() { UseCookies = false };
#pragma warning disable CA5359 // The server's certificate is made by itself, at its start, on this machine.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        HttpClient client = new(handler) { BaseAddress = new Uri(address), Timeout = AnswerMax };
        if (session is not null)
        {
            client.DefaultRequestHeaders.Add("Cookie", $"{SessionCookie.Name}={session}");
        }

        return client;
    }

    /// <summary>The installation's operator enrols: before that a server serves nobody.</summary>
    public static async Task EnrolOperatorAsync(ServingDesk desk, CancellationToken cancellation)
    {
        if (desk.EnrolmentCode is not { } code)
        {
            return;
        }

        using HttpClient client = Open(desk.Http, null);
        using HttpResponseMessage begun = await client.PostAsJsonAsync(
            "/api/v1/enrolment/begin", new { code }, cancellation);
        JsonElement offer = await begun.EnsureSuccessStatusCode().Content
            .ReadFromJsonAsync<JsonElement>(cancellation);
        byte[] secret = FromBase32(offer.GetProperty("secret").GetString()!);
        string authenticatorCode = TotpCode.Of(
            secret, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / TotpCode.StepSeconds);
        using HttpResponseMessage ended = await client.PostAsJsonAsync("/api/v1/enrolment/complete",
            new { code, password = "a sentence for one bench", authenticatorCode }, cancellation);
        ended.EnsureSuccessStatusCode();
    }

    private static byte[] FromBase32(string text)
    {
        byte[] bytes = new byte[text.Length * 5 / 8];
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            int value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(text[bit / 5], StringComparison.Ordinal);
            bytes[bit / 8] |= (byte)(((value >> (4 - (bit % 5))) & 1) << (7 - (bit % 8)));
        }

        return bytes;
    }
}
