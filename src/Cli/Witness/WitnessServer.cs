// SPDX-License-Identifier: Apache-2.0
using System.Net.Mime;
using System.Security.Cryptography.X509Certificates;
using Hermetic.Ledger.Witness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hermetic.Cli.Witness;

/// <summary>HTTP in front of a witness: POST /add-checkpoint (C2SP tlog-witness), and nothing else.</summary>
internal sealed class WitnessServer(LogWitness witness, WitnessOptions options, Action<string> log)
{
    /// <summary>Our limit: a witness serves a handful of ledgers.</summary>
    private const int ConnectionsMax = 64;

    /// <summary>Our limit on the time that a request's head may take.</summary>
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Serves until cancelled.</summary>
    /// <exception cref="IOException">The address can't be bound, or the certificate not read.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using X509Certificate2? certificate = options.Certificate is null ? null
            : X509Certificate2.CreateFromPemFile(options.Certificate, options.CertificateKey);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
            kestrel.Limits.MaxRequestBodySize = AddCheckpoint.RequestBytesMax;
            kestrel.Limits.RequestHeadersTimeout = HeadTimeout;
            kestrel.Listen(options.Listen, listen => Configure(listen, certificate));
        });
        await using WebApplication app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync(cancellation);
        log($"listening on {string.Join(", ", app.Urls)}");
        try
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }
        catch (OperationCanceledException)
        {
            log("ending");
        }
        await app.StopAsync(CancellationToken.None);
    }

    private static void Configure(ListenOptions listen, X509Certificate2? certificate)
    {
        if (certificate is not null)
        {
            listen.UseHttps(certificate);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path != "/add-checkpoint")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "POST";
            return;
        }
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        WitnessAnswer? answer = Ask(body.GetBuffer().AsSpan(0, (int)body.Length));
        if (answer is null)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }
        context.Response.StatusCode = (int)answer.Status;
        context.Response.ContentType = answer.Status == WitnessStatus.Conflict
            ? WitnessAnswer.SizeContentType : $"{MediaTypeNames.Text.Plain}; charset=utf-8";
        await context.Response.WriteAsync(answer.Body, context.RequestAborted);
    }

    private WitnessAnswer? Ask(ReadOnlySpan<byte> body)
    {
        try
        {
            WitnessAnswer answer = witness.Answer(body);
            log($"add-checkpoint: {answer.Status}");
            return answer;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            log($"add-checkpoint: nothing cosigned: {e.Message}");
            return null;
        }
    }
}
