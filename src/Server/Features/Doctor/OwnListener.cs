// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Security;
using Hermetic.Server.Configuration;

namespace Hermetic.Server.Features.Doctor;

/// <summary>A client for a listener that is known to be our own, because the kernel says which process has
/// it.</summary>
internal static class OwnListener
{
    /// <summary>Our choice: a machine that is busy with calls, or writes to a slow disk, answers by then; what does not
    /// answer by then does not work.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Takes any certificate: it is looked at, not trusted. Nothing secret is sent.</summary>
    public static readonly RemoteCertificateValidationCallback AnyCertificate =
        (_, certificate, _, _) => certificate is not null;

    /// <summary>A client without cookies that follows no redirect.</summary>
    public static HttpClient NewClient(HttpSettings settings, IPEndPoint address)
    {
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = AnyCertificate;
        return new HttpClient(handler)
        {
            BaseAddress = new Uri($"{(settings.ClearText ? "http" : "https")}://{Reachable(address)}/"),
            Timeout = AnswerTimeout,
        };
    }

    /// <summary>Where a listener at every address is reached from this machine.</summary>
    public static IPEndPoint Reachable(IPEndPoint address) => new(
        address.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
        : address.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
        : address.Address, address.Port);
}
